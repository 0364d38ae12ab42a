// Undoing an earning, under each policy. What was spent: reverse_test.cc.
#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::RunScript;
using testing::World;

World WithPolicy(TakeBackPolicy policy) {
  World world;
  world.program.debt.take_back = policy;
  return world;
}

TEST(TakeBack, OnlyPending) {
  World world = WithPolicy(TakeBackPolicy::kOnlyPending);
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 0 pending 10
    2026-01-01  earn 20                                     => 0 pending 30
    2026-01-02  complete 1                                  => 10 pending 20
    2026-01-02  reverse 1                                   => NOTHING_TO_TAKE_BACK
    2026-01-02  reverse 2                                   => 10
      + take_back 20 from pending lot 2 undoes 2
    ? lifetime: 10
    ? lot 2: 20 taken_back 20
    2026-01-02  reverse 2                                   => ALREADY_REVERSED byTransactionId=0123456789ABCDE.4
    2026-01-02  complete 2                                  => NOTHING_PENDING
  )");
}

TEST(TakeBack, WithinTheBalanceFromTheLotThenFromOthersInTheOrderOfSpending) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  world.program.expiry = {.never = false, .after = {.months = 12}};
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-02  redeem 25                                   => 5
    2026-01-03  earn 10                                     => 15
    2026-01-04  earn 7 on 2026-01-02                        => 22
    2026-01-05  reverse 1                                   => 0
      + take_back 5 lot 1 undoes 1
      + take_back 7 lot 4 undoes 1
      + take_back 10 lot 3 undoes 1
    ? lifetime: 25
    ? lot 1: 30 taken_back 5 until 2027-01-01
    ? lot 3: 10 taken_back 10 until 2027-01-03
  )");
}

TEST(TakeBack, WithinTheBalanceWithNothingLeftIsRefusedAndMayComeLater) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-02  redeem 30                                   => 0
    2026-01-03  reverse 1                                   => NOTHING_TO_TAKE_BACK
    2026-01-04  earn 50                                     => 50
    2026-01-04  reverse 1                                   => 20
      + take_back 30 lot 3 undoes 1
  )");
}

TEST(TakeBack, UnlimitedBooksTheRestAsDebt) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-02  redeem 25                                   => 5
    2026-01-03  earn 10                                     => 15
    2026-01-04  hold 3                                      => 12 held 3
    2026-01-04  reverse 1                                   => 0 held 3 debt 18
      + take_back 2 lot 1 undoes 1
      + take_back 10 lot 3 undoes 1
      + take_back 18 from debt undoes 1
    ? lifetime: 10
    # Points in a hold were out of reach; debt offsets future points only.
    2026-01-04  release 4                                   => 3 debt 18
    2026-01-05  earn 20                                     => 5
  )");
}

TEST(TakeBack, PointsThatAnotherReversalTookFromTheLotAreOwedStill) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-02  redeem 100                                  => 0
    2026-01-03  earn 100                                    => 100
    2026-01-04  reverse 1                                   => 0
      + take_back 100 lot 3 undoes 1
    2026-01-05  reverse 3                                   => 0 debt 100
      + take_back 100 from debt undoes 3
    ? lifetime: 0
    2026-01-06  reverse 2                                   => 100 debt 100
  )");
}

TEST(TakeBack, TheOrderOfTwoReversalsMakesNoDifference) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-02  redeem 100                                  => 0
    2026-01-03  earn 100                                    => 100
    2026-01-04  reverse 3                                   => 0
    2026-01-05  reverse 1                                   => 0 debt 100
    ? lifetime: 0
  )");
}

TEST(TakeBack, TheRestIsDeductedFromTheRefundAtThePublishedRate) {
  World world = WithPolicy(TakeBackPolicy::kDeductFromRefund);
  world.program.debt.deduct_minor_units = 5;
  world.program.debt.deduct_per_points = 2;
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-01  earn 40                                     => 70
    2026-01-01  earn 50                                     => 120
    2026-01-02  redeem 110                                  => 10
    # 30 of the first are spent; 10 others are taken, 20 are worth 50.
    2026-01-03  reverse 1 refund CNY 900                    => 0 deduct 50
      + take_back 10 lot 3 undoes 1
    # Capped at the refund. Nothing moves, and it counts as reversed.
    2026-01-03  reverse 2 refund CNY 99                     => 0 deduct 99
    2026-01-03  reverse 2 refund CNY 99                     => ALREADY_REVERSED
    # No money is refunded: nothing to deduct from, nothing to take.
    2026-01-03  reverse 3                                   => NOTHING_TO_TAKE_BACK
    2026-01-03  reverse 3 refund CNY 0                      => NOTHING_TO_TAKE_BACK
    2026-01-03  reverse 3 refund CNY 1000                   => 0 deduct 125
  )");
}

