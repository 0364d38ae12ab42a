// Money: whole minor units of one currency (ISO 4217 code). Amounts of different currencies are
// never compared as numbers.
#ifndef FAIRPOINT_BASE_MONEY_H_
#define FAIRPOINT_BASE_MONEY_H_

#include <cstdint>
#include <string>

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

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_MONEY_H_
