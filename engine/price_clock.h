// The database's clock, as this process estimates it: prices are asked for at its time without
// asking the database.
#ifndef FAIRPOINT_ENGINE_PRICE_CLOCK_H_
#define FAIRPOINT_ENGINE_PRICE_CLOCK_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "base/time.h"

namespace fairpoint::engine {

// Thread-safe, lock-free.
class PriceClock {
 public:
  // The system's clock before the first Set.
  base::Instant Now() const;
  // What the database says it is, right now. A later Set may put the clock back.
  void Set(base::Instant database_now);

 private:
  static constexpr int64_t kUnset = std::numeric_limits<int64_t>::min();
  std::atomic<int64_t> ahead_micros_{kUnset};  // of base::SteadyNow
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_CLOCK_H_
