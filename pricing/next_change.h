// Until when a price stays as it is, if nothing is written.
#ifndef FAIRPOINT_PRICING_NEXT_CHANGE_H_
#define FAIRPOINT_PRICING_NEXT_CHANGE_H_

#include "base/time.h"
#include "pricing/channel_book.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// Prices that the market gives are the same from its instant to these, or longer.
base::Instant NextChange(const Market& market);  // of promotions, freshness, offers for all SKUs
base::Instant NextChange(const Market& market, const SkuBook& book);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_NEXT_CHANGE_H_
