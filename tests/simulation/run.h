// The inside of a run: callers in callers.cc, servers and the rest of the world in simulation.cc.
#ifndef FAIRPOINT_TESTS_SIMULATION_RUN_H_
#define FAIRPOINT_TESTS_SIMULATION_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/testing/fake_store.h"
#include "tests/simulation/auditor.h"
#include "tests/simulation/random.h"
#include "tests/simulation/servers.h"
#include "tests/simulation/simulation.h"
#include "tests/simulation/weather.h"
#include "tests/simulation/workload.h"

namespace fairpoint::simulation {

class Simulation {
 public:
  explicit Simulation(const RunOptions& options);
  RunResult Go();

 private:
  // Callers.
  void Ask();
  void AskForNewcomers();
  void Send(std::shared_ptr<const Request> request, Worker& worker);
  void SendAnywhere(const std::shared_ptr<const Request>& request);
  void OnAnswer(const std::shared_ptr<const Submission>& submission,
                absl::StatusOr<engine::Answer> answer);

  // Servers.
  void StartServer(Server& server);
  void Crash(Server& server);
  void StartBatch(Worker& worker, int64_t commands);
  void StepSomeone();
  void Step(Worker& worker);

  // The rest of the world.
  void SomethingElse();
  void Advance(int64_t micros);
  void LookAtBalances();
  void SweepDue();
  void ComeToRest();
  void JudgeStore();
  size_t QueueLength() const;
  bool AtRest() const;
  void Trace(const std::string& text) const {
    if (options_.trace) options_.trace(text);
  }

  const RunOptions& options_;
  Random random_;
  Coverage coverage_;
  engine::FakeStore store_;
  Auditor auditor_;
  Workload workload_;
  const Weather weather_;
  engine::Group::Options group_options_;
  std::vector<Server> servers_;
  absl::Time process_now_ = absl::UnixEpoch();  // as a server without skew has it
  int workers_made_ = 0;
  int64_t sent_ = 0;
  int64_t outage_steps_ = 0;
  int64_t duel_steps_ = 0;  // so long only these are stepped
  std::vector<Worker*> duelists_;
  bool resting_ = false;  // faults are over
  std::vector<std::shared_ptr<const Request>> asked_;
  std::vector<std::shared_ptr<const Request>>
      to_retry_;  // the caller does not know what came of it
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_RUN_H_
