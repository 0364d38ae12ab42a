#include "checkout/allocation.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/numeric/int128.h"

namespace fairpoint::checkout {

std::vector<int64_t> SpreadByWeight(int64_t whole, std::span<const int64_t> weights) {
  std::vector<int64_t> shares(weights.size(), 0);
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  if (whole == 0 || sum == 0) return shares;
  std::vector<int64_t> remainders(weights.size());
  int64_t left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const absl::uint128 product = absl::uint128(whole) * absl::uint128(weights[i]);
    shares[i] = static_cast<int64_t>(product / absl::uint128(sum));
    remainders[i] = static_cast<int64_t>(product % absl::uint128(sum));
    left -= shares[i];
  }
  std::vector<size_t> places(weights.size());
  std::iota(places.begin(), places.end(), size_t{0});
  // Fewer are left than there are remainders above zero.
  const auto most = places.begin() + left;
  std::ranges::partial_sort(places, most, [&](size_t a, size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  for (auto place = places.begin(); place != most; ++place) ++shares[*place];
  return shares;
}

int64_t PrefixShare(int64_t whole, int64_t units, int64_t quantity) {
  return static_cast<int64_t>(absl::uint128(whole) * absl::uint128(units) /
                              absl::uint128(quantity));
}

}  // namespace fairpoint::checkout
