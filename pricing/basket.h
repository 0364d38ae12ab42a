// The price of a basket: the best offers, then the caps, for one shopper at one instant. Pure: the
// same books give the same price for ever, which is what evidence rests on.
#ifndef FAIRPOINT_PRICING_BASKET_H_
#define FAIRPOINT_PRICING_BASKET_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

inline constexpr size_t kBasketLinesMax = 2'000;
inline constexpr int64_t kQuantityMax = 2'147'483'647;
// Of the levels below a member's, at which offers open, no more are tried: the highest, and a
// stranger's.
inline constexpr int kLevelsTried = 16;
// No cap, no price.
inline constexpr int64_t kAbsent = -1;
// What a line costs is never taken to be more, here or there: so that a basket's sum fits.
inline constexpr int64_t kLineAmountMax = 4'000'000'000'000'000;

// Why something is not sold. Stored in evidence: never renumber.
enum class Obstacle : uint8_t {
  kNone = 0,
  kSkuUnknown = 1,   // no row about it
  kNoOffer = 2,      // nothing that this shopper may use holds now
  kMembersOnly = 3,  // somebody else may
  kChannelNeverFed = 4,
  kChannelStale = 5,  // and the programme says: not saleable
  kBelowMarginFloor = 6,
  kShippingAboveCap = 7,  // of the basket
  kOfferSoldOut = 8,
};

struct BasketLine {
  std::string_view sku;
  int64_t quantity = 0;           // 1 to kQuantityMax
  const SkuBook* book = nullptr;  // null: unknown
  // Commit: the amount of an unexpired quote for the line; kAbsent: there is none.
  int64_t quoted = kAbsent;
};

// A reference channel as seen from a line.
struct LineReference {
  uint32_t channel = 0;  // index into Market::references
  int64_t amount = 0;    // the least that the line's quantity costs there over what is looked at
  int64_t head_seq = 0;  // of that fact
  base::Instant at;      // the first instant at which it does
};

struct PricedLine {
  Obstacle obstacle = Obstacle::kNone;
  int64_t obstacle_channel = kAbsent;  // of kChannel*: index into Market::references
  int64_t list_amount = kAbsent;       // of the least LIST offer that applies
  int64_t offer_seq = 0;               // head_seq of today's best offer; 0: none (a quote alone)
  bool is_wide = false;                // that offer is the channel's, for all SKUs
  bool introductory = false;           // that offer is
  bool stocked = false;                // that offer holds while its stock lasts
  bool by_quote = false;               // today's amount is more than the quote, or there is none
  int64_t offered = kAbsent;           // what it gives, before any cap; honoured: quote or today
  int64_t cap = kAbsent;               // G1; kAbsent: nobody caps
  LineReference capped_by;             // where cap is not kAbsent
  int64_t amount = kAbsent;            // charged
  // One a channel that compares: what the line costs there.
  std::vector<LineReference> references;
};

// A reference channel as seen from the basket. It may list some of the lines at one instant and
// others at another, each time a cap of its own: told is the last one that lowered lines, else that
// of most lines, of these the least.
struct BasketReference {
  uint32_t channel = 0;                 // index into Market::references
  int64_t goods = 0;                    // what its lines cost there at `at`, promotions taken off
  int64_t shipping = 0;                 // there
  base::Instant at;                     // the first instant at which both together are least
  std::vector<int64_t> promotion_seqs;  // used, in their order
  int64_t ours = 0;                     // of the same lines here, as charged
  bool caps = false;                    // lines were lowered for it
  bool bounded = false;                 // too many combinations: what is told is lower than any
};

struct BasketPrice {
  std::vector<PricedLine> lines;
  std::vector<BasketReference> references;  // of channels that list any line
  int64_t level = kStranger;                // whose offers were taken
  int64_t total = kAbsent;                  // of the lines, without shipping; kAbsent: not saleable
  Obstacle obstacle = Obstacle::kNone;      // of the basket, or of its first line that has one
  bool degraded = false;      // a channel that lists a line is stale; at a till also: was never fed
  base::Instant next_change;  // until then the same, unless something is written; kNever
};

// `shipping`: what the shopper pays us for it. Requires 1 to kBasketLinesMax lines. Lines that
// cannot be sold make the basket not saleable; the others are priced all the same.
BasketPrice PriceBasket(const Market& market, const Shopper& shopper,
                        std::span<const BasketLine> lines, int64_t shipping);

// Amounts given, lowered to the caps of the market's instant (G1, then G2): the clamp alone, for
// orders priced elsewhere and for price protection. `amounts` are parallel to lines.
struct Clamped {
  std::vector<int64_t> amounts;
  // By line: index into Market::references, of the last whose basket's cap lowered it; or kAbsent.
  std::vector<int64_t> lowered_by;
  std::vector<PricedLine> lines;  // cap, capped_by, references
  std::vector<BasketReference> references;
};
Clamped ClampToCaps(const Market& market, const Shopper& shopper, std::span<const BasketLine> lines,
                    std::span<const int64_t> amounts, int64_t shipping);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_BASKET_H_
