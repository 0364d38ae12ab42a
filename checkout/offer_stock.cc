#include "checkout/offer_stock.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "pricing/best_offer.h"
#include "pricing/errors.h"

namespace fairpoint::checkout {
namespace {

using pricing::LiveOffer;

// What a line takes from.
struct OfferTaken {
  std::string offer_id;
  bool is_wide = false;
  int64_t stock = 0;                // in all; 0: any number
  const LiveOffer* live = nullptr;  // as it stands; null: it was withdrawn
};

std::span<const LiveOffer> OffersOf(bool is_wide, const pricing::ChannelBook* own,
                                    const pricing::SkuBook* book) {
  if (is_wide) return own == nullptr ? std::span<const LiveOffer>() : own->offers();
  return book == nullptr ? std::span<const LiveOffer>() : book->offers();
}

// Null: it was revised, withdrawn or sold out since.
const LiveOffer* FindUnchanged(int64_t offer_seq, std::span<const LiveOffer> offers) {
  const auto found = std::ranges::find(offers, offer_seq, &LiveOffer::head_seq);
  return found == offers.end() ? nullptr : &*found;
}

bool IsRowOf(const pricing::Offer& row, const pricing::Evidence& quote,
             const pricing::EvidenceLine& line) {
  return row.program_id == quote.program_id && row.channel_id == quote.body.shopper.channel_id &&
         row.head_seq == line.offer_seq && row.sku == (line.is_wide ? "" : line.sku);
}

pricing::OfferStock NothingSold(const pricing::Evidence& quote, const std::string& offer_id,
                                const std::string& sku) {
  return {.program_id = quote.program_id,
          .channel_id = quote.body.shopper.channel_id,
          .offer_id = offer_id,
          .sku = sku,
          .sold = 0};
}

auto KeyOf(const pricing::OfferStock& row) {
  return std::tie(row.program_id, row.channel_id, row.offer_id, row.sku);
}

// Of the revisions in the book that which stands at `now`, else the first to come; null: none.
const LiveOffer* FindStanding(std::string_view channel_id, std::string_view offer_id,
                              base::Instant now, std::span<const LiveOffer> offers) {
  const LiveOffer* standing = nullptr;
  for (const LiveOffer& each : offers)
    if (each.channel_id == channel_id && each.offer_id == offer_id &&
        (standing == nullptr || each.from <= now))
      standing = &each;
  return standing;
}

// That of the quote: as it stands, or, where it was withdrawn, as it was quoted.
absl::StatusOr<OfferTaken> QuotedOffer(const BasketPrices& prices, size_t index) {
  const pricing::Evidence& quote = prices.quote;
  const pricing::EvidenceLine& line = quote.body.lines[index];
  const std::span<const LiveOffer> offers =
      OffersOf(line.is_wide, prices.market.own, prices.books[index]);
  const auto as_it_stands = [&](const auto& named) {
    const LiveOffer* const live =
        FindStanding(named.channel_id, named.offer_id, prices.market.now, offers);
    return OfferTaken{named.offer_id, line.is_wide, live == nullptr ? named.stock : live->stock,
                      live};
  };
  if (const LiveOffer* const same = FindUnchanged(line.offer_seq, offers))
    return as_it_stands(*same);
  const auto row = std::ranges::find_if(
      prices.quoted_offers, [&](const pricing::Offer& each) { return IsRowOf(each, quote, line); });
  if (row == prices.quoted_offers.end())
    return absl::DataLossError(absl::StrCat("the offer ", line.offer_seq, " of quote ",
                                            quote.evidence_id, " is not there"));
  return as_it_stands(*row);
}

// That which made the line's amount. Its stock is 0 where nothing is to be taken.
absl::StatusOr<OfferTaken> OfferOf(const BasketPrices& prices, const pricing::PricedLine& priced,
                                   size_t index) {
  if (priced.by_quote)
    return prices.quote.body.lines[index].stocked ? QuotedOffer(prices, index) : OfferTaken();
  if (!priced.stocked) return OfferTaken();
  const LiveOffer* const live = FindUnchanged(
      priced.offer_seq, OffersOf(priced.is_wide, prices.market.own, prices.books[index]));
  return OfferTaken{live->offer_id, priced.is_wide, live->stock, live};
}

pricing::OfferStock& StockOf(const pricing::OfferStock& key, const BasketPrices& prices,
                             std::vector<pricing::OfferStock>& taken) {
  const auto is_it = [&key](const pricing::OfferStock& one) { return KeyOf(one) == KeyOf(key); };
  const auto found = std::ranges::find_if(taken, is_it);
  if (found != taken.end()) return *found;
  const auto stored = std::ranges::find_if(prices.stocks, is_it);
  return taken.emplace_back(stored == prices.stocks.end() ? key : *stored);
}

// Whether it is one of the stock's revisions, of which nothing is left and no row tells so.
bool IsGone(const LiveOffer& offer, const pricing::OfferStock& stock,
            const BasketChanges& changes) {
  if (offer.channel_id != stock.channel_id || offer.offer_id != stock.offer_id || offer.sold_out ||
      offer.stock == 0 || stock.sold < offer.stock)
    return false;
  return std::ranges::none_of(changes.sold_out, [&](const pricing::Offer& row) {
    return row.sku == stock.sku && row.offer_id == offer.offer_id && row.revision == offer.revision;
  });
}

// The row that tells the head, whose next numbers the rows take in turn.
pricing::Offer SoldOut(const pricing::OfferStock& stock, const LiveOffer& offer,
                       int64_t head_version, const BasketChanges& changes) {
  pricing::Offer gone;
  gone.program_id = stock.program_id;
  gone.sku = stock.sku;
  gone.head_seq =
      head_version + 1 + std::ranges::count(changes.sold_out, stock.sku, &pricing::Offer::sku);
  gone.channel_id = stock.channel_id;
  gone.offer_id = stock.offer_id;
  gone.revision = offer.revision;
  gone.sold_out = true;
  gone.source_key = pricing::SourceKey(gone);
  return gone;
}

}  // namespace

std::vector<const pricing::EvidenceLine*> LinesOfRevisedOffers(
    const pricing::Evidence& quote, const pricing::ChannelBook* own,
    std::span<const pricing::SkuBook* const> books) {
  std::vector<const pricing::EvidenceLine*> lines;
  for (size_t i = 0; i < books.size(); ++i) {
    const pricing::EvidenceLine& line = quote.body.lines[i];
    if (line.stocked &&
        FindUnchanged(line.offer_seq, OffersOf(line.is_wide, own, books[i])) == nullptr)
      lines.push_back(&line);
  }
  return lines;
}

std::vector<pricing::OfferStock> StocksOf(const pricing::Evidence& quote,
                                          const pricing::ChannelBook* own,
                                          std::span<const pricing::SkuBook* const> books,
                                          std::span<const pricing::Offer> quoted_offers) {
  std::vector<pricing::OfferStock> rows;
  const auto add = [&](const LiveOffer& offer, const std::string& sku) {
    const pricing::Shopper& shopper = quote.body.shopper;
    if (offer.stock > 0 && offer.channel_id == shopper.channel_id &&
        pricing::IsMadeTo(offer, shopper))
      rows.push_back(NothingSold(quote, offer.offer_id, sku));
  };
  for (size_t i = 0; i < books.size(); ++i) {
    if (books[i] == nullptr) continue;
    for (const LiveOffer& offer : books[i]->offers()) add(offer, quote.body.lines[i].sku);
  }
  if (own != nullptr) {
    for (const LiveOffer& offer : own->offers()) add(offer, {});
  }
  for (const pricing::Offer& row : quoted_offers) {
    const auto is_of_row = [&](const pricing::EvidenceLine& line) {
      return line.stocked && IsRowOf(row, quote, line);
    };
    if (std::ranges::any_of(quote.body.lines, is_of_row))
      rows.push_back(NothingSold(quote, row.offer_id, row.sku));
  }
  std::ranges::sort(rows, {}, KeyOf);
  const auto repeats = std::ranges::unique(rows);
  rows.erase(repeats.begin(), repeats.end());
  return rows;
}

absl::Status TakeStock(const BasketPrices& prices, const pricing::BasketPrice& price,
                       const std::string& actor, base::Instant now, BasketChanges& changes) {
  for (size_t i = 0; i < price.lines.size(); ++i) {
    const absl::StatusOr<OfferTaken> offer = OfferOf(prices, price.lines[i], i);
    if (!offer.ok()) return offer.status();
    if (offer->stock == 0) continue;
    const pricing::EvidenceLine& line = prices.quote.body.lines[i];
    pricing::OfferStock& stock =
        StockOf(NothingSold(prices.quote, offer->offer_id, offer->is_wide ? "" : line.sku), prices,
                changes.stocks);
    const int64_t left = std::max<int64_t>(0, offer->stock - stock.sold);
    if (line.quantity > left) return pricing::OfferSoldOut(offer->offer_id, line.sku, left);
    stock.sold += line.quantity;
    if (offer->live == nullptr) continue;
    for (const LiveOffer& each : OffersOf(offer->is_wide, prices.market.own, prices.books[i])) {
      if (!IsGone(each, stock, changes)) continue;
      pricing::Offer& gone = changes.sold_out.emplace_back(SoldOut(
          stock, each, offer->is_wide ? prices.market.own->version() : prices.books[i]->version(),
          changes));
      gone.actor = actor;
      gone.recorded_at = now;
    }
  }
  return absl::OkStatus();
}

void AppendStockedOffers(const pricing::Evidence& quote, const pricing::ChannelBook* own,
                         std::span<const pricing::SkuBook* const> books,
                         std::vector<pricing::Offer>& offers) {
  for (size_t i = 0; i < quote.body.lines.size(); ++i) {
    const pricing::EvidenceLine& line = quote.body.lines[i];
    if (!line.stocked) continue;
    const LiveOffer* const live =
        FindUnchanged(line.offer_seq, OffersOf(line.is_wide, own, books[i]));
    if (live == nullptr) continue;
    pricing::Offer& offer = offers.emplace_back();
    offer.program_id = quote.program_id;
    if (!line.is_wide) offer.sku = line.sku;
    offer.head_seq = live->head_seq;
    offer.channel_id = live->channel_id;
    offer.offer_id = live->offer_id;
    offer.revision = live->revision;
    offer.stock = live->stock;
  }
}

}  // namespace fairpoint::checkout
