// What a basket and a page have in common: one line, its offer, and why it may not be sold.
#ifndef FAIRPOINT_PRICING_LINE_PRICE_H_
#define FAIRPOINT_PRICING_LINE_PRICE_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "pricing/basket.h"
#include "pricing/best_offer.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

inline bool IsStale(const Market& market, uint32_t channel) {
  return market.references[channel].freshness == Freshness::kStale;
}

// What is asked before any cap: the least of offer and quote; kAbsent: there is neither.
inline int64_t OfferedOf(const BasketLine& line, const BestOffer& offer) {
  if (line.quoted == kAbsent || offer.amount == kAbsent) return std::max(line.quoted, offer.amount);
  return std::min(line.quoted, offer.amount);
}

// With the index of the channel whose feed it is, or kAbsent. `amount` is what would be charged,
// `references` what the line costs elsewhere.
std::pair<Obstacle, int64_t> ObstacleOf(const Market& market, const Shopper& shopper,
                                        const BasketLine& line,
                                        std::span<const LineReference> references,
                                        const BestOffer& offer, int64_t amount);

// Of a PricedLine or a PagePrice.
template <class Priced>
void Tell(const BestOffer& offer, Priced& priced) {
  priced.list_amount = offer.list_amount;
  priced.offer_seq = offer.offer_seq;
  priced.is_wide = offer.is_wide;
  priced.introductory = offer.introductory;
  priced.stocked = offer.stocked;
}

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_LINE_PRICE_H_
