// Instants: whole microseconds since 1970-01-01T00:00:00Z, UTC. Intervals of instants are half-open
// everywhere in Fairpoint.
#ifndef FAIRPOINT_BASE_TIME_H_
#define FAIRPOINT_BASE_TIME_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace fairpoint::base {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;

// A point in time. Value type, totally ordered.
struct Instant {
  int64_t micros = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// The range a caller may name: 1970-01-01 (inclusive) to 2200-01-01 (exclusive). Chosen so that any
// sum of an instant and a policy's period stays far from overflow.
inline constexpr Instant kEarliestInstant{0};
inline constexpr Instant kLatestInstant{7'258'118'400 * kMicrosPerSecond};

// How far a till's clock may differ from the database's without being taken at its word.
inline constexpr absl::Duration kClockTolerance = absl::Minutes(5);

inline Instant operator+(Instant instant, absl::Duration duration) {
  return Instant{instant.micros + absl::ToInt64Microseconds(duration)};
}

inline absl::Time ToAbsl(Instant instant) { return absl::FromUnixMicros(instant.micros); }
inline Instant FromAbsl(absl::Time time) { return Instant{absl::ToUnixMicros(time)}; }

// "2026-06-19T16:00:00.000000Z", for messages and logs.
std::string ToString(Instant instant);

// A source of time. Thread-safe. Decisions inside a transaction use the database's clock, which on
// SQLite is this one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;
};

// The machine's real-time clock; a singleton that lives for ever.
Clock& SystemClock();

// A clock that nobody sets: for deadlines and waits, never for what is recorded. Close to real time
// when the process begins. Thread-safe.
absl::Time SteadyNow();

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_TIME_H_
