#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <exception>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "api/status.h"
#include "base/error.h"
#include "server/logging.h"

namespace fairpoint::server {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

constexpr size_t kCodes = 17;  // of gRPC
const Histogram::BucketBoundaries kSeconds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
const Histogram::BucketBoundaries kCommands = {1, 2, 5, 10, 20, 50, 100, 200, 400, 800};
// Of engine/group.h, so that each is found without a lock.
constexpr std::array<std::string_view, 10> kStages = {
    "begin", "lock_members", "lock_orders", "lock_programs", "lock_lane",
    "load",  "plan",         "write",       "commit",        "deliver"};

// Resident memory now; 0 where /proc is not there.
double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double pages_total = 0;
  double pages_resident = 0;
  file >> pages_total >> pages_resident;
  return pages_resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::string CodeName(size_t code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

}  // namespace

class Metrics::Impl {
 public:
  Impl() {
    for (size_t i = 0; i < kStages.size(); ++i) {
      stages_[i] = &stage_family_.Add({{"stage", std::string(kStages[i])}}, kSeconds);
    }
    for (const api::Method& method : api::Methods()) {
      PerMethod& one = methods_.emplace_back();
      const std::string name = std::string(method.service) + "/" + std::string(method.name);
      one.seconds = &call_seconds_.Add({{"method", name}}, kSeconds);
      for (size_t code = 0; code < kCodes; ++code) {
        one.calls[code] = &calls_.Add({{"method", name}, {"code", CodeName(code)}});
      }
    }
  }

  // A counter by a label that is seldom met.
  void Count(Family<Counter>& family, const std::string& label, const std::string& value) {
    family.Add({{label, value}}).Increment();
  }

  struct PerMethod {
    Histogram* seconds = nullptr;
    std::array<Counter*, kCodes> calls{};
  };

  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  Family<Counter>& calls_ = BuildCounter()
                                .Name("fairpoint_calls_total")
                                .Help("Calls answered, by method and code")
                                .Register(*registry_);
  Family<Histogram>& call_seconds_ = BuildHistogram()
                                         .Name("fairpoint_call_seconds")
                                         .Help("From a call's arrival to its answer")
                                         .Register(*registry_);
  Family<Counter>& errors_ = BuildCounter()
                                 .Name("fairpoint_errors_total")
                                 .Help("Calls refused or failed, by reason")
                                 .Register(*registry_);
  Family<Counter>& refusals_ =
      BuildCounter()
          .Name("fairpoint_refusals_total")
          .Help("Commands refused or failed by the engine, by reason (those of batches too)")
          .Register(*registry_);
  Family<Counter>& retries_ = BuildCounter()
                                  .Name("fairpoint_group_retries_total")
                                  .Help("Groups rolled back to run again, by code")
                                  .Register(*registry_);
  Counter& troubles_ = BuildCounter()
                           .Name("fairpoint_troubles_total")
                           .Help("Troubles that were logged: database gone, lane lost")
                           .Register(*registry_)
                           .Add({});
  Family<Histogram>& stage_family_ = BuildHistogram()
                                         .Name("fairpoint_stage_seconds")
                                         .Help("Stages of a group")
                                         .Register(*registry_);
  Histogram& group_ = BuildHistogram()
                          .Name("fairpoint_group_commands")
                          .Help("Commands committed together")
                          .Register(*registry_)
                          .Add({}, kCommands);
  Family<Counter>& swept_ = BuildCounter()
                                .Name("fairpoint_swept_total")
                                .Help("Members settled and entries booked by scheduled sweeps")
                                .Register(*registry_);
  Counter& swept_members_ = swept_.Add({{"what", "members"}});
  Counter& swept_entries_ = swept_.Add({{"what", "entries"}});
  prometheus::Gauge& healthy_ = BuildGauge()
                                    .Name("fairpoint_healthy")
                                    .Help("1 while the database answers")
                                    .Register(*registry_)
                                    .Add({});
  std::array<Histogram*, kStages.size()> stages_{};
  std::vector<PerMethod> methods_;  // as api::Methods()

