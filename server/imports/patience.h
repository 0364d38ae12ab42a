// How an import meets a server that does not answer, or has too much to do.
#ifndef FAIRPOINT_SERVER_IMPORTS_PATIENCE_H_
#define FAIRPOINT_SERVER_IMPORTS_PATIENCE_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "absl/time/time.h"
#include "base/time.h"

namespace fairpoint::server::imports {

struct PatienceOptions {
  absl::Duration give_up_after = absl::Minutes(2);  // without any progress
  absl::Duration silence_max = absl::Seconds(60);   // of a server that owes an answer
  absl::Duration first_pause = absl::Milliseconds(100);
  absl::Duration longest_pause = absl::Seconds(5);
};

// Whether the same may succeed later.
inline bool IsPassing(int code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         code == grpc::StatusCode::ABORTED || code == grpc::StatusCode::DEADLINE_EXCEEDED;
}

// Pauses that grow until there is progress again. Not thread-safe.
class Patience {
 public:
  explicit Patience(const PatienceOptions& options) : options_(options) { Progress(); }

  void Progress() {
    progress_at_ = base::SteadyNow();
    pause_ = options_.first_pause;
  }
  // What failed is tried again, from Until() on.
  void Fail() {
    const absl::Time now = base::SteadyNow();
    if (now < until_) return;  // one pause for all that failed together
    until_ = now + pause_;
    pause_ = std::min(pause_ * 2, options_.longest_pause);
  }
  bool IsPausing() const { return base::SteadyNow() < until_; }
  bool IsOver() const { return base::SteadyNow() - progress_at_ > options_.give_up_after; }
  const PatienceOptions& options() const { return options_; }

 private:
  PatienceOptions options_;
  absl::Time progress_at_;
  absl::Time until_ = absl::InfinitePast();
  absl::Duration pause_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PATIENCE_H_
