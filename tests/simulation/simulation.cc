#include "tests/simulation/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/simulation/run.h"
#include "tests/simulation/store_check.h"
#include "tests/simulation/verdict.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr base::Instant kStart{1'767'225'600 * kSecond};  // 2026-01-01
constexpr size_t kQueueLengthMax = 40;
constexpr int64_t kStepsToRestMax = 400'000;

const base::Keyring& TestKeyring() {
  static const auto& keyring = *new base::Keyring({{1, std::string(base::kSecretBytes, 'k')}});
  return keyring;
}

}  // namespace

Simulation::Simulation(const RunOptions& options)
    : options_(options),
      random_(options.seed),
      auditor_(coverage_),
      workload_(random_),
      weather_(RandomWeather(random_)) {
  store_.SetClock(kStart);
  store_.SetFaults([this](engine::FakeCall call, const engine::WriteSet* changes) {
    if (resting_) return engine::FakeFault::kNone;
    if (changes != nullptr && HasPoison(*changes)) return weather_.poison;
    return DrawFault(weather_, random_, call);
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
  const absl::Duration skew = absl::Seconds(random_.Between(-100'000, 100'000));
  server.programs = std::make_unique<engine::ProgramCache>(ParseProgram);
  server.prices = std::make_unique<engine::PriceCatalog>();
  server.workers.clear();
  const int64_t count = random_.Between(1, 2);
  for (int64_t i = 0; i < count; ++i) {
    auto worker = std::make_unique<Worker>(++workers_made_, skew, coverage_);
    engine::Group::Options group = group_options_;
    group.owner = absl::StrCat("worker-", worker->number);
    worker->group = std::make_unique<engine::Group>(store_, *server.programs, *server.prices,
                                                    TestKeyring(), worker->watcher, group);
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
  duel_steps_ = 0;
  server.workers.clear();
  StartServer(server);
}

// ---- servers ----

void Simulation::StartBatch(Worker& worker, int64_t commands) {
  std::vector<engine::Pending> batch;
  worker.watcher.is_one_transaction = true;
  for (int64_t i = 0; i < commands; ++i) {
    auto& [number, pending] = worker.queue.front();
    const bool publishes = engine::OperationAs<ledger::PublishProgram>(pending.command) != nullptr;
    if (publishes) worker.watcher.is_one_transaction = false;
    worker.in_flight.push_back(number);
    batch.push_back(std::move(pending));
    worker.queue.pop_front();
  }
  worker.watcher.unanswered = batch.size();
  worker.group->Start(std::move(batch));
}

void Simulation::StepSomeone() {
  const bool duel = duel_steps_-- > 0;
  Worker& worker = duel ? *random_.Pick(duelists_) : *random_.Pick(random_.Pick(servers_).workers);
  if (worker.group->idle()) {
    if (worker.queue.empty()) return;
    // More may gather first.
    if (!resting_ && random_.Percent(40)) return;
    const int64_t most = random_.Percent(20) ? 60 : 8;
    StartBatch(worker,
               random_.Between(1, std::min(most, static_cast<int64_t>(worker.queue.size()))));
  }
  Step(worker);
}

void Simulation::Step(Worker& worker) {
  engine::Group& group = *worker.group;
  const std::string stage = group.StageName();
  store_.SetCaller(worker.number);
  worker.watcher.stage = stage;
  const bool delivers = stage == "deliver";
  if (delivers) auditor_.BeginDelivery(worker.number);
  const engine::Group::Step step = group.Next(process_now_ + worker.skew);
  if (delivers) auditor_.EndDelivery();
  if (stage == "lock_programs" && std::string(group.StageName()) == "lock_prices")
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
  std::vector<engine::DueMember> due;
  if (!(*session)->ScanDueMembers(store_.clock(), std::nullopt, 3, due).ok()) return;
  for (const auto& [next_due_at, name] : due) {
    coverage_.Count("swept");
    Request request;
    request.kind = Kind::kSettle;
    request.program = name.program_id.value();
    request.member_id = name.member_id.value();
    SendAnywhere(std::make_shared<const Request>(std::move(request)));
  }
}

size_t Simulation::QueueLength() const {
  size_t length = 0;
  for (const Server& server : servers_) {
    for (const auto& worker : server.workers) length += worker->queue.size();
  }
  return length;
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

// The auditor and the product's verifier each say what they see: where only one of them finds a
// fault, the other is blind to it.
void Simulation::JudgeStore() {
  // Pages of any size show the same.
  audit::VerifyOptions options;
  options.page_rows = static_cast<size_t>(random_.Between(1, 200));
  options.journal_page_rows = static_cast<size_t>(random_.Between(1, 64));
  options.snapshot_members_max = static_cast<size_t>(random_.Between(1, 20));
  options.sums_max = static_cast<size_t>(random_.Between(1, 1'000));
  const World& world = auditor_.world();
  const std::string fault = CheckStore(store_, world, auditor_.receipt_count());
  const std::string verdict = CheckVerdict(store_, options, world, auditor_.receipt_count());
  coverage_.Count("stores verified");
  if (fault.empty() && verdict.empty()) return;
  const char* const well = "all is well";
  auditor_.Fault(absl::StrCat("at the end, the auditor: ", fault.empty() ? well : fault,
                              "\n  the verifier: ", verdict.empty() ? well : verdict));
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
    if (dice < 22) {
      if (QueueLength() < kQueueLengthMax) Ask();
    } else if (dice < 92) {
      StepSomeone();
    } else {
      SomethingElse();
    }
  }
  if (!auditor_.fault()) ComeToRest();
  if (!auditor_.fault()) JudgeStore();
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

RunResult Run(const RunOptions& options) { return Simulation(options).Go(); }

}  // namespace fairpoint::simulation
