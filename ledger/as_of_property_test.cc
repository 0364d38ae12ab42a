// Properties of a ledger as it was, at any time and as known at any time.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "ledger/as_of.h"
#include "ledger/testing/arbitrary.h"
#include "ledger/testing/persons.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::EarningTrail;
using testing::Game;
using testing::Step;
using testing::StepChoice;
using testing::World;

// As played, and beside it corrections, parts taken back, and business times in the past for
// everything.
class Player {
 public:
  explicit Player(Game& game) : game_(game) {}

  void Play(const StepChoice& choice) {
    Step step = game_.Decide(choice);
    game_.Begin(step);
    const int64_t amount = 1 + choice.amount % 60;
    const int64_t sign = choice.digits % 2 == 0 ? 1 : -1;
    if (choice.pick % 8 == 1) step.operation = AdjustPoints{Points{sign * amount}, {}};
    EarningTrail* const trail = choice.pick % 8 == 2 ? TrailOf(choice) : nullptr;
    if (trail != nullptr)
      step.operation = TakeBackParts{{trail->Part(Points{amount})}, std::nullopt};
    if (choice.back % 3 == 0)
      step.posting.effective_at = step.now + absl::Hours(-int64_t{choice.oddity});
    const auto changes = game_.world.Do(step.operation, step.posting, step.now);
    if (trail == nullptr || !changes.ok()) return;
    trail->taken += changes->taken_back[0].taken;
    trail->restored += changes->taken_back[0].restored;
    trail->deducted += changes->taken_back[0].deducted;
  }

 private:
  EarningTrail* TrailOf(const StepChoice& choice) {
    std::vector<int64_t> earned;
    for (const Entry& entry : game_.world.entries) {
      if (entry.kind == EntryKind::kEarn) earned.push_back(entry.seq);
    }
    if (earned.empty()) return nullptr;
    const int64_t seq = earned[choice.digits % earned.size()];
    return &trails_.try_emplace(seq, seq).first->second;
  }

  Game& game_;
  std::map<int64_t, EarningTrail> trails_;
};

World SomeHistory() {
  Game game(testing::SomePolicies());
  Player player(game);
  for (const StepChoice& choice : *rc::gen::arbitrary<std::vector<StepChoice>>())
    player.Play(choice);
  return game.world;
}

absl::StatusOr<Ledger> Then(const World& world, base::Instant effective_by,
                            base::Instant recorded_by) {
  AsOf as_of(world.ledger.member, effective_by, recorded_by);
  for (const Entry& entry : world.entries) as_of.Add(entry);
  return std::move(as_of).Settled(world.program);
}

RC_GTEST_PROP(AsOfProperty, AsKnownThenItIsWhatTheEntriesSaid, ()) {
  const World world = SomeHistory();
  for (size_t i = 0; i < world.entries.size(); ++i) {
    const Entry& last = world.entries[i];
    const bool is_last =
        i + 1 == world.entries.size() || world.entries[i + 1].recorded_at != last.recorded_at;
    if (!is_last) continue;
    const auto then = Then(world, last.recorded_at, last.recorded_at);
    RC_ASSERT(then.ok());
    const Member& member = then->member;
    RC_ASSERT(member.available == last.available_after && member.pending == last.pending_after);
    RC_ASSERT(member.held == last.held_after && member.debt == last.debt_after);
    RC_ASSERT(member.entry_seq == last.seq && member.head_hash == last.hash);
  }
  if (world.entries.empty()) return;
  const base::Instant end = world.entries.back().recorded_at;
  const auto now = Then(world, end, end);
  for (const auto& [seq, lot] : world.ledger.lots)
    RC_ASSERT(lot.is_open == now->lots.contains(seq) && (!lot.is_open || now->lots.at(seq) == lot));
  for (const auto& [seq, hold] : world.ledger.holds)
    RC_ASSERT((hold.state == HoldState::kOpen) == now->holds.contains(seq));
  RC_ASSERT(now->member.lifetime_earned == world.ledger.member.lifetime_earned);
}

RC_GTEST_PROP(AsOfProperty, ItIsSoundAtAnyTimeAsKnownAtAnyTime, ()) {
  const World world = SomeHistory();
  RC_PRE(!world.entries.empty());
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    const auto some = [&] {
      return world.entries[*rc::gen::inRange<size_t>(0, world.entries.size())];
    };
    const Entry at = some();
    base::Instant effective_by = *rc::gen::arbitrary<bool>() ? at.effective_at : at.recorded_at;
    effective_by.micros += *rc::gen::element<int64_t>(0, 0, -1, 1, 86'400'000'000, -3'600'000'000);
    const base::Instant recorded_by =
        *rc::gen::arbitrary<bool>() ? world.entries.back().recorded_at : some().recorded_at;
    const auto then = Then(world, effective_by, recorded_by);
    if (!then.ok()) {
      RC_ASSERT(base::ReasonOf(then.status()) == "BALANCE_OVERFLOW");
      ++refused;
      continue;
    }
    RC_ASSERT(CheckRows(*then).ok());
    const auto due = NextDueAt(*then);
    RC_ASSERT(!due || *due > effective_by);
    Points expiring;
    for (const Expiry& expiry : ComingExpiries(*then)) expiring += expiry.points;
    RC_ASSERT(expiring == then->member.available);
    for (const auto& [seq, lot] : then->lots) RC_ASSERT(lot.is_open);
  }
  RC_CLASSIFY(refused > 0, "too much then");
}

}  // namespace
}  // namespace fairpoint::ledger
