// Rows for tests, in few words: channel "jd", listing "L", SKU "tea", in CNY.
#ifndef FAIRPOINT_PRICING_TESTING_ROWS_H_
#define FAIRPOINT_PRICING_TESTING_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pricing/fact.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing::testing {

inline constexpr int64_t kMinute = 60 * base::kMicrosPerSecond;
inline constexpr int64_t kDay = 24 * 60 * kMinute;

// So many minutes, or days, after 2026-01-01.
inline base::Instant Minute(int64_t minutes) {
  return {1'767'225'600 * base::kMicrosPerSecond + minutes * kMinute};
}
inline base::Instant Day(int64_t days) { return Minute(days * 24 * 60); }

// Recorded when it begins.
inline PriceFact Price(int64_t source_seq, int64_t amount, base::Instant from,
                       std::optional<base::Instant> until = std::nullopt) {
  PriceFact fact;
  fact.program_id = base::ProgramId("acme");
  fact.sku = "tea";
  fact.channel_id = "jd";
  fact.listing_id = "L";
  fact.source_seq = source_seq;
  fact.currency = "CNY";
  fact.amount = amount;
  fact.window = {from, until};
  fact.recorded_at = from;
  return fact;
}

inline PriceFact WithdrawalOf(int64_t source_seq, base::Instant from) {
  PriceFact fact = Price(source_seq, 0, from);
  fact.kind = FactKind::kWithdrawal;
  fact.currency.clear();
  return fact;
}

inline PriceFact ConfirmationOf(int64_t confirms_seq, base::Instant at) {
  PriceFact fact = Price(1, 0, at);
  fact.kind = FactKind::kConfirmation;
  fact.confirms_seq = confirms_seq;
  return fact;
}

inline PriceFact At(base::Instant recorded_at, PriceFact fact) {
  fact.recorded_at = recorded_at;
  return fact;
}
inline PriceFact Held(base::Instant until, PriceFact fact) {
  fact.held_until = until;
  return fact;
}
inline PriceFact In(const std::string& channel_id, PriceFact fact) {
  fact.channel_id = channel_id;
  return fact;
}

// An offer of the channel "app" to everyone, recorded when it begins.
inline Offer OfferOf(int64_t revision, int64_t amount, base::Instant from,
                     std::optional<base::Instant> until = std::nullopt) {
  Offer offer;
  offer.program_id = base::ProgramId("acme");
  offer.sku = "tea";
  offer.channel_id = "app";
  offer.offer_id = "o";
  offer.revision = revision;
  offer.amount = amount;
  offer.asked_amount = amount;
  offer.window = {from, until};
  offer.currency = "CNY";
  offer.recorded_at = from;
  return offer;
}

inline ChannelPromotion PromotionOf(int64_t source_seq, base::Instant from,
                                    std::optional<base::Instant> until = std::nullopt) {
  ChannelPromotion promotion;
  promotion.program_id = base::ProgramId("acme");
  promotion.channel_id = "jd";
  promotion.promotion_id = "p";
  promotion.source_seq = source_seq;
  promotion.terms.steps = {{20'000, 3'000}};
  promotion.window = {from, until};
  promotion.currency = "CNY";
  promotion.recorded_at = from;
  return promotion;
}

// Numbers rows 1, 2, 3 ... as a head does.
template <class Row>
std::vector<Row> Numbered(std::vector<Row> rows, int64_t first = 1) {
  for (Row& row : rows) row.head_seq = first++;
  return rows;
}

// What the book's series, in their order, count over [first, last]: by the highest numbers first.
struct Counted {
  int64_t source_seq;
  base::Instant at;
  friend bool operator==(const Counted&, const Counted&) = default;
};
inline std::vector<Counted> CountedIn(const SkuBook& book, base::Instant first, base::Instant last,
                                      bool with_holds = true) {
  std::vector<Counted> counted;
  for (const Listing& listing : book.listings())
    for (const Series& series : book.SeriesOf(listing))
      VisitCounting(book, listing, series, first, last, with_holds ? last : kNever,
                    [&](const LiveFact& fact, base::Instant at) {
                      counted.push_back({fact.source_seq, at});
                    });
  return counted;
}

}  // namespace fairpoint::pricing::testing

#endif  // FAIRPOINT_PRICING_TESTING_ROWS_H_
