#include "tests/simulation/servers.h"

#include "absl/strings/match.h"

namespace fairpoint::simulation {

void Watcher::OnGroup(size_t commands) {
  coverage_.Count("groups");
  if (commands > 1) coverage_.Count("groups of several");
  if (is_one_transaction && commands < unanswered) coverage_.Count("split groups");
}

void Watcher::OnRetry(const absl::Status& why) {
  switch (why.code()) {
    case absl::StatusCode::kAborted:
      coverage_.Count("aborts");
      if (absl::StrContains(why.message(), "lease was lost")) coverage_.Count("lanes lost");
      if (absl::StrContains(why.message(), "changed hands"))
        coverage_.Count("resolutions overtaken");
      break;
    case absl::StatusCode::kAlreadyExists:
      coverage_.Count("lost to a unique key");
      break;
    case absl::StatusCode::kUnavailable:
      coverage_.Count("sessions lost");
      break;
    case absl::StatusCode::kUnknown:
      coverage_.Count("unknown commits");
      break;
    default:
      coverage_.Count("store refused");
      break;
  }
}

// Told when a transaction is split or given up.
void Watcher::OnTrouble(const absl::Status& what) {
  const bool unreachable =
      what.code() == absl::StatusCode::kUnavailable || what.code() == absl::StatusCode::kUnknown;
  if (unreachable)
    coverage_.Count(stage == "begin" ? "gave up: no database" : "gave up: sessions ended");
}

}  // namespace fairpoint::simulation
