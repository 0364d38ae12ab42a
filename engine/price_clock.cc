#include "engine/price_clock.h"

namespace fairpoint::engine {

base::Instant PriceClock::Now() const {
  const int64_t ahead = ahead_micros_.load(std::memory_order_relaxed);
  if (ahead == kUnset) return base::SystemClock().Now();
  return {base::FromAbsl(base::SteadyNow()).micros + ahead};
}

void PriceClock::Set(base::Instant database_now) {
  ahead_micros_.store(database_now.micros - base::FromAbsl(base::SteadyNow()).micros,
                      std::memory_order_relaxed);
}

}  // namespace fairpoint::engine
