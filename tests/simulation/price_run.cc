#include "tests/simulation/price_run.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/verify.h"
#include "engine/price_clock.h"
#include "engine/price_feed.h"
#include "tests/simulation/price_auditor.h"
#include "tests/simulation/price_workload.h"
#include "tests/simulation/servers.h"
#include "tests/simulation/weather.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr base::Instant kStart{1'767'225'600 * kSecond};  // 2026-01-01
constexpr size_t kQueueLengthMax = 20;
constexpr int64_t kStepsToRestMax = 200'000;
constexpr int64_t kCommandsPart = 4;  // of those of a run of points

const base::Keyring& TestKeyring() {
  static const auto& keyring = *new base::Keyring({{1, std::string(base::kSecretBytes, 'k')}});
  return keyring;
}

class PriceRun {
 public:
  explicit PriceRun(const RunOptions& options);
  RunResult Go();

 private:
  struct PriceServer : Server {
    engine::PriceClock clock;
    std::unique_ptr<engine::PriceFeed> feed;
    bool is_loaded = false;
  };
  struct Asked {
    PriceRequest request;
    bool was_committed = false;  // its quote, by then
  };

  void Start(PriceServer& server);
  void Crash(PriceServer& server);
  // What it knows of what others wrote.
  void Follow(PriceServer& server);
  void Begin();
  void Ask();
  void Send(const PriceRequest& request, Worker& worker);
  void SendAnywhere(const PriceRequest& request);
  void OnAnswer(const Asked& asked, int64_t number, const absl::StatusOr<engine::Answer>& answer);
  void StepSomeone();
  void SomethingElse();
  void Advance(int64_t micros);
  bool AtRest() const;
  void ComeToRest();
  void JudgeStore();
  void Trace(const std::string& text) const {
    if (options_.trace) options_.trace(text);
  }

  const RunOptions& options_;
  Random random_;
  Coverage coverage_;
  Coverage of_workers_;
  engine::FakeStore store_;
  PriceAuditor auditor_;
  PriceWorkload workload_;
  const Weather weather_;
  std::vector<std::unique_ptr<PriceServer>> servers_;
  absl::Time process_now_ = absl::UnixEpoch();
  int workers_made_ = 0;
  int64_t sent_ = 0;
  int64_t outage_steps_ = 0;
  bool is_calm_ = true;  // no faults: at the beginning and the end
  std::vector<PriceRequest> asked_;
  std::map<int64_t, Asked> unanswered_;  // by number
  std::vector<PriceRequest> to_retry_;   // the caller does not know what came of it
};

PriceRun::PriceRun(const RunOptions& options)
    : options_(options),
      random_(options.seed ^ 0x9e3779b97f4a7c15),
      auditor_(coverage_),
      workload_(random_),
      weather_(RandomWeather(random_)) {
  store_.SetClock(kStart);
  store_.SetFaults([this](engine::FakeCall call, const engine::WriteSet*) {
    return is_calm_ ? engine::FakeFault::kNone : DrawFault(weather_, random_, call);
  });
  store_.OnCommit([this](const engine::FakeCommit& commit) { auditor_.OnCommit(commit); });
  store_.OnViolation(
      [this](const std::string& what) { auditor_.Fault(absl::StrCat("the store: ", what)); });
  const int64_t count = random_.Percent(25) ? 3 : 2;
  for (int64_t i = 0; i < count; ++i) {
    servers_.push_back(std::make_unique<PriceServer>());
    Start(*servers_.back());
  }
}

void PriceRun::Start(PriceServer& server) {
  server.feed.reset();
  server.workers.clear();
  server.programs = std::make_unique<engine::ProgramCache>(ParsePriceProgram);
  server.prices = std::make_unique<engine::PriceCatalog>();
  server.feed =
      std::make_unique<engine::PriceFeed>(store_, *server.programs, *server.prices, server.clock);
  server.is_loaded = false;
  const absl::Duration skew = absl::Seconds(random_.Between(-100'000, 100'000));
  const int64_t count = random_.Between(1, 2);
  for (int64_t i = 0; i < count; ++i) {
    auto worker = std::make_unique<Worker>(++workers_made_, skew, of_workers_);
    engine::Group::Options group;
    group.owner = absl::StrCat("worker-", worker->number);
    worker->group = std::make_unique<engine::Group>(store_, *server.programs, *server.prices,
                                                    TestKeyring(), worker->watcher, group);
    server.workers.push_back(std::move(worker));
  }
}

void PriceRun::Crash(PriceServer& server) {
  coverage_.Count("prices: crashes");
  Trace("a server crashes");
  for (const auto& worker : server.workers) {
    std::vector<int64_t> lost = worker->in_flight;
    for (const auto& [number, pending] : worker->queue) lost.push_back(number);
    for (const int64_t number : lost) {
      PriceRequest request = std::move(unanswered_.extract(number).mapped().request);
      if (request.kind != PriceRequest::Kind::kQuote) to_retry_.push_back(std::move(request));
    }
  }
  Start(server);
}

