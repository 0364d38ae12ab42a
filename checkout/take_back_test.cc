// What a return takes back under each policy when the order's points were spent, held, expired, or
// went to a debt. Undoing a whole earning: ledger/take_back_test.cc.
#include <gtest/gtest.h>

#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using ledger::PendingMode;
using ledger::TakeBackPolicy;
using testing::RunScript;
using testing::World;

World WithPolicy(TakeBackPolicy policy) {
  World world;
  world.points.program.debt.take_back = policy;
  return world;
}

TEST(ReturnTakesBack, OnlyPending) {
  World world = WithPolicy(TakeBackPolicy::kOnlyPending);
  world.points.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*4=1000                       => 10 (10), balance 0 pending 10
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=250 for 2, took O1 2, balance 0 pending 8
      + take_back_part 2 lot 1 undoes 1
    2026-01-03 complete 1                              => 8
    2026-01-04 return R2 of O1 1*1                     => O1.1*1=250 for 3, took O1 0, balance 8
    ? line O1.1: 2 of 4, 500 of 1000, 5 of 10
    ? order O1: took 2
  )");
}

TEST(ReturnTakesBack, WithinTheBalanceFromTheLotThenFromOthers) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    2026-01-02 redeem 8                                => 2
    2026-01-03 earn 1                                  => 3
    2026-01-03 earn 1                                  => 4
    2026-01-04 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 4, balance 0
      + take_back_part 2 lot 1 undoes 1
      + take_back_part 1 lot 3 undoes 1
      + take_back_part 1 lot 4 undoes 1
    # What was not found then is not asked for again.
    2026-01-05 earn 100                                => 100
    2026-01-05 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 95
      + take_back_part 5 lot 8 undoes 1
    ? order O1: took 9
  )");
}

TEST(ReturnTakesBack, OfASpentLotThatIsClosed) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    2026-01-02 redeem 10                               => 0
    2026-01-03 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 0, balance 0
    2026-01-03 earn 3                                  => 3
    2026-01-03 return R2 latest tea*1                  => O1.1*1=500 for 5, took O1 3, balance 0
  )");
}

TEST(ReturnTakesBack, WithoutLimitTheRestIsDebt) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    2026-01-02 redeem 8                                => 2
    2026-01-03 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 0 debt 3
      + take_back_part 2 lot 1 undoes 1
      + take_back_part 3 from debt undoes 1
    2026-01-04 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 0 debt 8
      + take_back_part 5 from debt undoes 1
    ? lifetime: 0
    2026-01-05 buy O2 tea*1=900                        => 9 (9), balance 1
  )");
}

TEST(ReturnTakesBack, TheRestIsDeductedFromTheRefund) {
  World world = WithPolicy(TakeBackPolicy::kDeductFromRefund);
  world.points.program.debt.deduct_minor_units = 5;
  world.points.program.debt.deduct_per_points = 2;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*4=4000                       => 40 (40), balance 40
    2026-01-01 buy O2 cup*1=1000                       => 10 (10), balance 50
    2026-01-02 redeem 45                               => 5
    2026-01-03 return R1 of O1 1*1 refund CNY 1000     => O1.1*1=1000 for 10, took O1 5, balance 0 deduct 12
      + take_back_part 5 lot 2 undoes 1
    # Capped at the refund; without one nothing is kept back.
    2026-01-03 return R2 of O1 1*1 refund CNY 24       => O1.1*1=1000 for 10, took O1 0, balance 0 deduct 24
    2026-01-03 return R3 of O1 1*1                     => O1.1*1=1000 for 10, took O1 0, balance 0
    # Of two orders in one return together: rounded once.
    2026-01-03 return R4 latest cup*1 tea*1 refund CNY 5000 => O2.1*1=1000 for 10, O1.1*1=1000 for 10, took O2 0, took O1 0, balance 0 deduct 50
  )");
  EXPECT_EQ(world.returns[0].deduct_minor_units, 12);
  EXPECT_EQ(world.returns[3].deduct_minor_units, 50);
}

TEST(ReturnTakesBack, WhatWasKeptBackInMoneyIsNotAskedForAgain) {
  World world = WithPolicy(TakeBackPolicy::kDeductFromRefund);
  world.points.program.debt.deduct_minor_units = 1;
  world.points.program.debt.deduct_per_points = 1;
  world.points.program.expiry = {.never = false, .after = {.days = 10}};
  // Half was spent, half expired: only what was spent is owed.
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    2026-01-02 redeem 5                                => 5
    2026-01-12 return R1 of O1 1*1 refund CNY 500      => O1.1*1=500 for 5, took O1 0, balance 0 deduct 5
    2026-01-12 return R2 of O1 1*1 refund CNY 500      => O1.1*1=500 for 5, took O1 0, balance 0
  )");
}

TEST(ReturnTakesBack, HeldPointsAreOutOfReach) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    2026-01-01 hold 8 until 2026-01-09                 => 2 held 8
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 0 held 8 debt 3
    2026-01-03 release 2                               => 8 debt 3
    2026-01-04 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 3 debt 3
    ? lifetime: 0
  )");
}

