#include "server/watch.h"

#include <sys/resource.h>

#include "absl/strings/str_cat.h"
#include "api/sweep.h"
#include "server/logging.h"

namespace fairpoint::server {
namespace {

constexpr absl::Duration kKeysEvery = absl::Seconds(1);
constexpr absl::Duration kKeysApart = absl::Milliseconds(100);
constexpr absl::Duration kPingEvery = absl::Seconds(1);
// A ping that hangs is a database that is gone, even before it says so.
constexpr absl::Duration kPingPatience = absl::Seconds(3);
constexpr absl::Duration kRingEvery = absl::Seconds(4);

std::string FileLimit() {
  rlimit files{};
  return getrlimit(RLIMIT_NOFILE, &files) == 0 ? absl::StrCat(files.rlim_cur) : "unknown";
}

}  // namespace

Watch::Watch(int sweep_seconds, Parts& parts)
    : parts_(parts),
      keys_(kKeysEvery, kKeysApart, [this] { ReadKeys(); }),
      pings_(kPingEvery, kPingEvery, [this] { Ping(); }) {
  parts.keys.OnNudge([this] { keys_.Nudge(); });
  if (sweep_seconds > 0) {
    const absl::Duration every = absl::Seconds(sweep_seconds);
    sweeps_ = std::make_unique<Ticker>(every, every, [this] { Sweep(); });
  }
}

Watch::~Watch() {
  parts_.keys.OnNudge(nullptr);
  Quiesce();
  parts_.reads->Stop();
  parts_.engine->Stop();
}

void Watch::ListenAt(const ListenOptions& options, int port) {
  doorbell_ = std::make_unique<Doorbell>(options.address, port, !options.tls_cert.empty());
  rings_ = std::make_unique<Ticker>(kRingEvery, kRingEvery, [this] { Ring(); });
}

bool Watch::IsHealthy() const {
  const absl::Duration since = base::SteadyNow() - absl::FromUnixMicros(last_pong_micros_);
  return since < kPingPatience && !ping_failed_;
}

void Watch::Quiesce() {
  sweeps_.reset();
  rings_.reset();
}

void Watch::ReadKeys() {
  const absl::Status read = parts_.keys.Read([this] { return parts_.store->LoadApiKeys(); });
  if (keys_failing_.exchange(!read.ok()) == read.ok()) {
    Log(read.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        read.ok() ? "keys are read again" : "keys cannot be read; those known still count",
        {{"why", std::string(read.message())}});
  }
}

void Watch::Ping() {
  absl::Status pong = parts_.hold == nullptr ? absl::OkStatus() : parts_.hold->Check();
  if (pong.ok()) pong = parts_.store->Ping();
  if (pong.ok()) last_pong_micros_ = absl::ToUnixMicros(base::SteadyNow());
  const std::string why(pong.message());
  const bool changed = ping_failed_.exchange(!pong.ok()) == pong.ok();
  if (changed || ping_why_ != why) {
    Log(pong.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        pong.ok() ? "the database is back" : "the database is gone", {{"why", why}});
  }
  ping_why_ = why;
}

void Watch::Ring() {
  switch (doorbell_->Ring()) {
    case Doorbell::Heard::kAnswer:
      rings_in_vain_ = 0;
      troubles_when_answered_ = AcceptTroubles();
      return;
    case Doorbell::Heard::kNothingToSay:
      return;
    case Doorbell::Heard::kSilence:
      break;
  }
  ++rings_in_vain_;
  const bool cannot_accept = AcceptTroubles() > troubles_when_answered_;
  if (rings_in_vain_ < (cannot_accept ? kRingsAfterTrouble : kRingsInVain)) {
    Log(LogLevel::kWarning, "this server did not answer at its own address",
        {{"times", absl::StrCat(rings_in_vain_)}});
    return;
  }
  Log(LogLevel::kError, "this server takes no connections any more and ends: start it again",
      {{"why", cannot_accept
                   ? absl::StrCat("most often the limit of open files (", FileLimit(),
                                  ") was met, after which gRPC accepts nobody; raise it (ulimit "
                                  "-Hn, LimitNOFILE), or keep strangers from opening so many "
                                  "connections")
                   : "for a minute nobody answered at its own address"}});
  is_deaf_ = true;
}

void Watch::Sweep() {
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

}  // namespace fairpoint::server
