// Baskets in a group: the heads that they rest on, locked shared, and the plan that charges them.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "checkout/basket.h"
#include "checkout/offer_stock.h"
#include "engine/errors.h"
#include "engine/group.h"
#include "ledger/errors.h"
#include "pricing/errors.h"

namespace fairpoint::engine {

absl::Status Group::LoadQuotes(bool of_replays) {
  std::set<EvidenceName> names;
  for (const Task& task : running_.tasks) {
    if (const auto* const keep = OperationAs<KeepQuote>(task.command)) {
      if (running_.commit_unknown)
        names.insert({task.command.program_id, keep->evidence.evidence_id});
      continue;
    }
    const auto* const commit = OperationAs<checkout::CommitBasket>(task.command);
    if (commit == nullptr) continue;
    const RequestName request{task.command.program_id, task.command.posting.request_id};
    if (of_replays && !working_.receipts.contains(request)) continue;
    names.insert({task.command.program_id, commit->quote_id});
    names.insert({task.command.program_id, checkout::EvidenceIdOf(commit->quote_id)});
  }
  if (names.empty()) return absl::OkStatus();
  std::vector<pricing::Evidence> found;
  if (const absl::Status status = session_->LoadEvidence(Listed(names), found); !status.ok())
    return status;
  working_.prices.AddEvidence(found);
  return absl::OkStatus();
}

const pricing::Evidence* Group::QuoteOf(const Task& task) const {
  const auto* const commit = OperationAs<checkout::CommitBasket>(task.command);
  if (commit == nullptr) return nullptr;
  return working_.prices.FindEvidence({task.command.program_id, commit->quote_id});
}

absl::Status Group::LockBaskets() {
  locked_channels_.clear();
  locked_quotes_.clear();
  std::set<SkuName> skus;
  std::set<ChannelName> channels;
  for (const Task& task : running_.tasks) {
    const pricing::Evidence* const quote = QuoteOf(task);
    if (quote == nullptr) continue;
    const base::ProgramId& program_id = task.command.program_id;
    locked_quotes_.insert({program_id, quote->evidence_id});
    for (const pricing::EvidenceLine& line : quote->body.lines) skus.insert({program_id, line.sku});
    channels.insert({program_id, quote->body.shopper.channel_id});
    const ProgramCache::Version program = programs_.Latest(program_id);
    if (program == nullptr) continue;
    if (!locked_channels_.try_emplace(program_id, program->version).second) continue;
    // Of every version: which of them is in force is known only when the lane's lock tells the
    // time.
    for (int64_t version = 1; version <= program->version; ++version) {
      const ProgramCache::Version one = programs_.Numbered(program_id, version);
      for (const pricing::Channel& channel : one->prices.channels)
        channels.insert({program_id, channel.channel_id});
    }
  }
  if (skus.empty()) return absl::OkStatus();
  if (const absl::Status status = LockBooks(Listed(skus), /*exclusive=*/false); !status.ok())
    return status;
  if (const absl::Status status = LockChannels(Listed(channels), /*exclusive=*/false); !status.ok())
    return status;
  return LockStocks();
}

absl::Status Group::LockBooks(const std::vector<SkuName>& ascending, bool exclusive) {
  if (ascending.empty()) return absl::OkStatus();
  std::vector<pricing::PriceHead> heads;
  if (const absl::Status status = session_->LockPriceHeads(ascending, exclusive, heads);
      !status.ok())
    return status;
  std::vector<SkuName> unknown;
  for (const pricing::PriceHead& head : heads) {
    PriceCatalog::SkuBookPtr book = catalog_.Find(head.program_id, head.sku);
    const SkuName name{head.program_id, head.sku};
    if (book != nullptr && book->version() == head.version) {
      working_.prices.Add(name, std::move(book));
    } else {
      unknown.push_back(name);
    }
  }
  if (unknown.empty()) return absl::OkStatus();
  heads.clear();
  if (const absl::Status status = session_->LoadPriceHeads(unknown, heads); !status.ok())
    return status;
  for (const pricing::PriceHead& head : heads) {
    if (const absl::Status status = working_.prices.Add(head); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Group::LoadQuotedOffers() {
  quoted_offers_.clear();
  std::set<SkuName> skus;
  std::set<ChannelName> channels;
  for (const Task& task : running_.tasks) {
    const pricing::Evidence* const quote = QuoteOf(task);
    if (quote == nullptr) continue;
    checkout::AppendStockedOffers(*quote, OwnBookOf(*quote), BooksOf(*quote), quoted_offers_);
    for (const pricing::EvidenceLine* const line :
         checkout::LinesOfRevisedOffers(*quote, OwnBookOf(*quote), BooksOf(*quote))) {
      if (line->is_wide) {
        channels.insert({quote->program_id, quote->body.shopper.channel_id});
      } else {
        skus.insert({quote->program_id, line->sku});
      }
    }
  }
  const auto take = [this](std::vector<pricing::Offer> rows) {
    std::ranges::move(rows, std::back_inserter(quoted_offers_));
  };
  std::vector<pricing::Offer> found;
  if (!skus.empty()) {
    if (const absl::Status status = session_->LoadOffersOf(Listed(skus), found); !status.ok())
      return status;
    take(std::exchange(found, {}));
  }
  if (channels.empty()) return absl::OkStatus();
  if (const absl::Status status = session_->LoadWideOffersOf(Listed(channels), found); !status.ok())
    return status;
  take(std::move(found));
  return absl::OkStatus();
}

absl::Status Group::LockStocks() {
  if (const absl::Status status = LoadQuotedOffers(); !status.ok()) return status;
  std::set<OfferStockName> names;
  for (const Task& task : running_.tasks) {
    const pricing::Evidence* const quote = QuoteOf(task);
    if (quote == nullptr) continue;
    for (const pricing::OfferStock& row :
         checkout::StocksOf(*quote, OwnBookOf(*quote), BooksOf(*quote), quoted_offers_))
      names.insert({row.program_id, row.channel_id, row.offer_id, row.sku});
  }
  return LockStocks(names);
}

absl::Status Group::LockStocks(const std::set<OfferStockName>& names) {
  if (names.empty()) return absl::OkStatus();
  std::vector<pricing::OfferStock> found;
  if (const absl::Status status = session_->LockOfferStocks(Listed(names), found); !status.ok())
    return status;
  working_.prices.AddStocks(found);
  return absl::OkStatus();
}

std::vector<const pricing::SkuBook*> Group::BooksOf(const pricing::Evidence& quote) const {
  std::vector<const pricing::SkuBook*> books;
  books.reserve(quote.body.lines.size());
  for (const pricing::EvidenceLine& line : quote.body.lines)
    books.push_back(working_.prices.FindBook(SkuName{quote.program_id, line.sku}));
  return books;
}

const pricing::ChannelBook* Group::OwnBookOf(const pricing::Evidence& quote) const {
  return working_.prices.FindBook(ChannelName{quote.program_id, quote.body.shopper.channel_id});
}

absl::Status Group::CheckBasketsLocked() const {
  for (const Task& task : running_.tasks) {
    const pricing::Evidence* const quote = QuoteOf(task);
    if (quote == nullptr) continue;
    if (!locked_quotes_.contains({task.command.program_id, quote->evidence_id}))
      return absl::AbortedError("a quote was kept after what it rests on was to be locked");
    const ProgramCache::Version program = programs_.Latest(task.command.program_id);
    if (program == nullptr) continue;
    const auto known = locked_channels_.find(task.command.program_id);
    if (known == locked_channels_.end() || known->second != program->version)
      return absl::AbortedError("a programme was published before its channels were locked");
  }
  return absl::OkStatus();
}

absl::StatusOr<checkout::Changes> Group::PlanCommit(const Task& task,
                                                    const checkout::Circumstances& circumstances,
                                                    const pricing::Rules& rules, Answer& answer) {
  const auto& commit = *OperationAs<checkout::CommitBasket>(task.command);
  const pricing::Evidence* const quote = QuoteOf(task);
  if (quote == nullptr || quote->kind != pricing::EvidenceKind::kQuote)
    return pricing::QuoteNotFound(commit.quote_id);
  if (const pricing::Evidence* const committed = working_.prices.FindEvidence(
          {task.command.program_id, checkout::EvidenceIdOf(commit.quote_id)}))
    return pricing::QuoteCommitted(committed->order_id);
  const auto find = [&](std::string_view channel_id) {
    return working_.prices.FindBook(ChannelName{quote->program_id, std::string(channel_id)});
  };
  const pricing::Market market =
      pricing::MakeMarket(rules, quote->body.shopper.channel_id, circumstances.now, find);
  const std::vector<const pricing::SkuBook*> books = BooksOf(*quote);
  const std::vector<pricing::OfferStock> stocks = working_.prices.StocksOf(quote->program_id);
  absl::StatusOr<checkout::BasketChanges> changes =
      checkout::PlanBasket(commit, circumstances,
                           {.quote = *quote,
                            .market = market,
                            .books = books,
                            .stocks = stocks,
                            .quoted_offers = quoted_offers_});
  if (!changes.ok()) return changes.status();
  auto told = std::make_shared<PriceAnswer>();
  told->evidence = changes->evidence;
  told->quoted_total = quote->total;
  answer.prices = std::move(told);
  working_.prices.Take(changes->stocks);
  for (pricing::Offer& row : changes->sold_out) working_.prices.Take(std::move(row));
  if (changes->protection) {
    PriceWriteSet rows;
    std::set<std::string> skus;
    for (const pricing::EvidenceLine& line : quote->body.lines) {
      if (!skus.insert(line.sku).second) continue;
      rows.new_protected_skus.push_back({.program_id = quote->program_id,
                                         .sku = line.sku,
                                         .placed_at = changes->protection->placed_at,
                                         .order_id = commit.order_id});
    }
    rows.new_protected_orders.push_back(*std::move(changes->protection));
    working_.prices.Take(std::move(rows));
  }
  working_.prices.Take(std::move(changes->evidence));
  return std::move(changes->order);
}

absl::StatusOr<Answer> Group::PlanQuote(const KeepQuote& keep) {
  const pricing::Evidence& quote = keep.evidence;
  // By an earlier attempt, whose commit was not answered.
  if (working_.prices.FindEvidence({quote.program_id, quote.evidence_id}) != nullptr)
    return Answer();
  pricing::Evidence row = quote;
  row.recorded_at = lane_lock_.now;
  working_.prices.Take(std::move(row));
  return Answer();
}

}  // namespace fairpoint::engine
