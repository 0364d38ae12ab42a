#include "base/time.h"

#include <chrono>

#include "absl/time/clock.h"

namespace fairpoint::base {

std::string ToString(Instant instant) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", ToAbsl(instant), absl::UTCTimeZone());
}

namespace {
class RealClock final : public Clock {
 public:
  Instant Now() override { return FromAbsl(absl::Now()); }
};
}  // namespace

Clock& SystemClock() {
  static RealClock clock;
  return clock;
}

absl::Time SteadyNow() {
  using SteadyClock = std::chrono::steady_clock;
  static const SteadyClock::time_point begun = SteadyClock::now();
  static const absl::Time begun_at = absl::Now();
  return begun_at + absl::FromChrono(SteadyClock::now() - begun);
}

}  // namespace fairpoint::base
