#include "base/allocation.h"

#include <algorithm>
#include <numeric>

#include "absl/numeric/int128.h"

namespace fairpoint::base {

std::vector<int64_t> SpreadByWeight(int64_t whole, std::span<const int64_t> weights) {
  std::vector<int64_t> shares(weights.size());
  SpreadSpace space;
  SpreadByWeight(whole, weights, shares, space);
  return shares;
}

void SpreadByWeight(int64_t whole, std::span<const int64_t> weights, std::span<int64_t> shares,
                    SpreadSpace& space) {
  std::ranges::fill(shares, 0);
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  if (whole == 0 || sum == 0) return;
  space.remainders.resize(weights.size());
  int64_t left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    int64_t product = 0;
    if (__builtin_mul_overflow(whole, weights[i], &product)) {
      const absl::uint128 wide = absl::uint128(whole) * absl::uint128(weights[i]);
      shares[i] = static_cast<int64_t>(wide / absl::uint128(sum));
      space.remainders[i] = static_cast<int64_t>(wide % absl::uint128(sum));
    } else {
      shares[i] = product / sum;
      space.remainders[i] = product % sum;
    }
    left -= shares[i];
  }
  if (left == 0) return;
  space.places.resize(weights.size());
  std::iota(space.places.begin(), space.places.end(), size_t{0});
  // Fewer are left than there are remainders above zero.
  const auto most = space.places.begin() + left;
  std::ranges::nth_element(space.places, most, [&](size_t a, size_t b) {
    const int64_t one = space.remainders[a], other = space.remainders[b];
    return one != other ? one > other : a < b;
  });
  for (auto place = space.places.begin(); place != most; ++place) ++shares[*place];
}

int64_t PrefixShare(int64_t whole, int64_t units, int64_t quantity) {
  return static_cast<int64_t>(absl::uint128(whole) * absl::uint128(units) /
                              absl::uint128(quantity));
}

}  // namespace fairpoint::base
