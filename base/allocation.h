// Exact shares of whole numbers: over lines by largest remainder, over units by prefix.
#ifndef FAIRPOINT_BASE_ALLOCATION_H_
#define FAIRPOINT_BASE_ALLOCATION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fairpoint::base {

// Shares of `whole` in proportion to the weights, which sum exactly to it. What the floors leave
// goes to the largest remainders, ties to the earlier; a weight of zero gets nothing. Requires
// whole >= 0, weights >= 0 whose sum fits and, unless whole is 0, is more than 0.
std::vector<int64_t> SpreadByWeight(int64_t whole, std::span<const int64_t> weights);

// Room to work in, kept from one call to the next.
struct SpreadSpace {
  std::vector<int64_t> remainders;
  std::vector<size_t> places;
};
// The same into `shares`, which is as long as the weights.
void SpreadByWeight(int64_t whole, std::span<const int64_t> weights, std::span<int64_t> shares,
                    SpreadSpace& space);

// What the first `units` of `quantity` units have of `whole`: floor(whole * units / quantity). Unit
// j has PrefixShare(j) - PrefixShare(j - 1). Requires 0 <= units <= quantity, 0 < quantity.
int64_t PrefixShare(int64_t whole, int64_t units, int64_t quantity);

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_ALLOCATION_H_