TEST(ReturnTakesBack, ExpiredPointsAreGoneAlready) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.points.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01 buy O1 tea*4=4000                       => 40 (40), balance 40
    2026-01-02 redeem 10                               => 30
    2026-01-03 return R1 of O1 1*1                     => O1.1*1=1000 for 10, took O1 10, balance 20
    2026-01-12 earn 100                                => 100
    ? lot 1: 40 expired 20 taken_back 10 until 2026-01-11
    # 20 expired, 10 came back: of the 30 that are due 10 were spent.
    2026-01-12 return R2 of O1 1*1                     => O1.1*1=1000 for 10, took O1 10, balance 90
    2026-01-12 return R3 of O1 1*2                     => O1.1*2=2000 for 20, took O1 0, balance 90
    ? order O1: took 20
  )");
}

TEST(ReturnTakesBack, ALotThatExpiredWholeLeavesNothing) {
  World world = WithPolicy(TakeBackPolicy::kDeductFromRefund);
  world.points.program.debt.deduct_minor_units = 1;
  world.points.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=1000                       => 10 (10), balance 10
    2026-01-12 earn 100                                => 100
    2026-01-12 return R1 of O1 1*1 refund CNY 1000     => O1.1*1=1000 for 10, took O1 0, balance 100
  )");
}

class RepaidDebt : public ::testing::TestWithParam<TakeBackPolicy> {};

TEST_P(RepaidDebt, ComesBackPartByPart) {
  World world = WithPolicy(GetParam());
  world.points.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02 redeem 6 on 2026-01-01                  => 0 debt 6
    2026-01-03 buy O1 tea*4=1000                       => 10 (10), balance 4
    2026-01-04 return R1 of O1 1*2                     => O1.1*2=500 for 5, took O1 5 restored 1, balance 0 debt 1
      + take_back_part 4 lot 2 undoes 2
      + take_back_part 1 from debt lot 2 undoes 2
    2026-01-05 return R2 of O1 1*1                     => O1.1*1=250 for 2, took O1 2 restored 2, balance 0 debt 3
    2026-01-06 return R3 of O1 1*1                     => O1.1*1=250 for 3, took O1 3 restored 3, balance 0 debt 6
    ? order O1: took 10 restored 6
    ? lifetime: 0
  )");
}

INSTANTIATE_TEST_SUITE_P(Policies, RepaidDebt,
                         ::testing::Values(TakeBackPolicy::kWithinBalance,
                                           TakeBackPolicy::kUnlimited,
                                           TakeBackPolicy::kDeductFromRefund));

TEST(ReturnTakesBack, RepaidDebtComesBackOnce) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.points.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02 redeem 6 on 2026-01-01                  => 0 debt 6
    2026-01-03 buy O1 tea*2=1000                       => 10 (10), balance 4
    2026-01-03 redeem 4                                => 0
    2026-01-04 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 5 restored 5, balance 0 debt 5
    2026-01-05 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5 restored 1, balance 0 debt 10
      + take_back_part 1 from debt lot 2 undoes 2
      + take_back_part 4 from debt undoes 2
    ? order O1: took 10 restored 6
  )");
}

TEST(ReturnTakesBack, OnlyPendingLeavesRepaidDebtRepaid) {
  World world = WithPolicy(TakeBackPolicy::kOnlyPending);
  world.points.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02 redeem 6 on 2026-01-01                  => 0 debt 6
    2026-01-03 buy O1 tea*1=1000                       => 10 (10), balance 4
    2026-01-04 return R1 of O1 1*1                     => O1.1*1=1000 for 10, took O1 0, balance 4
  )");
}

TEST(ReturnTakesBack, PendingFirst) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  world.points.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 0 pending 10
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 0 pending 5
    2026-01-09 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 0
      ~ release_pending 5 lot 1 @ 2026-01-08
      + take_back_part 5 lot 1 undoes 1
  )");
}

// Whose points another order's return drew are still owed by it.
TEST(ReturnTakesBack, TheOrderOfReturnsMakesNoDifference) {
  for (const bool first : {true, false}) {
    World world = WithPolicy(TakeBackPolicy::kUnlimited);
    RunScript(world, R"(
      2026-01-01 buy O1 tea*1=1000                     => 10 (10), balance 10
      2026-01-02 redeem 10                             => 0
      2026-01-03 buy O2 cup*1=1000                     => 10 (10), balance 10
    )");
    RunScript(world, first ? R"(
      2026-01-04 return R1 of O1 1*1                   => O1.1*1=1000 for 10, took O1 10, balance 0
      2026-01-04 return R2 of O2 1*1                   => O2.1*1=1000 for 10, took O2 10, balance 0 debt 10)"
                           : R"(
      2026-01-04 return R2 of O2 1*1                   => O2.1*1=1000 for 10, took O2 10, balance 0
      2026-01-04 return R1 of O1 1*1                   => O1.1*1=1000 for 10, took O1 10, balance 0 debt 10)");
  }
}

TEST(ReturnTakesBack, DebtThatWouldLeaveTheRangeIsRefused) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.points.program.debt.late_spend_debt_max = base::kPointsMax;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=1000                                => 10 (10), balance 10
    2026-01-01 redeem 10                                        => 0
    2026-01-02 redeem 9223372036854775800 on 2026-01-01         => 0 debt 9223372036854775800
    2026-01-02 return R1 of O1 1*1                              => BALANCE_OVERFLOW
    ? line O1.1: 0 of 1, 0 of 1000, 0 of 10
  )");
}

}  // namespace
}  // namespace fairpoint::checkout