void PriceRun::Follow(PriceServer& server) {
  const absl::Status status = server.is_loaded ? server.feed->Step() : server.feed->Load();
  server.is_loaded |= status.ok();
  if (!status.ok()) coverage_.Count("prices: the journal was not to be had");
  if (!server.feed->broken().empty()) auditor_.Fault(server.feed->broken().front());
}

// ---- callers ----

// A programme with prices, and servers that know it, before anything can go wrong.
void PriceRun::Begin() {
  PriceRequest first = workload_.Publication(kStart.micros);
  first.effective_from.reset();
  for (const PriceRequest& request :
       {first, workload_.FirstFacts("a", kStart.micros), workload_.FirstFacts("b", kStart.micros),
        workload_.FirstOffers(kStart.micros)}) {
    Send(request, *servers_.front()->workers.front());
    ComeToRest();
  }
  for (const auto& server : servers_) Follow(*server);
  is_calm_ = false;
}

void PriceRun::Ask() {
  const int64_t now = store_.clock().micros;
  const int64_t dice = random_.Below(100);
  if (!to_retry_.empty() && dice < 30) {
    const PriceRequest request = std::move(to_retry_.back());
    to_retry_.pop_back();
    return SendAnywhere(request);
  }
  if (!asked_.empty() && dice < 38) {
    coverage_.Count("prices: asked again");
    return SendAnywhere(asked_[static_cast<size_t>(
        static_cast<int64_t>(asked_.size()) - 1 -
        random_.Below(std::min<int64_t>(static_cast<int64_t>(asked_.size()), 8)))]);
  }
  std::optional<PriceRequest> request;
  if (dice < 58) {
    request = workload_.Facts(now);
  } else if (dice < 64) {
    request = workload_.Offers(now);
  } else if (dice < 66) {
    request = workload_.Publication(now);
  } else if (dice < 83) {
    const PriceServer& server = *random_.Pick(servers_);
    request = workload_.Quote(*server.programs, *server.prices, now - random_.Below(2 * kSecond));
  } else {
    request = workload_.Commit();
  }
  if (!request) return;
  if (request->kind != PriceRequest::Kind::kQuote) asked_.push_back(*request);
  SendAnywhere(*request);
  if (request->kind == PriceRequest::Kind::kCommit && random_.Percent(10)) {
    coverage_.Count("prices: baskets sent twice at once");
    SendAnywhere(*request);
  }
}

void PriceRun::SendAnywhere(const PriceRequest& request) {
  Send(request, *random_.Pick(random_.Pick(servers_)->workers));
}

void PriceRun::Send(const PriceRequest& request, Worker& worker) {
  const int64_t number = sent_++;
  absl::Time deadline = absl::InfiniteFuture();
  if (!is_calm_ && random_.Percent(10))
    deadline = process_now_ + worker.skew + absl::Milliseconds(random_.Below(3000));
  Trace(absl::StrCat("#", number, " ", Describe(request), " to worker ", worker.number));
  unanswered_.emplace(number, Asked{request, auditor_.IsCommitted(request.quote_id)});
  worker.queue.emplace_back(
      number, engine::Pending{ToCommand(request, deadline),
                              [this, number](const absl::StatusOr<engine::Answer>& answer) {
                                OnAnswer(unanswered_.extract(number).mapped(), number, answer);
                              }});
}

void PriceRun::OnAnswer(const Asked& asked, int64_t number,
                        const absl::StatusOr<engine::Answer>& answer) {
  for (const auto& server : servers_) {
    for (const auto& worker : server->workers) std::erase(worker->in_flight, number);
  }
  Trace(absl::StrCat("#", number, ": ", answer.status().ToString()));
  auditor_.OnAnswer(asked.request, asked.was_committed, answer);
  const absl::StatusCode code = answer.status().code();
  // A door never keeps a quote twice: it makes another.
  if (asked.request.kind == PriceRequest::Kind::kQuote) return;
  if (code == absl::StatusCode::kUnavailable ||
      (code == absl::StatusCode::kDeadlineExceeded && random_.Percent(50)))
    to_retry_.push_back(asked.request);
}

// ---- servers and the rest of the world ----

void PriceRun::StepSomeone() {
  PriceServer& server = *random_.Pick(servers_);
  Worker& worker = *random_.Pick(server.workers);
  store_.SetCaller(worker.number);
  if (worker.group->idle()) {
    if (worker.queue.empty()) return;
    const int64_t count =
        random_.Between(1, std::min<int64_t>(8, static_cast<int64_t>(worker.queue.size())));
    std::vector<engine::Pending> batch;
    for (int64_t i = 0; i < count; ++i) {
      worker.in_flight.push_back(worker.queue.front().first);
      batch.push_back(std::move(worker.queue.front().second));
      worker.queue.pop_front();
    }
    worker.group->Start(std::move(batch));
  }
  worker.watcher.stage = worker.group->StageName();
  const engine::Group::Step step = worker.group->Next(process_now_ + worker.skew);
  if (step == engine::Group::Step::kBlocked) coverage_.Count("prices: waits for a lock");
  if (step == engine::Group::Step::kPause)
    process_now_ += absl::Milliseconds(random_.Between(1, 300));
}