TEST(TakeBack, TheDeductionIsRoundedDownAndCannotOverflow) {
  World world = WithPolicy(TakeBackPolicy::kDeductFromRefund);
  world.program.debt.deduct_minor_units = 3;
  world.program.debt.deduct_per_points = 2;
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775806                    => 9223372036854775806
    2026-01-01  earn 1                                      => 9223372036854775807
    2026-01-01  redeem 9223372036854775807                  => 0
    2026-01-01  reverse 2 refund CNY 900                    => 0 deduct 1
    2026-01-01  reverse 1 refund CNY 900                    => 0 deduct 900
  )");
}

TEST(TakeBack, ExpiredPointsAreNotTakenAgain) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-02  redeem 10                                   => 20
    2026-01-12  earn 100                                    => 100
    2026-01-12  reverse 1                                   => 90
      + take_back 10 lot 4 undoes 1
    ? lot 1: 30 expired 20 until 2026-01-11
  )");
}

TEST(TakeBack, ALotThatExpiredWholeLeavesNothing) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 30                                     => 30
    2026-01-12  earn 100                                    => 100
    2026-01-12  reverse 1                                   => NOTHING_TO_TAKE_BACK
  )");
}

class RepaidDebtComesBack : public ::testing::TestWithParam<TakeBackPolicy> {};

TEST_P(RepaidDebtComesBack, AtOnce) {
  World world = WithPolicy(GetParam());
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02  redeem 40 on 2026-01-01                     => 0 debt 40
    2026-01-03  earn 100                                    => 60
    2026-01-04  reverse 2                                   => 0 debt 40
      + take_back 60 lot 2 undoes 2
      + take_back 40 from debt lot 2 undoes 2
    ? lot 2: 100 repaid 40 taken_back 100
    ? lifetime: 0
  )");
}

TEST_P(RepaidDebtComesBack, AlsoWhenRepaidAtReleaseInALaterTransaction) {
  World world = WithPolicy(GetParam());
  world.program.debt.late_spend_debt_max = base::Points{50};
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-02  redeem 40 on 2026-01-01                     => 0 debt 40
    2026-01-03  earn 25                                     => 0 pending 25 debt 40
    2026-02-01  reverse 2                                   => 0 debt 40
      ~ release_pending 25 lot 2 @ 2026-01-10
      ~ repay_debt 25 lot 2 @ 2026-01-10
      + take_back 25 from debt lot 2 undoes 2
  )");
}

INSTANTIATE_TEST_SUITE_P(Policies, RepaidDebtComesBack,
                         ::testing::Values(TakeBackPolicy::kWithinBalance,
                                           TakeBackPolicy::kUnlimited,
                                           TakeBackPolicy::kDeductFromRefund));

TEST(TakeBack, OnlyPendingLeavesRepaidDebtRepaid) {
  World world = WithPolicy(TakeBackPolicy::kOnlyPending);
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02  redeem 40 on 2026-01-01                     => 0 debt 40
    2026-01-03  earn 25                                     => 0 debt 15
    2026-01-03  reverse 2                                   => NOTHING_TO_TAKE_BACK
  )");
}

TEST(TakeBack, DebtThatWouldLeaveTheRangeIsRefused) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.program.debt.late_spend_debt_max = base::kPointsMax;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  redeem 10                                   => 0
    2026-01-02  redeem 9223372036854775800 on 2026-01-01    => 0 debt 9223372036854775800
    2026-01-02  reverse 1                                   => BALANCE_OVERFLOW
    2026-01-02  earn 3                                      => 0 debt 9223372036854775797
    2026-01-02  reverse 1                                   => 0 debt 9223372036854775807
  )");
}

TEST(TakeBack, WhatNeverBecomesDebtIsNotCountedAsSuch) {
  World world = WithPolicy(TakeBackPolicy::kUnlimited);
  world.program.debt.late_spend_debt_max = base::Points{50};
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775807                    => 9223372036854775807
    2026-01-12  redeem 14 on 2026-01-11                     => 0 debt 14
    2026-01-12  reverse 1                                   => NOTHING_TO_TAKE_BACK
  )");
  World of_pending = WithPolicy(TakeBackPolicy::kUnlimited);
  of_pending.program.debt.late_spend_debt_max = base::Points{50};
  of_pending.program.pending.mode = PendingMode::kOnEvent;
  RunScript(of_pending, R"(
    2026-01-02  earn 9223372036854775807                    => 0 pending 9223372036854775807
    2026-01-02  redeem 14 on 2026-01-01                     => 0 pending 9223372036854775807 debt 14
    2026-01-02  reverse 1                                   => 0 debt 14
    ? lifetime: 0
  )");
}

TEST(TakeBack, PendingFirstThenOthersOfTheMember) {
  World world = WithPolicy(TakeBackPolicy::kWithinBalance);
  RunScript(world, "2026-01-01 earn 50 => 50");
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-02  earn 20                                     => 50 pending 20
    # Nothing of the pending lot is spent: the others keep theirs.
    2026-01-02  reverse 2                                   => 50
      + take_back 20 from pending lot 2 undoes 2
  )");
}

}  // namespace
}  // namespace fairpoint::ledger
