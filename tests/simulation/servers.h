// The servers of a run: each a programme cache and a few workers, each worker a Group with its
// queue.
#ifndef FAIRPOINT_TESTS_SIMULATION_SERVERS_H_
#define FAIRPOINT_TESTS_SIMULATION_SERVERS_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/keyring.h"
#include "engine/group.h"
#include "engine/observer.h"
#include "engine/program_cache.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/rules.h"

namespace fairpoint::simulation {

// Counts what its worker tells.
class Watcher final : public engine::Observer {
 public:
  explicit Watcher(Coverage& coverage) : coverage_(coverage) {}
  void OnStage(std::string_view, absl::Duration) override {}
  void OnGroup(size_t commands) override;
  void OnRetry(const absl::Status& why) override;
  void OnRefusal(const absl::Status&) override {}
  void OnTrouble(const absl::Status& what) override;

  std::string stage;               // that is performed
  size_t unanswered = 0;           // of what the group was started with
  bool is_one_transaction = true;  // nothing in it must run alone

 private:
  Coverage& coverage_;
};

struct Worker {
  Worker(int its_number, absl::Duration its_skew, Coverage& coverage)
      : number(its_number), skew(its_skew), watcher(coverage) {}

  const int number;           // never used again after a crash
  const absl::Duration skew;  // of its server's clock
  Watcher watcher;
  std::unique_ptr<engine::Group> group;
  std::deque<std::pair<int64_t, engine::Pending>> queue;  // with the submission's number
  std::vector<int64_t> in_flight;                         // submissions the group has
};

struct Server {
  std::unique_ptr<engine::ProgramCache> programs;
  std::unique_ptr<engine::PriceCatalog> prices;
  std::vector<std::unique_ptr<Worker>> workers;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_SERVERS_H_
