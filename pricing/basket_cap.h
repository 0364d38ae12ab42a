// What lines cost together in reference channels: the caps of the basket (G2).
#ifndef FAIRPOINT_PRICING_BASKET_CAP_H_
#define FAIRPOINT_PRICING_BASKET_CAP_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "pricing/basket.h"
#include "pricing/cap.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

// More instants than these are not looked at one by one.
inline constexpr size_t kInstantsMax = 64;

// These lines and our shipping may not cost more than goods and shipping together.
struct BasketCap {
  uint32_t channel = 0;         // index into Market::references
  std::vector<uint32_t> lines;  // ascending
  int64_t goods = 0;
  int64_t shipping = 0;  // bounded: at most that there
  base::Instant at;
  std::vector<int64_t> promotion_seqs;
  bool bounded = false;
};

// By channel, one for every set of lines that it lists at some instant, in the order in which they
// come. Where too many instants would have to be looked at: some that are together lower than any
// such set's. `costs` are, by line, what it costs where it is listed, ascending by channel; a line
// that has none is in no cap. `shipping`: what the shopper pays us for it.
std::vector<BasketCap> BasketCapsOf(const Market& market, const Shopper& shopper,
                                    std::span<const BasketLine> lines,
                                    std::span<const std::vector<LineCost>> costs, int64_t shipping);

// Whether the promotion might be used by such a shopper at an instant of [first, last].
bool MayBeUsed(const LivePromotion& promotion, const Shopper& shopper, base::Instant first,
               base::Instant last);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_BASKET_CAP_H_
