#include "tests/simulation/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/testing/fake_store.h"
#include "tests/simulation/auditor.h"
#include "tests/simulation/random.h"
#include "tests/simulation/servers.h"
#include "tests/simulation/store_check.h"
#include "tests/simulation/weather.h"
#include "tests/simulation/workload.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr base::Instant kStart{1'767'225'600 * kSecond};  // 2026-01-01
constexpr int64_t kStepsToRestMax = 400'000;

const base::Keyring& TestKeyring() {
  static const auto& keyring = *new base::Keyring({{1, std::string(base::kSecretBytes, 'k')}});
  return keyring;
}

class Simulation {
 public:
  explicit Simulation(const RunOptions& options);
  RunResult Go();

 private:
  // Callers.
  void Ask();
  void Send(std::shared_ptr<const Request> request, Server& server, Worker& worker);
  void SendAnywhere(const std::shared_ptr<const Request>& request);
  void OnAnswer(const std::shared_ptr<const Submission>& submission,
                absl::StatusOr<engine::Answer> answer);

  // Servers.
  void StartServer(Server& server);
  void Crash(Server& server);
  void StepSomeone();
  void Step(Server& server, Worker& worker);

  // The rest of the world.
  void SomethingElse();
  void Advance(int64_t micros);
  void LookAtBalances();
  void SweepDue();
  void ComeToRest();
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
  bool resting_ = false;  // faults are over
  std::vector<std::shared_ptr<const Request>> asked_;
  std::vector<std::shared_ptr<const Request>>
      to_retry_;  // the caller does not know what came of it
};

Simulation::Simulation(const RunOptions& options)
    : options_(options),
      random_(options.seed),
      auditor_(coverage_),
      workload_(random_),
      weather_(RandomWeather(random_)) {
  store_.SetClock(kStart);
  store_.SetFaults([this](engine::FakeCall call, const engine::WriteSet*) {
    return resting_ ? engine::FakeFault::kNone : DrawFault(weather_, random_, call);
  });
  store_.OnCommit([this](const engine::FakeCommit& commit) { auditor_.OnCommit(commit); });
  store_.OnLaneLocked([this](int worker, engine::TxnId txn, base::Instant now) {
    auditor_.OnLaneLocked(worker, txn, now);
  });
  store_.OnViolation(
      [this](const std::string& what) { auditor_.Fault(absl::StrCat("the store: ", what)); });
  if (options_.trace) auditor_.SetTrace(options_.trace);
  group_options_.attempts_max = static_cast<int>(random_.Between(2, 6));
  servers_.resize(random_.Percent(25) ? 3 : 2);
  for (Server& server : servers_) StartServer(server);
}

void Simulation::StartServer(Server& server) {
  server.skew = absl::Seconds(random_.Between(-100'000, 100'000));
  server.programs = std::make_unique<engine::ProgramCache>(ParseProgram);
  server.workers.clear();
  const int64_t count = random_.Between(1, 2);
  for (int64_t i = 0; i < count; ++i) {
    auto worker = std::make_unique<Worker>(++workers_made_, coverage_);
    engine::Group::Options group = group_options_;
    group.owner = absl::StrCat("worker-", worker->number);
    worker->group = std::make_unique<engine::Group>(store_, *server.programs, TestKeyring(),
                                                    worker->watcher, group);
    server.workers.push_back(std::move(worker));
  }
}

void Simulation::Crash(Server& server) {
  coverage_.Count("crashes");
  for (const auto& worker : server.workers) {
    Trace(absl::StrCat("crash of worker ", worker->number));
    std::vector<int64_t> lost = worker->in_flight;
    for (const auto& [number, pending] : worker->queue) lost.push_back(number);
    for (const int64_t number : lost) {
      if (const auto request = auditor_.Lose(number)) to_retry_.push_back(request);
    }
  }
  server.workers.clear();
  StartServer(server);
}

// ---- callers ----