void PriceRun::Advance(int64_t micros) {
  store_.SetClock(base::Instant{store_.clock().micros + micros});
}

void PriceRun::SomethingElse() {
  int64_t dice = random_.Below(100);
  const auto falls = [&dice](int64_t percent) {
    dice -= percent;
    return dice < 0;
  };
  if (falls(weather_.clock_back_percent)) {
    coverage_.Count("prices: clock jumps back");
    Advance(-random_.Below(10 * kSecond));
  } else if (falls(weather_.clock_leap_percent)) {
    Advance(random_.Below(random_.Percent(80) ? 100 * kSecond : 10 * kDay));
  } else if (falls(weather_.outage_percent)) {
    outage_steps_ = random_.Between(5, 150);
    store_.SetDown(true);
  } else if (falls(weather_.crash_percent)) {
    Crash(*random_.Pick(servers_));
  } else if (falls(weather_.stranger_percent)) {
    static_cast<void>(store_.LeaseLane("stranger", random_.Between(1, 100)));
  } else if (falls(15)) {
    const auto lingering = static_cast<int64_t>(store_.LingeringCount());
    if (lingering > 0)
      store_.EndLingering(static_cast<size_t>(random_.Below(lingering)), random_.Percent(50));
  } else if (falls(25)) {
    Follow(*random_.Pick(servers_));
  } else {
    // Prices begin and end within minutes.
    Advance(random_.Below(std::min<int64_t>(weather_.tick_micros, 120 * kSecond)));
  }
}

bool PriceRun::AtRest() const {
  return to_retry_.empty() && unanswered_.empty() && store_.LingeringCount() == 0;
}

void PriceRun::ComeToRest() {
  is_calm_ = true;
  store_.SetDown(false);
  for (int64_t steps = 0; !auditor_.fault() && !AtRest(); ++steps) {
    if (steps > kStepsToRestMax) return auditor_.Fault("the servers do not come to rest");
    const auto lingering = static_cast<int64_t>(store_.LingeringCount());
    if (lingering > 0 && random_.Percent(20)) {
      store_.EndLingering(static_cast<size_t>(random_.Below(lingering)), random_.Percent(50));
    } else if (!to_retry_.empty() && random_.Percent(30)) {
      const PriceRequest request = std::move(to_retry_.back());
      to_retry_.pop_back();
      SendAnywhere(request);
    } else {
      process_now_ += absl::Microseconds(random_.Below(2000));
      StepSomeone();
    }
  }
}

// The product's own verifier, and what each server ended up knowing.
void PriceRun::JudgeStore() {
  audit::VerifyOptions pages;
  pages.page_rows = static_cast<size_t>(random_.Between(1, 200));
  pages.journal_page_rows = static_cast<size_t>(random_.Between(1, 64));
  const absl::StatusOr<audit::Report> report = audit::Verify(store_, pages);
  coverage_.Count("prices: stores verified");
  if (!report.ok() || !report->ok)
    return auditor_.Fault(
        absl::StrCat("the verifier: ", report.ok() ? ToText(*report) : report.status().ToString()));
  for (const auto& server : servers_) {
    Follow(*server);  // what it had open may be dead: then it opens anew
    Follow(*server);
    for (const std::string& sku : workload_.skus()) {
      const engine::PriceCatalog::SkuBookPtr book =
          server->prices->Find(base::ProgramId(kPriceProgram), sku);
      if ((book == nullptr ? 0 : book->version()) != auditor_.rows_of(sku))
        auditor_.Fault(absl::StrCat("a server did not hear of all that was written of ", sku));
    }
  }
}

RunResult PriceRun::Go() {
  Begin();
  while (!auditor_.fault() && sent_ < options_.commands / kCommandsPart) {
    if (outage_steps_ > 0) {
      process_now_ += absl::Milliseconds(random_.Below(400));
      if (--outage_steps_ == 0) store_.SetDown(false);
    }
    process_now_ += absl::Microseconds(random_.Below(3000));
    const int64_t dice = random_.Below(100);
    if (dice < 20) {
      if (unanswered_.size() < kQueueLengthMax) Ask();
    } else if (dice < 90) {
      StepSomeone();
    } else {
      SomethingElse();
    }
  }
  if (!auditor_.fault()) ComeToRest();
  if (!auditor_.fault()) JudgeStore();
  coverage_.Count("prices: commands", sent_);
  coverage_.Count("prices: aborts", of_workers_.of("aborts"));
  coverage_.Count("prices: unknown commits", of_workers_.of("unknown commits"));
  return {.fault = auditor_.fault(), .coverage = std::move(coverage_)};
}

}  // namespace

RunResult RunPrices(const RunOptions& options) { return PriceRun(options).Go(); }

}  // namespace fairpoint::simulation
