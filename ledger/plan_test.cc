// What every planner has in common: who may, when, and from what was loaded.
#include "ledger/plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "base/error.h"
#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::At;
using testing::RunScript;
using testing::World;

TEST(Plan, RefusalsInOrder) {
  World world;
  world.ledger.member.phone_only = true;
  world.ledger.member.state = MemberState::kFrozen;
  RunScript(world, R"(
    2026-01-01 redeem 1 by_phone seq 9 on 2026-01-02 store s9   => MEMBER_NOT_ACTIVE state=frozen
  )");
  world.ledger.member.state = MemberState::kActive;
  RunScript(world, R"(
    2026-01-01 redeem 1 by_phone seq 9 on 2026-01-02 store s9   => PHONE_MAY_NOT_SPEND
    2026-01-01 earn 1 by_phone seq 9 on 2026-01-02 store s9     => LEDGER_MOVED currentSeq=0 expectedSeq=9
    2026-01-01 earn 1 seq 0 on 2026-01-02 store s9              => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-01T16:00:00.000000Z
    2026-01-01 earn 1 seq 0 on 2025-01-01 store s9              => STORE_UNKNOWN storeId=s9
    2026-01-01 earn USD 1 seq 0 on 2025-01-01 store s1          => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-01 earn 1 seq 0 on 2025-01-01 store s1              => 1
  )");
}

TEST(Plan, APhoneAloneEarnsAndDoesNotSpend) {
  World world;
  RunScript(world, R"(
    2026-01-01 earn 10 by_phone                             => 10
    2026-01-01 redeem 1 by_phone                            => PHONE_MAY_NOT_SPEND
    2026-01-01 hold 1 by_phone                              => PHONE_MAY_NOT_SPEND
    2026-01-01 hold 1                                       => 9 held 1
  )");
  world.ledger.member.phone_only = true;
  RunScript(world, R"(
    2026-01-01 earn 1                                       => 10 held 1
    2026-01-01 redeem 1                                     => PHONE_MAY_NOT_SPEND
    2026-01-01 hold 1                                       => PHONE_MAY_NOT_SPEND
    # What was set aside before may be resolved.
    2026-01-01 capture 2                                    => 10
  )");
}

TEST(Plan, FrozenMembersResolveHoldsAndAreReversedButNeitherEarnNorSpend) {
  World world;
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01 earn 10                                      => 0 pending 10
    2026-01-01 complete 1                                   => 10
    2026-01-01 earn 5                                       => 10 pending 5
    2026-01-01 hold 1                                       => 9 pending 5 held 1
    2026-01-01 hold 2                                       => 7 pending 5 held 3
    2026-01-01 redeem 3                                     => 4 pending 5 held 3
  )");
  world.ledger.member.state = MemberState::kFrozen;
  RunScript(world, R"(
    2026-01-01 earn 1                                       => MEMBER_NOT_ACTIVE state=frozen
    2026-01-01 redeem 1                                     => MEMBER_NOT_ACTIVE state=frozen
    2026-01-01 hold 1                                       => MEMBER_NOT_ACTIVE state=frozen
    2026-01-01 capture 4                                    => 4 pending 5 held 2
    2026-01-01 release 5                                    => 6 pending 5
    2026-01-01 complete 3                                   => 11
    2026-01-01 reverse 6                                    => 14
    2026-01-01 reverse 3                                    => 9
    2026-01-02 settle                                       => 9
  )");
}

TEST(Plan, WhoLeftIsOnlySettled) {
  for (const MemberState state : {MemberState::kClosed, MemberState::kMerged}) {
    World world;
    world.program.expiry = {.never = false, .after = {.days = 1}};
    RunScript(world, R"(
      2026-01-01 earn 10                                    => 10
      2026-01-01 hold 1 until 2026-01-05                    => 9 held 1
    )");
    world.ledger.member.state = state;
    for (const Operation& operation :
         {Operation(EarnPoints{base::Points{1}}), Operation(RedeemPoints{base::Points{1}}),
          Operation(HoldPoints{base::Points{1}, {}}), Operation(CaptureHold{2, {}}),
          Operation(ReleaseHold{2}), Operation(ReleasePending{1}),
          Operation(ReverseEntry{1, {}})}) {
      const absl::StatusOr<Changes> changes =
          world.Ask(operation, Posting{}, At("2026-01-01", world.program.zone));
      EXPECT_EQ(base::ReasonOf(changes.status()), "MEMBER_NOT_ACTIVE");
    }
    RunScript(world, "2026-01-03 settle => 0 held 1");
  }
}