void Simulation::Ask() {
  const int64_t now = store_.clock().micros;
  const int64_t dice = random_.Below(100);
  if (!to_retry_.empty() && dice < 40) {
    const size_t which = static_cast<size_t>(random_.Below(static_cast<int64_t>(to_retry_.size())));
    const std::shared_ptr<const Request> request = to_retry_[which];
    to_retry_.erase(to_retry_.begin() + static_cast<std::ptrdiff_t>(which));
    coverage_.Count("retries by callers");
    return SendAnywhere(request);
  }
  if (!asked_.empty() && dice < 50) {
    // Mostly something recent: it may still be under way.
    const auto count = static_cast<int64_t>(asked_.size());
    const int64_t back =
        random_.Percent(60) ? random_.Below(std::min<int64_t>(count, 8)) : random_.Below(count);
    const std::shared_ptr<const Request>& request = asked_[static_cast<size_t>(count - 1 - back)];
    if (request->request_id.empty()) return;
    if (random_.Percent(30)) {
      coverage_.Count("ids with other content");
      return SendAnywhere(workload_.OtherContent(*request, now));
    }
    coverage_.Count("duplicates");
    return SendAnywhere(request);
  }
  if (random_.Percent(3)) {
    coverage_.Count("newcomers in two orders");
    const std::vector<std::shared_ptr<const Request>> enrolments = workload_.Newcomers();
    Server& forwards = servers_[0];
    Server& backwards = servers_[1];
    for (const auto& request : enrolments) Send(request, forwards, *forwards.workers[0]);
    Request again;
    for (auto request = enrolments.rbegin(); request != enrolments.rend(); ++request) {
      again = **request;
      if (random_.Percent(50)) again.request_id += "-again";
      Send(std::make_shared<const Request>(again), backwards, *backwards.workers[0]);
    }
    return;
  }
  const std::shared_ptr<const Request> request = workload_.Next(now);
  asked_.push_back(request);
  SendAnywhere(request);
  if (request->request_id.empty()) return;
  if (random_.Percent(4)) {
    coverage_.Count("sent twice at once");
    SendAnywhere(request);
  }
  if (random_.Percent(3)) {
    // The same identities, or the same points, asked for by two callers under two ids.
    coverage_.Count("asked twice under two ids");
    Request again = *request;
    again.request_id += "-again";
    SendAnywhere(std::make_shared<const Request>(std::move(again)));
  }
}

void Simulation::SendAnywhere(const std::shared_ptr<const Request>& request) {
  Server& server = random_.Pick(servers_);
  Worker& worker = *random_.Pick(server.workers);
  Send(request, server, worker);
  if (!request->request_id.empty() && random_.Percent(2)) {
    coverage_.Count("sent twice to one worker");
    Send(request, server, worker);
  }
}

void Simulation::Send(std::shared_ptr<const Request> request, Server& server, Worker& worker) {
  auto submission = std::make_shared<Submission>();
  submission->number = sent_++;
  submission->request = std::move(request);
  submission->new_member_id = workload_.NewMemberId();
  submission->new_secret = workload_.NewSecret();
  if (!resting_ && random_.Percent(15)) {
    submission->deadline = process_now_ + server.skew + absl::Milliseconds(random_.Below(3000));
  }
  Trace(absl::StrCat("send ", Describe(*submission), " to worker ", worker.number));
  auditor_.OnSent(submission, worker.number);
  worker.queue.emplace_back(
      submission->number,
      engine::Pending{ToCommand(*submission),
                      [this, submission](absl::StatusOr<engine::Answer> answer) {
                        OnAnswer(submission, std::move(answer));
                      }});
}

void Simulation::OnAnswer(const std::shared_ptr<const Submission>& submission,
                          absl::StatusOr<engine::Answer> answer) {
  for (const Server& server : servers_) {
    for (const auto& worker : server.workers) {
      if (std::erase(worker->in_flight, submission->number) > 0) --worker->watcher.unanswered;
    }
  }
  auditor_.OnAnswer(submission->number, answer);
  if (answer.ok()) {
    workload_.Learn(*submission->request, *answer);
  } else if (answer.status().code() == absl::StatusCode::kUnavailable ||
             (answer.status().code() == absl::StatusCode::kDeadlineExceeded &&
              random_.Percent(50))) {
    to_retry_.push_back(submission->request);
  }
}

