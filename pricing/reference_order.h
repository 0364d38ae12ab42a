// What a reference channel would charge for a basket: its public promotions, used as a buyer would
// who wants to pay least.
#ifndef FAIRPOINT_PRICING_REFERENCE_ORDER_H_
#define FAIRPOINT_PRICING_REFERENCE_ORDER_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pricing/channel_book.h"

namespace fairpoint::pricing {

inline constexpr size_t kCombinationsMax = 4'096;
// Of more lines with dearer listings not every choice of them is tried.
inline constexpr size_t kDearerLinesMax = 3;
// Of lines, instants and combinations together.
inline constexpr size_t kWorkMax = 1 << 19;

// A line that the channel lists.
struct ReferenceLine {
  std::string_view sku;
  int64_t quantity = 0;
  int64_t amount = 0;  // of the whole quantity, before promotions
  // How much more it costs at the dearest listing, and at the next dearer one. 0: there is none.
  int64_t spare = 0;
  int64_t next_dearer = 0;
};

struct ReferenceTotal {
  int64_t goods = 0;                    // after promotions, >= 0
  std::vector<int64_t> promotion_seqs;  // used, in their order
  bool bounded = false;                 // there are more combinations: a lower bound
};

// The least that the lines cost with any allowed choice of these promotions, which are in their
// order (order, then id) and all hold, and of listings: every line at its least, next or dearest
// one, and, of several units, some at dearer ones where that reaches a threshold.
ReferenceTotal LeastTotal(std::span<const ReferenceLine> lines,
                          std::span<const LivePromotion* const> promotions,
                          size_t combinations_max = kCombinationsMax);

// No less than any choice takes off these lines, or those of some of the SKUs, at these amounts or
// lower ones, whichever of the promotions hold: every promotion's greatest reduction, as if each
// came first.
int64_t GreatestReduction(std::span<const ReferenceLine> lines,
                          std::span<const LivePromotion* const> promotions);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_REFERENCE_ORDER_H_
