// Points: a whole number, never a fraction. All sums that a caller could drive past 2^63-1 are
// checked before they are made.
#ifndef FAIRPOINT_BASE_POINTS_H_
#define FAIRPOINT_BASE_POINTS_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

namespace fairpoint::base {

struct Points {
  int64_t value = 0;
  friend auto operator<=>(const Points&, const Points&) = default;

  // Unchecked: for sums already known to fit (parts of a checked whole).
  Points& operator+=(Points other) {
    value += other.value;
    return *this;
  }
  Points& operator-=(Points other) {
    value -= other.value;
    return *this;
  }
  friend Points operator+(Points a, Points b) { return a += b; }
  friend Points operator-(Points a, Points b) { return a -= b; }
};

inline constexpr Points kNoPoints{0};
inline constexpr Points kPointsMax{std::numeric_limits<int64_t>::max()};

// a + b, or nothing when it does not fit.
inline std::optional<Points> CheckedAdd(Points a, Points b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a.value, b.value, &sum)) return std::nullopt;
  return Points{sum};
}

// a - b, likewise.
inline std::optional<Points> CheckedSub(Points a, Points b) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(a.value, b.value, &difference)) return std::nullopt;
  return Points{difference};
}

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_POINTS_H_
