// Money: whole minor units of one currency (ISO 4217 code). Amounts of different currencies are
// never compared as numbers.
#ifndef FAIRPOINT_BASE_MONEY_H_
#define FAIRPOINT_BASE_MONEY_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"

namespace fairpoint::base {

struct Money {
  std::string currency;     // "CNY"
  int64_t minor_units = 0;  // fen, cents
  friend bool operator==(const Money&, const Money&) = default;
};

// floor(amount * numerator / denominator) in 128 bits. Requires amount >= 0, numerator >= 0,
// denominator > 0 and a quotient that fits; `fits` says whether it did.
inline int64_t MulDivFloor(int64_t amount, int64_t numerator, int64_t denominator, bool& fits) {
  const absl::uint128 quotient =
      absl::uint128(amount) * absl::uint128(numerator) / absl::uint128(denominator);
  fits = quotient <= absl::uint128(INT64_MAX);
  return fits ? static_cast<int64_t>(quotient) : 0;
}

// How many digits of an amount in the currency are minor units (ISO 4217). Of one that is in
// neither list: 2.
inline int MinorDigits(std::string_view currency) {
  static constexpr std::string_view kNone[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                               "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                               "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::string_view kThree[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::ranges::find(kNone, currency) != std::end(kNone)) return 0;
  return std::ranges::find(kThree, currency) != std::end(kThree) ? 3 : 2;
}

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_MONEY_H_
