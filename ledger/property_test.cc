// Properties of any ledger, whatever was done to it, under any policy and clock.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "ledger/testing/arbitrary.h"
#include "ledger/testing/invariants.h"

namespace fairpoint::ledger {
namespace {

using testing::Faults;
using testing::Game;
using testing::Play;
using testing::SomePolicies;
using testing::Step;
using testing::StepChoice;
using testing::World;

Game SomeGame() {
  Game game(SomePolicies());
  Play(game, *rc::gen::arbitrary<std::vector<StepChoice>>());
  return game;
}

std::string Balances(const Member& m) {
  return absl::StrCat(m.available.value, " pending ", m.pending.value, " held ", m.held.value,
                      " debt ", m.debt.value);
}

// Of two plans of one operation; the second was made knowing less.
void AssertSamePlan(const absl::StatusOr<Changes>& all, const absl::StatusOr<Changes>& some) {
  RC_ASSERT(all.status() == some.status());
  RC_ASSERT(base::DetailOf(all.status()) == base::DetailOf(some.status()));
  if (!all.ok()) return;
  RC_ASSERT(all->entries == some->entries);
  RC_ASSERT(all->operation_first == some->operation_first);
  RC_ASSERT(all->operation_count == some->operation_count);
  RC_ASSERT(all->new_lots == some->new_lots);
  RC_ASSERT(all->lots == some->lots);
  RC_ASSERT(all->new_holds == some->new_holds);
  RC_ASSERT(all->holds == some->holds);
  RC_ASSERT(all->reversed_txn_seq == some->reversed_txn_seq);
  RC_ASSERT(all->deduct_minor_units == some->deduct_minor_units);
  // Who knows less may name an instant too early, never too late.
  const auto& due = all->member.next_due_at;
  const auto& guessed = some->member.next_due_at;
  RC_ASSERT(!due || (guessed && *guessed <= *due));
  Member member = some->member;
  member.next_due_at = due;
  RC_ASSERT(all->member == member);
}

RC_GTEST_PROP(LedgerProperty, InvariantsHoldAfterEveryStepAndARefusalChangesNothing, ()) {
  Game game(SomePolicies());
  int refused = 0;
  const auto choices = *rc::gen::arbitrary<std::vector<StepChoice>>();
  for (const StepChoice& choice : choices) {
    const Step step = game.Decide(choice);
    game.Begin(step);
    const World before = game.world;
    const absl::StatusOr<Changes> changes = game.world.Do(step.operation, step.posting, step.now);
    if (changes.ok()) {
      const std::vector<std::string> faults = Faults(game.world, step.now);
      if (!faults.empty()) RC_FAIL(absl::StrJoin(faults, "\n"));
      continue;
    }
    ++refused;
    RC_ASSERT(base::DetailOf(changes.status()).has_value());
    RC_ASSERT(game.world.ledger.member == before.ledger.member);
    RC_ASSERT(game.world.ledger.lots == before.ledger.lots);
    RC_ASSERT(game.world.ledger.holds == before.ledger.holds);
  }
  if (!choices.empty())
    RC_CLASSIFY(refused * 2 > static_cast<int>(choices.size()), "mostly refused");
}

RC_GTEST_PROP(LedgerProperty, PlanningKnowsEnoughWithTheNeededRowsOnly, ()) {
  Game game(SomePolicies());
  for (const StepChoice& choice : *rc::gen::arbitrary<std::vector<StepChoice>>()) {
    const Step step = game.Decide(choice);
    game.Begin(step);
    const auto some = game.world.AskWithNeeds(step.operation, step.posting, step.now);
    AssertSamePlan(game.world.Ask(step.operation, step.posting, step.now), some);
    (void)game.world.Do(step.operation, step.posting, step.now);
  }
}

RC_GTEST_PROP(LedgerProperty, SettlingInManyStepsIsSettlingOnce, ()) {
  const Game game = SomeGame();
  World once = game.world;
  World often = game.world;
  base::Instant now = game.now;
  // To every due instant, or past several of them.
  for (const StepChoice& choice :
       *rc::gen::container<std::vector<StepChoice>>(12, rc::gen::arbitrary<StepChoice>())) {
    const auto due = often.ledger.member.next_due_at;
    if (choice.wait % 2 == 0 && due && *due > now) {
      now = *due;
    } else {
      now.micros += int64_t{choice.amount} * choice.amount * base::kMicrosPerSecond;
    }
    RC_ASSERT(often.Do(Settle{}, Posting{}, now).ok());
  }
  const absl::StatusOr<Ledger> view = SettledView(game.world.ledger, game.world.program, now);
  RC_ASSERT(view.ok());
  RC_ASSERT(once.Do(Settle{}, Posting{}, now).ok());
  RC_ASSERT(Faults(often, now) == std::vector<std::string>{});
  RC_ASSERT(once.ledger.lots == often.ledger.lots);
  RC_ASSERT(once.ledger.holds == often.ledger.holds);
  RC_ASSERT(once.entries.size() == often.entries.size());
  for (size_t i = 0; i < once.entries.size(); ++i) {
    Entry a = once.entries[i];
    Entry b = often.entries[i];
    // When they were recorded differs, and with it the hashes.
    a.recorded_at = b.recorded_at;
    a.prev_hash = b.prev_hash;
    a.hash = b.hash;
    RC_ASSERT(a == b);
  }
  RC_ASSERT(view->lots == once.ledger.lots);
  RC_ASSERT(view->holds == once.ledger.holds);
  RC_ASSERT(Balances(view->member) == Balances(once.ledger.member));
}

RC_GTEST_PROP(LedgerProperty, TakingBackAnEarningRightAwayRestoresTheBalances, ()) {
  Game game = SomeGame();
  World& world = game.world;
  world.ledger.member.state = MemberState::kActive;
  RC_PRE(world.program.debt.take_back != TakeBackPolicy::kOnlyPending ||
         world.program.pending.mode == PendingMode::kOnEvent);
  RC_ASSERT(world.Do(Settle{}, Posting{}, game.now).ok());
  const std::string before = Balances(world.ledger.member);
  Posting posting;
  const int64_t back_days = *rc::gen::element<int64_t>(0, 0, 0, 3, 15, 70);
  if (back_days > 0) posting.effective_at = game.now + absl::Hours(-24 * back_days);
  const auto earned =
      world.Do(EarnPoints{base::Points{*rc::gen::inRange<int64_t>(1, 500)}}, posting, game.now);
  RC_PRE(earned.ok());
  const auto reversed =
      world.Do(ReverseEntry{earned->operation_first, std::nullopt}, Posting{}, game.now);
  // An earning of the past may be gone already.
  RC_ASSERT(reversed.ok() ||
            (back_days > 0 && base::ReasonOf(reversed.status()) == "NOTHING_TO_TAKE_BACK"));
  RC_ASSERT(Balances(world.ledger.member) == before);
}

RC_GTEST_PROP(LedgerProperty, ReturningASpendRightAwayRestoresTheBalances, ()) {
  Game game = SomeGame();
  World& world = game.world;
  world.ledger.member.state = MemberState::kActive;
  world.ledger.member.phone_only = false;
  RC_ASSERT(world.Do(Settle{}, Posting{}, game.now).ok());
  const std::string before = Balances(world.ledger.member);
  Posting posting;
  if (*rc::gen::arbitrary<bool>()) posting.effective_at = game.now + absl::Seconds(-1);
  const auto spent =
      world.Do(RedeemPoints{base::Points{*rc::gen::inRange<int64_t>(1, 50)}}, posting, game.now);
  RC_PRE(spent.ok());
  RC_ASSERT(world.Do(ReverseEntry{spent->operation_first, std::nullopt}, Posting{}, game.now).ok());
  RC_ASSERT(Balances(world.ledger.member) == before);
}

}  // namespace
}  // namespace fairpoint::ledger
