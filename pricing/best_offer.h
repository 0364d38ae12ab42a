// Our own price of a line, before any cap.
#ifndef FAIRPOINT_PRICING_BEST_OFFER_H_
#define FAIRPOINT_PRICING_BEST_OFFER_H_

#include <cstdint>
#include <vector>

#include "pricing/basket.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

struct BestOffer {
  int64_t amount = kAbsent;       // for the line; kAbsent: there is no offer
  int64_t list_amount = kAbsent;  // of the least LIST offer
  int64_t floor_amount = 0;       // of the LIST offers, the greatest: for the line
  int64_t offer_seq = 0;
  bool is_wide = false;
  bool introductory = false;
  bool stocked = false;     // only while its stock lasts
  bool for_others = false;  // somebody else may use one
  bool sold_out = false;    // one was there, and its stock is gone
};

// The least of the offers that hold at the market's instant for the shopper, were he of the level.
// Of equals the one without stock, then the SKU's own, then the first by id. Requires a book.
BestOffer BestOfferFor(const Market& market, const Shopper& shopper, int64_t level,
                       const BasketLine& line);

// Whether it is made where the shopper is, and in what he looks at: its scope, scene and session.
bool IsMadeTo(const LiveOffer& offer, const Shopper& shopper);

// The levels below the shopper's at which one of the line's offers opens: appended.
void AppendLowerLevels(const Market& market, const Shopper& shopper, const BasketLine& line,
                       std::vector<int64_t>& levels);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_BEST_OFFER_H_
