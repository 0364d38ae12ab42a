#include "server/imports/decimal.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

constexpr int kDigitsMax = 18;
constexpr int kExponentMax = 10'000;
constexpr int kPowersOf128Bits = 38;
// Past it a product of units (31 bits) and a mantissa (60 bits) does not fit 64 bits, if it is > 0.
constexpr int kScaleMax = 18;

bool TakeSign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

std::string_view TakeDigits(std::string_view& text) {
  const auto* const end = std::ranges::find_if_not(text, absl::ascii_isdigit);
  const std::string_view digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// Adds digits to a mantissa; false if there are too many.
bool Append(std::string_view digits, Decimal& number, int& count) {
  for (const char digit : digits) {
    if (number.mantissa > 0 || digit != '0') ++count;
    if (count > kDigitsMax) return false;
    number.mantissa = number.mantissa * 10 + (digit - '0');
  }
  return true;
}

absl::uint128 PowerOfTen(int exponent) {
  absl::uint128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::optional<Decimal> ReadDecimal(std::string_view text) {
  text = Trimmed(text);
  Decimal number;
  number.negative = TakeSign(text);
  const std::string_view whole = TakeDigits(text);
  int count = 0;
  if (whole.empty() || !Append(whole, number, count)) return std::nullopt;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::string_view fraction = TakeDigits(text);
    if (fraction.empty() || !Append(fraction, number, count)) return std::nullopt;
    if (fraction.size() > kExponentMax) return std::nullopt;
    number.exponent = -static_cast<int>(fraction.size());
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const bool negative = TakeSign(text);
    const std::string_view digits = TakeDigits(text);
    int exponent = 0;
    if (digits.empty()) return std::nullopt;
    for (const char digit : digits)
      exponent = std::min(exponent * 10 + (digit - '0'), kExponentMax);
    number.exponent += negative ? -exponent : exponent;
  }
  if (!text.empty()) return std::nullopt;
  if (number.mantissa == 0) number.negative = false;
  return number;
}

std::optional<int32_t> ReadUnits(std::string_view text) {
  text = Trimmed(text);
  const bool negative = TakeSign(text);
  const std::string_view whole = TakeDigits(text);
  if (whole.empty()) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
    if (!std::ranges::all_of(text, [](char c) { return c == '0'; })) return std::nullopt;
  }
  int64_t units = 0;
  for (const char digit : whole) {
    units = units * 10 + (digit - '0');
    if (units > std::numeric_limits<int32_t>::max()) return std::nullopt;
  }
  return static_cast<int32_t>(negative ? -units : units);
}

std::optional<int64_t> AmountOf(int32_t units, const Decimal& price, int minor_digits) {
  const absl::uint128 count = static_cast<uint64_t>(units < 0 ? -int64_t{units} : int64_t{units});
  absl::uint128 product = count * static_cast<uint64_t>(price.mantissa);
  const int scale = price.exponent + minor_digits;
  if (product == 0) return 0;
  if (scale > kScaleMax) return std::nullopt;
  if (scale >= 0) {
    const absl::uint128 power = PowerOfTen(scale);
    if (product > absl::Uint128Max() / power) return std::nullopt;
    product *= power;
  } else if (scale < -kPowersOf128Bits) {
    return 0;
  } else {
    const absl::uint128 power = PowerOfTen(-scale);
    product = (product + power / 2) / power;
  }
  if (product > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(absl::Uint128Low64(product));
}

std::optional<int64_t> ExactAmountOf(const Decimal& number, int digits) {
  Decimal least = number;
  for (; least.mantissa > 0 && least.mantissa % 10 == 0; ++least.exponent) least.mantissa /= 10;
  if (least.mantissa > 0 && least.exponent + digits < 0) return std::nullopt;
  return AmountOf(1, least, digits);
}

std::optional<int64_t> ReadPositive(std::string_view text) {
  text = Trimmed(text);
  int64_t number = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    if (__builtin_mul_overflow(number, int64_t{10}, &number) ||
        __builtin_add_overflow(number, int64_t{c - '0'}, &number)) {
      return std::nullopt;
    }
  }
  if (number == 0) return std::nullopt;
  return number;
}

}  // namespace fairpoint::server::imports
