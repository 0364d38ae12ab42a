// Since when a reference channel asks what it does.
#ifndef FAIRPOINT_PRICING_COSTS_SINCE_H_
#define FAIRPOINT_PRICING_COSTS_SINCE_H_

#include <optional>
#include <string_view>

#include "base/time.h"
#include "pricing/market.h"
#include "pricing/page_memory.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// An instant from which one unit has cost `cost` in its channel without a break, its promotions
// taken off: the latest at which a fact that counts there, or a promotion that may bear on the SKU,
// began, or another ended. Nothing: it is about to change or just has, or the books do not tell it
// any more. Requires a `cost` of PagePrice of the same market, shopper and book.
std::optional<base::Instant> CostsSince(const Market& market, const Shopper& shopper,
                                        std::string_view sku, const SkuBook& book,
                                        const PageCosts::Cost& cost);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_COSTS_SINCE_H_
