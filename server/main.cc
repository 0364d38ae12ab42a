#include "absl/synchronization/mutex.h"
#include "server/command_line.h"

int main(int argc, char** argv) {
  // Debian's abseil looks for lock cycles at every lock, which gRPC's many locks pay for.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return fairpoint::server::RunCommandLine(argc, argv);
}
