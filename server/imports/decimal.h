// Prices and quantities as people write them, exactly: no floating point anywhere.
#ifndef FAIRPOINT_SERVER_IMPORTS_DECIMAL_H_
#define FAIRPOINT_SERVER_IMPORTS_DECIMAL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace fairpoint::server::imports {

// mantissa x 10^exponent.
struct Decimal {
  bool negative = false;  // never of zero
  int64_t mantissa = 0;   // >= 0, at most 18 digits
  int exponent = 0;       // within +-10,000
};

// [+-]digits[.digits][(e|E)[+-]digits], with at most 18 digits before the exponent, leading zeros
// not counted. Spaces around it are allowed.
std::optional<Decimal> ReadDecimal(std::string_view text);

// [+-]digits[.zeros], within +-(2^31-1).
std::optional<int32_t> ReadUnits(std::string_view text);

// |units| x price x 10^minor_digits, rounded half up, for a price that is not negative. Absent if
// it does not fit.
std::optional<int64_t> AmountOf(int32_t units, const Decimal& price, int minor_digits);

// number x 10^digits where that is whole and fits, of a number that is not negative.
std::optional<int64_t> ExactAmountOf(const Decimal& number, int digits);

// > 0, in digits only. Spaces around it are allowed.
std::optional<int64_t> ReadPositive(std::string_view text);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_DECIMAL_H_
