// What can go wrong in a run, and how often: calm seeds, seeds with one kind of trouble, and
// storms.
#ifndef FAIRPOINT_TESTS_SIMULATION_WEATHER_H_
#define FAIRPOINT_TESTS_SIMULATION_WEATHER_H_

#include <algorithm>
#include <cstdint>

#include "engine/testing/fake_store.h"
#include "tests/simulation/random.h"

namespace fairpoint::simulation {

// Chances are in a million, a call.
struct Weather {
  int64_t slow_write = 300'000;  // no trouble: others get their turn while rows are written
  int64_t deadlock = 0;
  int64_t lock_timeout = 0;
  int64_t session_lost = 0;
  int64_t session_lingers = 0;
  int64_t reply_lost = 0;
  int64_t commit_lost = 0;
  int64_t commit_lingers = 0;
  int64_t full = 0;
  int64_t refused = 0;
  // What the store does each time it is to write an entry of such an order.
  engine::FakeFault poison = engine::FakeFault::kRefused;
  // A percentage of what else happens between steps.
  int64_t clock_back_percent = 0;
  int64_t clock_leap_percent = 0;
  int64_t outage_percent = 0;
  int64_t crash_percent = 0;
  int64_t stranger_percent = 0;
  int64_t tick_micros = 1;  // how fast the database's clock usually runs: up to this a step
};

// Of orders that the store cannot take, however often they are tried: their neighbours in a group
// must not suffer.
inline constexpr char kPoison[] = "poison";

inline bool HasPoison(const engine::WriteSet& changes) {
  return std::ranges::any_of(changes.entries,
                             [](const ledger::Entry& entry) { return entry.order_id == kPoison; });
}

inline Weather RandomWeather(Random& random) {
  Weather w;
  constexpr int64_t kTicks[] = {1'000, 1'000'000, 60'000'000, 3'600'000'000};
  w.tick_micros = kTicks[random.Below(4)];
  if (random.Percent(50)) w.poison = engine::FakeFault::kSessionLost;
  w.clock_leap_percent = 2;
  w.stranger_percent = 3;
  if (random.Percent(15)) return w;  // calm
  const bool storm = random.Percent(30);
  const auto maybe = [&](int64_t most) {
    return storm || random.Percent(50) ? random.Below(most) : 0;
  };
  w.deadlock = maybe(15'000);
  w.lock_timeout = maybe(15'000);
  w.session_lost = maybe(8'000);
  w.session_lingers = maybe(8'000);
  w.reply_lost = maybe(60'000);
  w.commit_lost = maybe(60'000);
  w.commit_lingers = maybe(60'000);
  w.full = maybe(20'000);
  w.refused = maybe(20'000);
  w.clock_back_percent = maybe(6);
  w.clock_leap_percent = maybe(8);
  w.outage_percent = maybe(4);
  w.crash_percent = maybe(4);
  w.stranger_percent = maybe(12);
  return w;
}

inline engine::FakeFault DrawFault(const Weather& w, Random& random, engine::FakeCall call) {
  using engine::FakeCall;
  using engine::FakeFault;
  int64_t dice = random.Below(1'000'000);
  const auto falls = [&dice](int64_t chance) {
    dice -= chance;
    return dice < 0;
  };
  if (falls(w.deadlock)) return FakeFault::kDeadlock;
  if (falls(w.session_lost)) return FakeFault::kSessionLost;
  if (falls(w.session_lingers)) return FakeFault::kSessionLingers;
  if (call == FakeCall::kCommit) {
    if (falls(w.reply_lost)) return FakeFault::kReplyLost;
    if (falls(w.commit_lost)) return FakeFault::kCommitLost;
    if (falls(w.commit_lingers)) return FakeFault::kCommitLingers;
    return FakeFault::kNone;
  }
  if (falls(w.lock_timeout)) return FakeFault::kLockTimeout;
  if (call == FakeCall::kWrite) {
    if (falls(w.slow_write)) return FakeFault::kSlow;
    if (falls(w.full)) return FakeFault::kFull;
    if (falls(w.refused)) return FakeFault::kRefused;
  }
  return FakeFault::kNone;
}

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_WEATHER_H_
