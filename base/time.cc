#include "base/time.h"

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

}  // namespace fairpoint::base