// ---- servers ----

void Simulation::StepSomeone() {
  Server& server = random_.Pick(servers_);
  Worker& worker = *random_.Pick(server.workers);
  if (worker.group->idle()) {
    if (worker.queue.empty()) return;
    // More may gather first.
    if (!resting_ && random_.Percent(40)) return;
    const int64_t most = random_.Percent(20) ? 60 : 8;
    const int64_t count =
        random_.Between(1, std::min(most, static_cast<int64_t>(worker.queue.size())));
    std::vector<engine::Pending> batch;
    worker.watcher.is_one_transaction = true;
    for (int64_t i = 0; i < count; ++i) {
      auto& [number, pending] = worker.queue.front();
      const bool publishes =
          std::holds_alternative<ledger::PublishProgram>(pending.command.operation);
      if (publishes) worker.watcher.is_one_transaction = false;
      worker.in_flight.push_back(number);
      batch.push_back(std::move(pending));
      worker.queue.pop_front();
    }
    worker.watcher.unanswered = batch.size();
    worker.group->Start(std::move(batch));
  }
  Step(server, worker);
}

void Simulation::Step(Server& server, Worker& worker) {
  engine::Group& group = *worker.group;
  const std::string stage = group.StageName();
  store_.SetCaller(worker.number);
  const bool delivers = stage == "deliver";
  if (delivers) auditor_.BeginDelivery(worker.number);
  const engine::Group::Step step = group.Next(process_now_ + server.skew);
  if (delivers) auditor_.EndDelivery();
  if (stage == "lock_programs" && std::string(group.StageName()) == "lock_lane")
    auditor_.OnProgramsLocked(worker.number);
  if (stage == "load" && std::string(group.StageName()) == "plan") auditor_.OnLoaded(worker.number);
  if (step == engine::Group::Step::kBlocked) coverage_.Count("waits for a lock");
  if (step == engine::Group::Step::kPause)
    process_now_ += absl::Milliseconds(random_.Between(1, 300));
  if (options_.trace) {
    const char* const names[] = {"", " (blocked)", " (pause)", " (idle)"};
    Trace(absl::StrCat("worker ", worker.number, " ", stage, names[static_cast<int>(step)]));
  }
}

// ---- the rest of the world ----

void Simulation::Advance(int64_t micros) {
  store_.SetClock(base::Instant{store_.clock().micros + micros});
}

void Simulation::SomethingElse() {
  int64_t dice = random_.Below(100);
  const auto falls = [&dice](int64_t percent) {
    dice -= percent;
    return dice < 0;
  };
  if (falls(weather_.clock_back_percent)) {
    coverage_.Count("clock jumps back");
    Advance(-random_.Below(random_.Percent(50) ? 100 * kSecond : 3 * kDay));
    Trace(absl::StrCat("the clock falls back to ", store_.clock().micros));
  } else if (falls(weather_.clock_leap_percent)) {
    coverage_.Count("clock jumps forward");
    Advance(random_.Below(random_.Percent(50) ? 100 * kSecond : 40 * kDay));
    Trace(absl::StrCat("the clock leaps to ", store_.clock().micros));
  } else if (falls(weather_.outage_percent)) {
    coverage_.Count("outages");
    outage_steps_ = random_.Between(5, 150);
    store_.SetDown(true);
    Trace("the database goes down");
  } else if (falls(weather_.crash_percent)) {
    Crash(random_.Pick(servers_));
  } else if (falls(weather_.stranger_percent)) {
    // Takes a lane whose lease ended, if there is one.
    const auto lane = store_.LeaseLane("stranger", random_.Between(1, 100));
    Trace(absl::StrCat("a stranger leases lane ", lane.ok() ? *lane : 0));
  } else if (falls(15)) {
    const auto lingering = static_cast<int64_t>(store_.LingeringCount());
    if (lingering > 0)
      store_.EndLingering(static_cast<size_t>(random_.Below(lingering)), random_.Percent(50));
  } else if (falls(20)) {
    LookAtBalances();
  } else if (falls(4)) {
    SweepDue();
  } else {
    Advance(random_.Below(weather_.tick_micros));
  }
}

