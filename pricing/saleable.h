// What is told of a basket that cannot be sold.
#ifndef FAIRPOINT_PRICING_SALEABLE_H_
#define FAIRPOINT_PRICING_SALEABLE_H_

#include <span>

#include "absl/status/status.h"
#include "pricing/basket.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

// OK, or BASKET_NOT_SALEABLE with every line that cannot be sold. `lines` are those that were
// priced in the market.
absl::Status CheckSaleable(const Market& market, std::span<const BasketLine> lines,
                           const BasketPrice& price);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_SALEABLE_H_