TEST(Plan, ExpectedSeqIsOfTheLastBookedEntry) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 1}};
  RunScript(world, R"(
    2026-01-01 earn 10 seq 1                                => LEDGER_MOVED currentSeq=0 expectedSeq=1
    2026-01-01 earn 10 seq 0                                => 10
    2026-01-01 earn 10 seq 0                                => LEDGER_MOVED currentSeq=1 expectedSeq=0
    # What fell due since is not yet booked, and moves nothing that the caller has seen.
    2026-01-05 earn 5 seq 1                                 => 5
      ~ expire 10 lot 1 @ 2026-01-02
      + earn 5 lot 3 until 2026-01-06
    2026-01-05 earn 5 seq 2                                 => LEDGER_MOVED currentSeq=3 expectedSeq=2
    2026-01-05 redeem 5 seq 3                               => 0
  )");
}

TEST(Plan, BusinessTimeUpToFiveMinutesAheadIsTakenAsNow) {
  World world;
  RunScript(world, R"(
    2026-01-01 earn 10 on 2026-01-01T00:05:00               => 10
      + earn 10 lot 1
    2026-01-01 earn 10 on 2026-01-01T00:05:00.000001        => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2025-12-31T16:05:00.000001Z
    2026-01-01 earn 10 on 2025-12-31T23:59:59               => 20
      + earn 10 lot 2 @ 2025-12-31T23:59:59
  )");
}

TEST(Needs, AnEarningNeedsTheRowAloneUnlessSomethingIsDueOrExtended) {
  Program program = testing::PlainProgram();
  Member member;
  const base::Instant now{1'000};
  const EarnPoints earn{base::Points{1}};
  EXPECT_FALSE(NeedsOf(earn, member, program, now).open);
  member.next_due_at = base::Instant{1'001};
  EXPECT_FALSE(NeedsOf(earn, member, program, now).open);
  member.next_due_at = now;
  EXPECT_TRUE(NeedsOf(earn, member, program, now).open);
  member.next_due_at.reset();
  program.expiry = {.never = false,
                    .after = {.days = 1},
                    .rounding = ExpiryRounding::kNone,
                    .extended_by_activity = true};
  EXPECT_TRUE(NeedsOf(earn, member, program, now).open);
}

TEST(Needs, OthersNeedTheOpenRowsAndWhatTheyName) {
  const Program program = testing::PlainProgram();
  const Member member;
  const base::Instant now{1'000};
  EXPECT_TRUE(NeedsOf(RedeemPoints{base::Points{1}}, member, program, now).open);
  EXPECT_TRUE(NeedsOf(HoldPoints{base::Points{1}, {}}, member, program, now).open);
  EXPECT_TRUE(NeedsOf(ReleasePending{3}, member, program, now).open);
  EXPECT_TRUE(NeedsOf(Settle{}, member, program, now).open);
  const Needs capture = NeedsOf(CaptureHold{7, {}}, member, program, now);
  EXPECT_TRUE(capture.open && capture.hold_seq == 7);
  const Needs release = NeedsOf(ReleaseHold{8}, member, program, now);
  EXPECT_TRUE(release.open && release.hold_seq == 8);
  const Needs reverse = NeedsOf(ReverseEntry{9, {}}, member, program, now);
  EXPECT_TRUE(reverse.open && reverse.target_seq == 9);
}

TEST(Plan, MarksTheOperationsEntriesAmongTheClocks) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 1}};
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.seconds = 1}};
  RunScript(world, "2026-01-01 earn 10 => 0 pending 10");
  const base::Instant now = At("2026-01-05", world.program.zone);
  Posting late;
  late.effective_at = At("2026-01-03", world.program.zone);
  const absl::StatusOr<Changes> changes = world.Ask(EarnPoints{base::Points{5}}, late, now);
  ASSERT_TRUE(changes.ok());
  // Released and expired before, the earning, released and expired after.
  ASSERT_EQ(changes->entries.size(), 5U);
  EXPECT_EQ(changes->operation_first, 4);
  EXPECT_EQ(changes->operation_count, 1);
  EXPECT_EQ(changes->new_lots.size(), 1U);
  EXPECT_EQ(changes->lots.size(), 1U);
  EXPECT_EQ(changes->member.last_recorded_at, now);

  const absl::StatusOr<Changes> settled = world.Ask(Settle{}, Posting{}, now);
  ASSERT_TRUE(settled.ok());
  EXPECT_EQ(settled->entries.size(), 2U);
  EXPECT_EQ(settled->operation_first, 0);
  EXPECT_EQ(settled->operation_count, 0);
}

