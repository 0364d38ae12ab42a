#include "server/serve.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "api/program_file.h"
#include "api/sweep.h"
#include "engine/engine.h"
#include "engine/read_pool.h"
#include "server/address.h"
#include "server/files.h"
#include "server/keyring_file.h"
#include "server/logging.h"
#include "server/metrics.h"
#include "server/store_access.h"
#include "server/ticker.h"
#include "server/version.h"

namespace fairpoint::server {
namespace {

constexpr absl::Duration kKeysEvery = absl::Seconds(1);
constexpr absl::Duration kKeysApart = absl::Milliseconds(100);
constexpr absl::Duration kPingEvery = absl::Seconds(1);
// A ping that hangs is a database that is gone, even before it says so.
constexpr absl::Duration kPingPatience = absl::Seconds(3);
constexpr absl::Duration kLookEvery = absl::Milliseconds(200);

// SIGTERM and SIGINT as something to wait for. Made before any thread, so that all of them inherit
// the mask.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  // Whether one came within `wait`; once it did, always at once.
  bool CameWithin(absl::Duration wait) {
    if (came_) return true;
    const timespec time = absl::ToTimespec(wait);
    came_ = sigtimedwait(&set_, nullptr, &time) > 0;
    return came_;
  }
  // From here on another one ends the process the hard way.
  void Release() { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

 private:
  sigset_t set_{};
  bool came_ = false;
};

// A connection is a file: strangers could use up a shell's usual 1,024, and gRPC does not recover
// from that.
void RaiseFileLimit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

int Fail(const char* event, const absl::Status& why) {
  Log(LogLevel::kError, event, {{"why", std::string(why.message())}});
  return 1;
}

// What outlives single calls, in the order in which it leans on one another.
struct Parts {
  Parts() = default;
  // A reading of the metrics asks the engine.
  ~Parts() { metrics.StopServing(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::unique_ptr<storage::ServingHold> hold;
  std::unique_ptr<engine::Store> store;
  std::unique_ptr<base::Keyring> keyring;
  Metrics metrics;
  engine::ProgramCache programs{&api::ProgramOfVersion};
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<engine::ReadPool> reads;
  api::KeyBook keys;
};

absl::Status OpenStoreOnce(const ServeOptions& options, Parts& parts) {
  const absl::StatusOr<storage::StoreOptions> store_options = StoreOptionsOf(options.store, false);
  if (!store_options.ok()) return store_options.status();
  if (storage::IsSqliteUrl(options.store.url)) {
    if (parts.hold == nullptr) {
      auto hold = storage::LockForServing(options.store.url);
      if (!hold.ok()) return hold.status();
      parts.hold = *std::move(hold);
    }
    const auto migrated = storage::MigrateStore(options.store.url, *store_options);
    if (!migrated.ok()) return migrated.status();
    for (const std::string& name : migrated->applied) {
      Log(LogLevel::kInfo, "migrated", {{"migration", name}});
    }
  }
  auto store = storage::OpenStore(options.store.url, *store_options);
  if (!store.ok()) return store.status();
  parts.store = *std::move(store);
  return absl::OkStatus();
}

// Logs what is wrong with the database; FAILED_PRECONDITION if one of it is fatal.
absl::Status Inspect(engine::Store& store) {
  const absl::StatusOr<std::vector<engine::Finding>> findings = store.Inspect();
  if (!findings.ok()) return findings.status();
  bool fatal = false;
  for (const engine::Finding& finding : *findings) {
    Log(finding.fatal ? LogLevel::kError : LogLevel::kWarning,
        "the database is not as it should be",
        {{"what", finding.what}, {"how to mend it", finding.how_to_mend}});
    fatal = fatal || finding.fatal;
  }
  return fatal ? absl::FailedPreconditionError("mend the database first: the lines above say how")
               : absl::OkStatus();
}

void ReadKeys(Parts& parts, std::atomic<bool>& failing) {
  const absl::Status read = parts.keys.Read([&parts] { return parts.store->LoadApiKeys(); });
  if (failing.exchange(!read.ok()) == read.ok()) {
    Log(read.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        read.ok() ? "keys are read again" : "keys cannot be read; those known still count",
        {{"why", std::string(read.message())}});
  }
}

// Everything that runs beside the calls.
class Watch {
 public:
  Watch(const ServeOptions& options, Parts& parts)
      : parts_(parts),
        keys_(kKeysEvery, kKeysApart, [this] { ReadKeys(parts_, keys_failing_); }),
        pings_(kPingEvery, kPingEvery, [this] { Ping(); }) {
    parts.keys.OnNudge([this] { keys_.Nudge(); });
    if (options.sweep_seconds > 0) {
      const absl::Duration every = absl::Seconds(options.sweep_seconds);
      sweeps_ = std::make_unique<Ticker>(every, every, [this] { Sweep(); });
    }
  }
  // A sweep may still be under way: it ends when pool and engine do.
  ~Watch() {
    parts_.keys.OnNudge(nullptr);
    StopSweeping();
    parts_.reads->Stop();
    parts_.engine->Stop();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  bool IsHealthy() const {
    return absl::Now() - absl::FromUnixMicros(last_pong_micros_) < kPingPatience && !ping_failed_;
  }
  void StopSweeping() { sweeps_.reset(); }

 private:
  void Ping() {
    const absl::Status pong = parts_.store->Ping();
    if (pong.ok()) last_pong_micros_ = absl::ToUnixMicros(absl::Now());
    if (ping_failed_.exchange(!pong.ok()) == pong.ok()) {
      Log(pong.ok() ? LogLevel::kInfo : LogLevel::kWarning,
          pong.ok() ? "the database is back" : "the database is gone",
          {{"why", std::string(pong.message())}});
    }
  }

  void Sweep() {
    // One at a time; the next look comes soon enough.
    if (sweeping_.exchange(true)) return;
    api::Sweep(*parts_.engine, *parts_.reads, {},
               [this](const absl::StatusOr<api::SweepResult>& result) {
                 if (!result.ok()) {
                   Log(LogLevel::kWarning, "the sweep failed",
                       {{"why", std::string(result.status().message())}});
                 } else if (result->members_settled > 0) {
                   parts_.metrics.OnSweep(result->members_settled, result->entries_booked);
                   Log(LogLevel::kInfo, "swept",
                       {{"members", absl::StrCat(result->members_settled)},
                        {"entries", absl::StrCat(result->entries_booked)}});
                 }
                 sweeping_ = false;
               });
  }

  Parts& parts_;
  std::atomic<bool> keys_failing_ = false;
  std::atomic<bool> ping_failed_ = false;
  std::atomic<int64_t> last_pong_micros_ = absl::ToUnixMicros(absl::Now());
  std::atomic<bool> sweeping_ = false;
  Ticker keys_;
  Ticker pings_;
  std::unique_ptr<Ticker> sweeps_;
};

void RunUntilSignal(StopSignal& signal, Listener& listener, Watch& watch, Metrics& metrics) {
  bool healthy = true;
  metrics.SetHealthy(true);
  while (!signal.CameWithin(kLookEvery)) {
    if (watch.IsHealthy() == healthy) continue;
    healthy = !healthy;
    listener.SetServing(healthy);
    metrics.SetHealthy(healthy);
    Log(healthy ? LogLevel::kInfo : LogLevel::kWarning, healthy ? "healthy" : "not healthy");
  }
  metrics.SetHealthy(false);
}

// Opens, inspects and takes possession of the store. Safe to repeat.
absl::Status BeginOnce(const ServeOptions& options, Parts& parts) {
  if (absl::Status opened = OpenStoreOnce(options, parts); !opened.ok()) return opened;
  if (absl::Status inspected = Inspect(*parts.store); !inspected.ok()) return inspected;
  auto keyring = OpenKeyring(*parts.store, options.store.url, options.keyring);
  if (!keyring.ok()) return keyring.status();
  parts.keyring = std::make_unique<base::Keyring>(*std::move(keyring));
  return absl::OkStatus();
}

absl::Status Begin(const ServeOptions& options, StopSignal& signal, Parts& parts) {
  return UntilAvailable(
      [&] { return BeginOnce(options, parts); }, absl::Seconds(options.start_timeout_seconds),
      [&](absl::Duration wait) { return signal.CameWithin(wait); },
      [](const absl::Status& why) {
        Log(LogLevel::kWarning, "waiting for the database", {{"why", std::string(why.message())}});
      });
}

engine::EngineOptions EngineOptionsOf(const ServeOptions& options) {
  const int workers_by_store = storage::IsSqliteUrl(options.store.url) ? 1 : 2;
  engine::EngineOptions made;
  made.owner = absl::StrCat(base::ToHex(RandomBytes(8)), "-", getpid());
  made.workers = options.workers != 0 ? options.workers : workers_by_store;
  made.queue_max = options.queue_max;
  made.group_max = options.group_max;
  return made;
}

// What serves calls: the engine, the read pool, and what is measured of them.
absl::Status StartParts(const ServeOptions& options, Parts& parts) {
  parts.engine = std::make_unique<engine::Engine>(*parts.store, parts.programs, *parts.keyring,
                                                  parts.metrics, EngineOptionsOf(options));
  engine::ReadPoolOptions read_options;
  read_options.threads = options.read_threads;
  parts.reads = std::make_unique<engine::ReadPool>(*parts.store, parts.metrics, read_options);
  if (options.metrics_listen.empty()) return absl::OkStatus();
  engine::Engine& engine = *parts.engine;
  return parts.metrics.Serve(options.metrics_listen, [&engine] { return engine.QueueDepth(); });
}

void ServeUntilSignal(const ServeOptions& options, StopSignal& signal, Parts& parts, Watch& watch,
                      Listener& listener) {
  Log(LogLevel::kInfo, "serving",
      {{"listen", options.listen.address},
       {"port", absl::StrCat(listener.port())},
       {"store", options.store.url},
       {"tls", options.listen.tls_cert.empty() ? "no" : "yes"},
       {"version", kVersion}});
  RunUntilSignal(signal, listener, watch, parts.metrics);
  Log(LogLevel::kInfo, "stopping: what was accepted is finished first");
  signal.Release();
  watch.StopSweeping();
  listener.Stop(absl::Seconds(options.stop_timeout_seconds));
  parts.metrics.StopServing();
  parts.reads->Stop();
  parts.engine->Stop();
  Log(LogLevel::kInfo, "stopped");
}

// What is wrong with the addresses, before the store is touched.
absl::Status CheckAddresses(const ServeOptions& options) {
  if (absl::Status ok = CheckListenOptions(options.listen); !ok.ok()) return ok;
  const std::string& metrics = options.metrics_listen;
  if (!metrics.empty()) {
    if (absl::Status ok = CheckAddress("--metrics-listen", metrics); !ok.ok()) return ok;
    if (absl::Status ok = CheckIsFree(metrics, "--metrics-listen"); !ok.ok()) return ok;
  }
  return CheckIsFree(options.listen.address, "--listen (FAIRPOINT_LISTEN for ./dev run)");
}

}  // namespace

int Serve(const ServeOptions& options) {
  StopSignal signal;
  RaiseFileLimit();
  SetUpLogging(LogLevelFromName(options.log_level),
               options.log_format == "text" ? LogFormat::kText : LogFormat::kJson);
  if (absl::Status ok = CheckAddresses(options); !ok.ok()) return Fail("cannot start", ok);
  Parts parts;
  absl::Status begun = Begin(options, signal, parts);
  if (absl::IsCancelled(begun)) return 0;
  if (begun.ok()) begun = StartParts(options, parts);
  if (!begun.ok()) return Fail("cannot start", begun);
  api::Door door{*parts.engine,  *parts.reads, parts.programs,
                 *parts.keyring, parts.keys,   parts.metrics};
  Watch watch(options, parts);
  auto listener = Listener::Start(options.listen, door);
  if (!listener.ok()) return Fail("cannot start", listener.status());
  ServeUntilSignal(options, signal, parts, watch, **listener);
  return 0;
}

}  // namespace fairpoint::server
