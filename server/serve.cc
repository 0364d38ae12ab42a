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
#include "engine/engine.h"
#include "engine/read_pool.h"
#include "server/address.h"
#include "server/files.h"
#include "server/keyring_file.h"
#include "server/logging.h"
#include "server/metrics.h"
#include "server/parts.h"
#include "server/price_watch.h"
#include "server/store_access.h"
#include "server/version.h"
#include "server/watch.h"

namespace fairpoint::server {
namespace {

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
// from that (Watch::IsDeaf).
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

absl::Status OpenStoreOnce(const ServeOptions& options, Parts& parts) {
  const absl::StatusOr<storage::StoreOptions> store_options = StoreOptionsOf(options.store, false);
  if (!store_options.ok()) return store_options.status();
  if (storage::IsSqliteUrl(options.store.url)) {
    if (parts.hold == nullptr) {
      if (absl::Status may = CheckMayMake(options.store.url); !may.ok()) return may;
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

void RunUntilSignal(StopSignal& signal, Listener& listener, Watch& watch, Parts& parts) {
  bool healthy = true;
  parts.metrics.SetHealthy(true);
  while (!signal.CameWithin(kLookEvery) && !watch.IsDeaf()) {
    if (watch.IsHealthy() == healthy) continue;
    healthy = !healthy;
    parts.reads->SetReachable(healthy);
    parts.engine->SetReachable(healthy);
    listener.SetServing(healthy);
    parts.metrics.SetHealthy(healthy);
    Log(healthy ? LogLevel::kInfo : LogLevel::kWarning, healthy ? "healthy" : "not healthy");
  }
  parts.metrics.SetHealthy(false);
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
  parts.engine =
      std::make_unique<engine::Engine>(*parts.store, parts.programs, parts.prices, *parts.keyring,
                                       parts.metrics, EngineOptionsOf(options));
  engine::ReadPoolOptions read_options;
  read_options.threads = options.read_threads;
  parts.reads = std::make_unique<engine::ReadPool>(*parts.store, parts.metrics, read_options);
  if (options.metrics_listen.empty()) return absl::OkStatus();
  engine::Engine& engine = *parts.engine;
  return parts.metrics.Serve(options.metrics_listen, [&engine] { return engine.QueueDepth(); });
}

int ServeUntilSignal(const ServeOptions& options, StopSignal& signal, Parts& parts, Watch& watch,
                     PriceWatch& price_watch, Listener& listener) {
  Log(LogLevel::kInfo, "serving",
      {{"listen", options.listen.address},
       {"port", absl::StrCat(listener.port())},
       {"store", options.store.url},
       {"tls", options.listen.tls_cert.empty() ? "no" : "yes"},
       {"version", kVersion}});
  watch.ListenAt(options.listen, listener.port());
  RunUntilSignal(signal, listener, watch, parts);
  const int code = watch.IsDeaf() ? 1 : 0;
  Log(LogLevel::kInfo, "stopping: what was accepted is finished first");
  signal.Release();
  watch.Quiesce();
  price_watch.Stop();
  listener.Stop(absl::Seconds(options.stop_timeout_seconds));
  parts.metrics.StopServing();
  parts.reads->Stop();
  parts.engine->Stop();
  Log(LogLevel::kInfo, "stopped");
  return code;
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
  const bool for_a_person = options.log_format == "auto" && isatty(STDERR_FILENO) == 1;
  SetUpLogging(LogLevelFromName(options.log_level),
               for_a_person || options.log_format == "text" ? LogFormat::kText : LogFormat::kJson);
  if (absl::Status ok = CheckAddresses(options); !ok.ok()) return Fail("cannot start", ok);
  Parts parts;
  absl::Status begun = Begin(options, signal, parts);
  if (absl::IsCancelled(begun)) return 0;
  if (begun.ok()) begun = StartParts(options, parts);
  if (!begun.ok()) return Fail("cannot start", begun);
  api::Door door{*parts.engine, *parts.reads,   parts.programs, parts.prices,
                 parts.clock,   *parts.keyring, parts.keys,     parts.metrics};
  PriceWatch price_watch(parts);
  if (absl::Status loaded = price_watch.Load(); !loaded.ok()) return Fail("cannot start", loaded);
  Watch watch(options.sweep_seconds, parts);
  auto listener = Listener::Start(options.listen, door);
  if (!listener.ok()) return Fail("cannot start", listener.status());
  price_watch.Start();
  return ServeUntilSignal(options, signal, parts, watch, price_watch, **listener);
}

}  // namespace fairpoint::server