// Whatever was done to a lot or a hold, every operation and every look is told, and nobody dies.
TEST(Plan, RowsThatContradictOneAnotherAreToldAndNothingElse) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 5}};
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 1}};
  RunScript(world, R"(
    2026-01-01 earn 100                                     => 0 pending 100
    2026-01-02 earn 50                                      => 100 pending 50
    2026-01-03 hold 120 until 2026-01-04                    => 30 held 120
    2026-01-03 redeem 5                                     => 25 held 120
  )");
  ASSERT_EQ(world.ledger.holds.begin()->first, 5);
  const std::vector<std::function<void(Ledger&)>> tamperings = {
      [](Ledger& l) { l.lots.erase(1); },
      [](Ledger& l) { l.lots.at(1).held.value = 99; },
      [](Ledger& l) { l.lots.at(3).available.value = 1; },
      [](Ledger& l) { l.lots.at(3).held = base::kPointsMax; },
      [](Ledger& l) { l.lots.at(3).pending.value = INT64_MIN; },
      [](Ledger& l) { l.member.available.value = 1; },
      [](Ledger& l) { l.holds.at(5).slices[0].lot_seq = 4; },
      [](Ledger& l) { l.holds.at(5).slices[0].lot_seq = -1; },
      [](Ledger& l) { std::swap(l.holds.at(5).slices[0].points, l.holds.at(5).slices[1].points); },
      [](Ledger& l) { l.holds.at(5).slices.clear(); },
      [](Ledger& l) { l.holds.clear(); },
  };
  const std::vector<Operation> operations = {EarnPoints{base::Points{1}},
                                             RedeemPoints{base::Points{1}},
                                             HoldPoints{base::Points{1}, {}},
                                             CaptureHold{5, base::Points{60}},
                                             ReleaseHold{5},
                                             ReleasePending{3},
                                             ReverseEntry{1, {}},
                                             ReverseEntry{7, {}},
                                             Settle{}};
  // Before and after the hold ends and the lots expire.
  for (const char* const at : {"2026-01-03", "2026-01-04", "2026-02-01"}) {
    const base::Instant now = At(at, world.program.zone);
    for (size_t i = 0; i < tamperings.size(); ++i) {
      World broken = world;
      tamperings[i](broken.ledger);
      size_t told = 0;
      for (const Operation& operation : operations) {
        const absl::StatusOr<Changes> changes = broken.Ask(operation, Posting{}, now);
        if (changes.status().code() == absl::StatusCode::kDataLoss) {
          EXPECT_FALSE(base::DetailOf(changes.status()).has_value());
          ++told;
        } else {
          // Only what does not look at the hold's slices may go on.
          EXPECT_TRUE(i >= 6 && i <= 8 && now < At("2026-01-04", world.program.zone))
              << at << " " << i << " " << operation.index() << ": " << changes.status();
        }
      }
      EXPECT_GT(told, 0U) << at << " " << i;
    }
  }
}

TEST(SettledView, OfRowsThatContradictOneAnotherIsNone) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 5}};
  RunScript(world, "2026-01-01 earn 100 => 100");
  world.ledger.lots.at(1).available.value = 101;
  for (const char* const at : {"2026-01-02", "2026-02-01"}) {
    EXPECT_EQ(SettledView(world.ledger, world.program, At(at, world.program.zone)).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(SettledView, BooksNothingAndNeverGoesBack) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 1}};
  RunScript(world, R"(
    2026-01-01 earn 10                                      => 10
    2026-01-02 earn 5                                       => 5
    ? view 2025-01-01: 5
    ? view 2026-01-02T23:59:59.999999: 5
    ? view 2026-01-03: 0
    ? expiries: 5 2026-01-03
  )");
  const base::Instant later = At("2026-01-03", world.program.zone);
  EXPECT_EQ(ComingExpiries(*SettledView(world.ledger, world.program, later)),
            std::vector<Expiry>{});
  EXPECT_EQ(world.ledger.member.available.value, 5);
  // A reader's clock behind what was recorded (a freezing settles nothing) does not show a past
  // that is over.
  world.ledger.member.last_recorded_at = later;
  RunScript(world, "? view 2026-01-02: 0");
}

TEST(ComingExpiries, OneLineAnInstantSoonestFirstNeverLast) {
  World world;
  RunScript(world, "2026-01-01 earn 1 => 1");
  world.program.expiry = {
      .never = false, .after = {.months = 1}, .rounding = ExpiryRounding::kMonthEnd};
  RunScript(world, R"(
    2026-02-02 earn 2                                       => 3
    2026-02-03 earn 4 on 2026-01-02                         => 7
    2026-02-03 earn 8                                       => 15
    ? expiries: 4 2026-03-01 10 2026-04-01 1 never
    2026-02-03 hold 5                                       => 10 held 5
    ? expiries: 9 2026-04-01 1 never
  )");
}

}  // namespace
}  // namespace fairpoint::ledger
