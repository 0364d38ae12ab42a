// Lowers amounts to caps.
#ifndef FAIRPOINT_PRICING_CLAMP_H_
#define FAIRPOINT_PRICING_CLAMP_H_

#include <cstdint>
#include <span>
#include <vector>

#include "pricing/basket.h"
#include "pricing/basket_cap.h"
#include "pricing/cap.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

// What a line costs wherever it is listed, ascending by channel.
std::vector<LineCost> CostsOf(const Market& market, const Shopper& shopper, const BasketLine& line);
// Tells them: references, cap, capped_by.
void Tell(std::span<const LineCost> costs, PricedLine& line);

struct Lowered {
  std::vector<int64_t> amounts;
  std::vector<int64_t> lowered_by;  // by line: the index of the last basket cap that did; kAbsent
  std::vector<bool> has_lowered;    // by basket cap
  bool shipping_above = false;      // a cap would not be kept though all its lines were free
};
// The lines' own caps first, then those of the basket, one after another.
Lowered Lower(std::span<const PricedLine> lines, std::span<const BasketCap> caps,
              std::span<const int64_t> amounts, int64_t shipping);

// One a channel.
std::vector<BasketReference> ReferencesOf(std::span<const BasketCap> caps, const Lowered& lowered);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_CLAMP_H_