void Simulation::LookAtBalances() {
  if (auditor_.world().members().empty()) return;
  auto member = auditor_.world().members().begin();
  std::advance(member, random_.Below(static_cast<int64_t>(auditor_.world().members().size())));
  coverage_.Count("balances looked at");
  if (const std::string fault = CheckBalance(store_, auditor_.world(), member->first);
      !fault.empty())
    auditor_.Fault(fault);
}

void Simulation::SweepDue() {
  const auto session = store_.OpenReadSession();
  if (!session.ok()) return;
  std::vector<engine::MemberName> due;
  if (!(*session)->FindDueMembers(store_.clock(), 3, due).ok()) return;
  for (const engine::MemberName& name : due) {
    coverage_.Count("swept");
    Request request;
    request.kind = Kind::kSettle;
    request.program = name.program_id.value();
    request.member_id = name.member_id.value();
    SendAnywhere(std::make_shared<const Request>(std::move(request)));
  }
}

bool Simulation::AtRest() const {
  return to_retry_.empty() && std::ranges::all_of(servers_, [](const Server& server) {
           return std::ranges::all_of(server.workers, [](const auto& worker) {
             return worker->group->idle() && worker->queue.empty();
           });
         });
}

void Simulation::ComeToRest() {
  resting_ = true;
  store_.SetDown(false);
  Trace("faults are over");
  for (int64_t steps = 0; !auditor_.fault(); ++steps) {
    if (steps > kStepsToRestMax) return auditor_.Fault("the servers do not come to rest");
    const auto lingering = static_cast<int64_t>(store_.LingeringCount());
    if (lingering > 0 && random_.Percent(20)) {
      store_.EndLingering(static_cast<size_t>(random_.Below(lingering)), random_.Percent(50));
    } else if (!to_retry_.empty() && random_.Percent(30)) {
      const std::shared_ptr<const Request> request = to_retry_.back();
      to_retry_.pop_back();
      SendAnywhere(request);
    } else if (AtRest() && lingering == 0) {
      return;
    } else {
      process_now_ += absl::Microseconds(random_.Below(2000));
      StepSomeone();
    }
  }
}

RunResult Simulation::Go() {
  while (!auditor_.fault() && sent_ < options_.commands) {
    if (outage_steps_ > 0) {
      process_now_ += absl::Milliseconds(random_.Below(400));
      if (--outage_steps_ == 0) {
        store_.SetDown(false);
        Trace("the database is back");
      }
    }
    process_now_ += absl::Microseconds(random_.Below(3000));
    const int64_t dice = random_.Below(100);
    if (dice < 18) {
      Ask();
    } else if (dice < 92) {
      StepSomeone();
    } else {
      SomethingElse();
    }
  }
  if (!auditor_.fault()) ComeToRest();
  if (!auditor_.fault()) {
    const std::string fault = CheckStore(store_, auditor_.world(), auditor_.receipt_count());
    if (!fault.empty()) auditor_.Fault(absl::StrCat("at the end: ", fault));
  }
  const engine::FakeCounts counts = store_.counts();
  coverage_.Count("commands", sent_);
  coverage_.Count("transactions committed", counts.commits);
  coverage_.Count("faults injected", counts.faults);
  coverage_.Count("deadlocks", counts.deadlocks);
  coverage_.Count("unique keys taken", counts.unique_conflicts);
  coverage_.Count("unknown commits that happened", counts.replies_lost + counts.commits_late);
  coverage_.Count("unknown commits that did not", counts.commits_lost);
  coverage_.Count("late commits", counts.commits_late);
  return {.fault = auditor_.fault(), .coverage = std::move(coverage_)};
}

}  // namespace

RunResult Run(const RunOptions& options) { return Simulation(options).Go(); }

}  // namespace fairpoint::simulation