  std::unique_ptr<prometheus::Exposer> exposer_;
  std::shared_ptr<prometheus::Collectable> asked_;
};

namespace {

prometheus::MetricFamily GaugeOf(const char* name, const char* help, double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  family.metric.emplace_back();
  family.metric.back().gauge.value = value;
  return family;
}

// What is asked for at each reading instead of being told.
class Asked final : public prometheus::Collectable {
 public:
  explicit Asked(std::function<size_t()> queue_depth) : queue_depth_(std::move(queue_depth)) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    return {GaugeOf("fairpoint_queue_commands", "Commands waiting for a group",
                    static_cast<double>(queue_depth_())),
            GaugeOf("process_resident_memory_bytes", "Resident memory", ResidentBytes())};
  }

 private:
  std::function<size_t()> queue_depth_;
};

}  // namespace

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() { StopServing(); }

void Metrics::OnStage(std::string_view stage, absl::Duration took) {
  for (size_t i = 0; i < kStages.size(); ++i) {
    if (kStages[i] == stage) return impl_->stages_[i]->Observe(absl::ToDoubleSeconds(took));
  }
  impl_->stage_family_.Add({{"stage", std::string(stage)}}, kSeconds)
      .Observe(absl::ToDoubleSeconds(took));
}

void Metrics::OnGroup(size_t commands) { impl_->group_.Observe(static_cast<double>(commands)); }

void Metrics::OnRetry(const absl::Status& why) {
  impl_->Count(impl_->retries_, "code", absl::StatusCodeToString(why.code()));
  Log(LogLevel::kDebug, "group runs again", {{"why", why.ToString()}});
}

void Metrics::OnRefusal(const absl::Status& why) {
  impl_->Count(impl_->refusals_, "reason", api::ReasonTold(why));
}

void Metrics::OnTrouble(const absl::Status& what) {
  impl_->troubles_.Increment();
  LogSeldom(LogLevel::kWarning, "trouble", {{"what", what.ToString()}});
}

void Metrics::OnCall(const api::Method& method, const std::string& caller,
                     const absl::Status& status, absl::Duration took) {
  const auto index = static_cast<size_t>(&method - api::Methods().data());
  Impl::PerMethod& one = impl_->methods_[index];
  one.seconds->Observe(absl::ToDoubleSeconds(took));
  if (status.ok()) {
    one.calls[0]->Increment();
  } else {
    const grpc::StatusCode told = api::CodeTold(status);
    one.calls[static_cast<size_t>(told)]->Increment();
    impl_->Count(impl_->errors_, "reason", api::ReasonTold(status));
    // A bug or a broken store: the caller is not told what it was, so the log must be.
    if (told == grpc::StatusCode::INTERNAL || told == grpc::StatusCode::DATA_LOSS) {
      LogSeldom(
          LogLevel::kError, "call failed",
          {{"method", std::string(method.name)}, {"caller", caller}, {"why", status.ToString()}});
    }
  }
  if (IsLogged(LogLevel::kDebug)) {
    Log(LogLevel::kDebug, "call",
        {{"method", std::string(method.name)},
         {"caller", caller},
         {"reason", api::ReasonTold(status)},
         {"took", absl::FormatDuration(took)}});
  }
}

void Metrics::SetHealthy(bool healthy) { impl_->healthy_.Set(healthy ? 1 : 0); }

void Metrics::OnSweep(int64_t members, int64_t entries) {
  impl_->swept_members_.Increment(static_cast<double>(members));
  impl_->swept_entries_.Increment(static_cast<double>(entries));
}

absl::Status Metrics::Serve(const std::string& address, std::function<size_t()> queue_depth) {
  try {
    impl_->exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception& e) {
    return absl::UnavailableError("cannot serve metrics on " + address + ": " + e.what());
  }
  impl_->asked_ = std::make_shared<Asked>(std::move(queue_depth));
  impl_->exposer_->RegisterCollectable(impl_->registry_);
  impl_->exposer_->RegisterCollectable(impl_->asked_);
  return absl::OkStatus();
}

void Metrics::StopServing() { impl_->exposer_.reset(); }

}  // namespace fairpoint::server
