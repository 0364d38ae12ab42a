#include "engine/price_set.h"

#include <iterator>
#include <utility>

namespace fairpoint::engine {
namespace {

SkuName SkuOf(const auto& row) { return {row.program_id, row.sku}; }
ChannelName ChannelOf(const auto& row) { return {row.program_id, row.channel_id}; }
OfferStockName NameOf(const pricing::OfferStock& row) {
  return {row.program_id, row.channel_id, row.offer_id, row.sku};
}
SourceKeyName KeyOf(const auto& row) { return {row.program_id, row.source_key}; }

template <class Map, class Key>
const typename Map::mapped_type* Found(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

absl::Status PriceSet::Add(const pricing::PriceHead& head) {
  auto book = std::make_shared<pricing::SkuBook>();
  if (!pricing::SkuBook::Decode(head.book, *book) || book->version() != head.version)
    return absl::DataLossError("the book of a SKU's head cannot be read");
  books_.insert_or_assign(SkuOf(head), std::move(book));
  return absl::OkStatus();
}

absl::Status PriceSet::Add(const pricing::ChannelHead& head) {
  auto book = std::make_shared<pricing::ChannelBook>();
  if (!pricing::ChannelBook::Decode(head.book, *book) || book->version() != head.version)
    return absl::DataLossError("the book of a channel's head cannot be read");
  channels_.insert_or_assign(ChannelOf(head), std::move(book));
  return absl::OkStatus();
}

void PriceSet::Add(const SkuName& name, PriceCatalog::SkuBookPtr book) {
  books_.insert_or_assign(name, std::move(book));
}

void PriceSet::AddStored(std::vector<pricing::PriceFact> facts) {
  for (pricing::PriceFact& row : facts) facts_.insert_or_assign(KeyOf(row), std::move(row));
}
void PriceSet::AddStored(std::vector<pricing::Offer> offers) {
  for (pricing::Offer& row : offers) offers_.insert_or_assign(KeyOf(row), std::move(row));
}
void PriceSet::AddStored(std::vector<pricing::ChannelPromotion> promotions) {
  for (pricing::ChannelPromotion& row : promotions)
    promotions_.insert_or_assign(KeyOf(row), std::move(row));
}

void PriceSet::AddBySeq(std::vector<pricing::PriceFact> facts) {
  for (pricing::PriceFact& row : facts) {
    const SkuSeq name{SkuOf(row), row.head_seq};
    facts_by_seq_.insert_or_assign(name, std::move(row));
  }
}

void PriceSet::AddStocks(const std::vector<pricing::OfferStock>& stocks) {
  for (const pricing::OfferStock& row : stocks) stocks_.insert_or_assign(NameOf(row), row);
}
void PriceSet::AddEvidence(const std::vector<pricing::Evidence>& evidence) {
  for (const pricing::Evidence& row : evidence)
    evidence_.insert_or_assign({row.program_id, row.evidence_id}, row);
}

const pricing::SkuBook* PriceSet::FindBook(const SkuName& name) const {
  const auto* const book = Found(books_, name);
  return book == nullptr ? nullptr : book->get();
}
const pricing::SkuBook& PriceSet::BookOf(const SkuName& name) const {
  static const auto* const none = new pricing::SkuBook;
  const pricing::SkuBook* const book = FindBook(name);
  return book == nullptr ? *none : *book;
}
const pricing::ChannelBook* PriceSet::FindBook(const ChannelName& name) const {
  const auto* const book = Found(channels_, name);
  return book == nullptr ? nullptr : book->get();
}
const pricing::ChannelBook& PriceSet::BookOf(const ChannelName& name) const {
  static const auto* const none = new pricing::ChannelBook;
  const pricing::ChannelBook* const book = FindBook(name);
  return book == nullptr ? *none : *book;
}
const pricing::PriceFact* PriceSet::FindFact(const SkuSeq& name) const {
  return Found(facts_by_seq_, name);
}
const pricing::PriceFact* PriceSet::FindFact(const SourceKeyName& name) const {
  return Found(facts_, name);
}
const pricing::Offer* PriceSet::FindOffer(const SourceKeyName& name) const {
  return Found(offers_, name);
}
const pricing::ChannelPromotion* PriceSet::FindPromotion(const SourceKeyName& name) const {
  return Found(promotions_, name);
}
const pricing::Evidence* PriceSet::FindEvidence(const EvidenceName& name) const {
  return Found(evidence_, name);
}

const pricing::OfferStock* PriceSet::FindStock(const OfferStockName& name) const {
  const auto found = stocks_.find(name);
  return found == stocks_.end() ? nullptr : &found->second;
}

std::vector<pricing::OfferStock> PriceSet::StocksOf(const base::ProgramId& program_id) const {
  std::vector<pricing::OfferStock> rows;
  for (const auto& [name, row] : stocks_) {
    if (name.program_id == program_id) rows.push_back(row);
  }
  return rows;
}

// ---- what plans decided ----

void PriceSet::Changed(const SkuName& name, pricing::SkuBook book) {
  const bool is_new = !books_.contains(name) || new_heads_.contains(name);
  (is_new ? new_heads_ : changed_heads_).insert(name);
  books_.insert_or_assign(name, std::make_shared<const pricing::SkuBook>(std::move(book)));
}

void PriceSet::Add(const ChannelName& name, const pricing::ChannelRows& rows) {
  const bool is_new = !channels_.contains(name) || new_channels_.contains(name);
  (is_new ? new_channels_ : changed_channels_).insert(name);
  std::shared_ptr<pricing::ChannelBook>& book = channels_[name];
  if (book == nullptr) book = std::make_shared<pricing::ChannelBook>();
  book->Add(rows);
}

void PriceSet::Take(pricing::PriceFact row) {
  const SkuName name = SkuOf(row);
  row.source_key = SourceKey(row);  // a snapshot's withdrawal is named by its head_seq
  row.hash = HashOf(row);
  if (row.kind != pricing::FactKind::kConfirmation &&
      BookOf(name).FindListing(row.channel_id, row.listing_id) == nullptr) {
    appended_.new_listings.push_back({row.program_id, row.channel_id, row.listing_id, row.sku});
  }
  Changed(name, BookOf(name).With({&row, 1}, {}));
  facts_.insert_or_assign(KeyOf(row), row);
  appended_.facts.push_back(std::move(row));
}

void PriceSet::Take(pricing::Offer row) {
  row.hash = HashOf(row);
  if (row.sku.empty()) {
    Add(ChannelOf(row), {.promotions = {}, .reports = {}, .offers = {&row, 1}});
  } else {
    const SkuName name = SkuOf(row);
    Changed(name, BookOf(name).With({}, {&row, 1}));
  }
  offers_.insert_or_assign(KeyOf(row), row);
  appended_.offers.push_back(std::move(row));
}

void PriceSet::Take(pricing::ChannelPromotion row) {
  row.hash = HashOf(row);
  Add(ChannelOf(row), {.promotions = {&row, 1}, .reports = {}, .offers = {}});
  promotions_.insert_or_assign(KeyOf(row), row);
  appended_.promotions.push_back(std::move(row));
}

void PriceSet::Take(pricing::FeedReport row) {
  row.hash = HashOf(row);
  Add(ChannelOf(row), {.promotions = {}, .reports = {&row, 1}, .offers = {}});
  appended_.reports.push_back(std::move(row));
}

void PriceSet::Take(pricing::Evidence row) {
  row.hash = HashOf(row);
  // A quote is asked for only once it was answered.
  if (row.kind == pricing::EvidenceKind::kBasket)
    evidence_.insert_or_assign({row.program_id, row.evidence_id}, row);
  appended_.evidence.push_back(std::move(row));
}

void PriceSet::Take(const std::vector<pricing::OfferStock>& stocks) {
  for (const pricing::OfferStock& row : stocks) {
    const OfferStockName name = NameOf(row);
    const bool is_new = !stocks_.contains(name) || new_stocks_.contains(name);
    (is_new ? new_stocks_ : changed_stocks_).insert(name);
    stocks_.insert_or_assign(name, row);
  }
}

void PriceSet::Take(PriceWriteSet rows) {
  const auto move = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move(rows.credits, appended_.credits);
  move(rows.settlements, appended_.settlements);
  move(rows.new_protected_orders, appended_.new_protected_orders);
  move(rows.protected_orders, appended_.protected_orders);
  move(rows.new_protected_skus, appended_.new_protected_skus);
  move(rows.cursors, appended_.cursors);
}

bool PriceSet::HasChanges() const {
  bool appends = false;
  VisitRows(appended_, [&appends](const auto& rows, RowChange) { appends |= !rows.empty(); });
  return appends || !new_heads_.empty() || !changed_heads_.empty() || !new_channels_.empty() ||
         !changed_channels_.empty();
}

void PriceSet::MoveInto(PriceWriteSet& rows) {
  rows = std::exchange(appended_, {});
  const auto head = [this](const SkuName& name) {
    const pricing::SkuBook& book = *books_.at(name);
    return pricing::PriceHead{name.program_id, name.sku, book.version(), book.Encode()};
  };
  for (const SkuName& name : new_heads_) rows.new_heads.push_back(head(name));
  for (const SkuName& name : changed_heads_) rows.heads.push_back(head(name));
  const auto channel = [this](const ChannelName& name) {
    const pricing::ChannelBook& book = *channels_.at(name);
    return pricing::ChannelHead{name.program_id, name.channel_id, book.version(), book.Encode()};
  };
  for (const ChannelName& name : new_channels_) rows.new_channel_heads.push_back(channel(name));
  for (const ChannelName& name : changed_channels_) rows.channel_heads.push_back(channel(name));
  for (const OfferStockName& name : new_stocks_) rows.new_offer_stocks.push_back(stocks_.at(name));
  for (const OfferStockName& name : changed_stocks_) rows.offer_stocks.push_back(stocks_.at(name));
}

void PriceSet::Tell(PriceCatalog& catalog) const {
  for (const auto& [name, book] : books_) catalog.Put(name.program_id, name.sku, book);
  for (const auto& [name, book] : channels_) catalog.Put(name.program_id, name.channel_id, book);
}

}  // namespace fairpoint::engine
