// The catalogue that prices are measured with: SKUs 0, 1, 2 ... in six reference channels, in each
// a price that holds and one that is scheduled, and two offers of our own below all of them. The
// same numbers give the same amounts, whoever asks: the server's own and those compared with it.
#ifndef FAIRPOINT_BENCH_CATALOGUE_H_
#define FAIRPOINT_BENCH_CATALOGUE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/spread.h"

namespace fairpoint::bench {

// Of program.textproto.
inline constexpr std::string_view kOwnChannel = "app";
inline constexpr std::array<std::string_view, 6> kReferences = {"douyin", "jd",     "pdd",
                                                                "store",  "taobao", "tmall"};
inline constexpr size_t kFactsAChannel = 2;  // of a SKU: that which holds, then the scheduled one
inline constexpr size_t kFactsASku = kReferences.size() * kFactsAChannel;
inline constexpr size_t kOffersASku = 2;  // LIST, then MEMBER

inline constexpr size_t kSkuChars = 12;

// "sku-00001234"
inline void WriteSku(uint64_t n, char* out) {
  constexpr std::string_view kPrefix = "sku-";
  std::copy(kPrefix.begin(), kPrefix.end(), out);
  for (size_t i = kSkuChars; i-- > kPrefix.size(); n /= 10)
    out[i] = static_cast<char>('0' + n % 10);
}
inline std::string SkuOf(uint64_t n) {
  std::string sku(kSkuChars, ' ');
  WriteSku(n, sku.data());
  return sku;
}

// In force: 10.00 to 1,000.00 for the SKU, up to a fifth more in this channel or that.
constexpr int64_t ShelfAmount(uint64_t sku, size_t channel) {
  const auto base = static_cast<int64_t>(1'000 + Mix(sku) % 99'000);
  return base + base * static_cast<int64_t>(Mix(sku * kReferences.size() + channel) % 200) / 1'000;
}
// Scheduled.
constexpr int64_t SaleAmount(uint64_t sku, size_t channel) {
  return ShelfAmount(sku, channel) * 9 / 10;
}
constexpr int64_t LeastShelfAmount(uint64_t sku) {
  int64_t least = INT64_MAX;
  for (size_t channel = 0; channel < kReferences.size(); ++channel)
    least = std::min(least, ShelfAmount(sku, channel));
  return least;
}
constexpr int64_t ListAmount(uint64_t sku) { return LeastShelfAmount(sku) * 98 / 100; }
constexpr int64_t MemberAmount(uint64_t sku) { return LeastShelfAmount(sku) * 95 / 100; }

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_CATALOGUE_H_
