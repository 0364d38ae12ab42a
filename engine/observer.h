// What the engine tells whoever measures it. Implementations are thread-safe and fast: they are
// called on the hot path.
#ifndef FAIRPOINT_ENGINE_OBSERVER_H_
#define FAIRPOINT_ENGINE_OBSERVER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace fairpoint::engine {

class Observer {
 public:
  virtual ~Observer() = default;
  // A stage of a group, by the names of Group::StageName: "begin", "lock_members" ... "deliver".
  virtual void OnStage(std::string_view stage, absl::Duration took) = 0;
  // A group was committed with so many commands.
  virtual void OnGroup(size_t commands) = 0;
  // A group was rolled back and will run again.
  virtual void OnRetry(const absl::Status& why) = 0;
  // A command was refused or failed.
  virtual void OnRefusal(const absl::Status& why) = 0;
  // Something an operator should see: the database is gone, refuses writes or broke.
  virtual void OnTrouble(const absl::Status& what) = 0;
};

// Ignores everything.
class SilentObserver final : public Observer {
 public:
  void OnStage(std::string_view, absl::Duration) override {}
  void OnGroup(size_t) override {}
  void OnRetry(const absl::Status&) override {}
  void OnRefusal(const absl::Status&) override {}
  void OnTrouble(const absl::Status&) override {}
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_OBSERVER_H_
