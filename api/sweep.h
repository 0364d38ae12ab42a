// The sweep: books what fell due by the clock for members who are idle.
#ifndef FAIRPOINT_API_SWEEP_H_
#define FAIRPOINT_API_SWEEP_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "engine/read_pool.h"

namespace fairpoint::api {

struct SweepResult {
  int64_t members_settled = 0;
  int64_t entries_booked = 0;
};

struct SweepLimits {
  int64_t members_max = 0;                       // 0: all that are due when it begins
  absl::Time deadline = absl::InfiniteFuture();  // of base::SteadyNow; ends between two pages
  size_t page_size = 256;                        // members in flight at once
};

// Never blocks. `done` is called once, from a thread of the engine or the pool. What was done
// before an error stands. Members that cannot be settled now are left for the next sweep. Engine
// and pool must outlive the sweep: stop them before they go.
void Sweep(engine::Engine& engine, engine::ReadPool& reads, const SweepLimits& limits,
           std::function<void(absl::StatusOr<SweepResult>)> done);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_SWEEP_H_
