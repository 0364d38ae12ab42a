// Undoing what was spent. What was earned: take_back_test.cc.
#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::RunScript;
using testing::World;

World WithExpiry(Period after) {
  World world;
  world.program.expiry = {.never = false, .after = after};
  return world;
}

TEST(Reverse, RefusalsInOrder) {
  World world;
  RunScript(world, R"(
    2026-01-01  reverse 1                                   => ENTRY_NOT_FOUND entryId=0123456789ABCDE.1
    2026-01-01  earn 10                                     => 10
    2026-01-01  hold 4 until 2026-01-02                     => 6 held 4
    2026-01-01  reverse 3                                   => ENTRY_NOT_FOUND entryId=0123456789ABCDE.3
    2026-01-01  redeem 2                                    => 4 held 4
    2026-01-01  reverse 3                                   => 6 held 4
    # Once is judged before the currency, the currency before the kind.
    2026-01-01  reverse 3 refund USD 1                      => ALREADY_REVERSED byTransactionId=0123456789ABCDE.4
    2026-01-01  reverse 2 refund USD 1                      => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-01  reverse 2                                   => NOT_REVERSIBLE kind=hold
    2026-01-01  reverse 4                                   => NOT_REVERSIBLE kind=return_spent
    2026-01-03  settle                                      => 10
    2026-01-03  reverse 5                                   => NOT_REVERSIBLE kind=end_hold
  )");
}

TEST(Reverse, NotWhatTheClockOrAReleaseDid) {
  World world = WithExpiry({.days = 9});
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 0 pending 10
    2026-01-02  complete 1                                  => 10
    2026-01-02  reverse 2                                   => NOT_REVERSIBLE kind=release_pending
    2026-01-03  hold 5                                      => 5 held 5
    2026-01-03  release 3                                   => 10
    2026-01-03  reverse 4                                   => NOT_REVERSIBLE kind=release_hold
    2026-01-20  settle                                      => 0
    2026-01-20  reverse 5                                   => NOT_REVERSIBLE kind=expire
  )");
}

TEST(Reverse, ASpendReturnsToItsLotsLastDrawnFirst) {
  World world = WithExpiry({.months = 12});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  earn 20                                     => 30
    2026-01-03  earn 30                                     => 60
    2026-01-04  redeem 35                                   => 25
    # Any entry of the operation names it.
    2026-01-05  reverse 5                                   => 60
      + return_spent 5 lot 3 undoes 6
      + return_spent 20 lot 2 undoes 5
      + return_spent 10 lot 1 undoes 4
    ? lot 1: 10 available 10 until 2027-01-01
    ? lot 3: 30 available 30 until 2027-01-03
    ? next_due: 2027-01-01
    ? lifetime: 60
    2026-01-05  reverse 4                                   => ALREADY_REVERSED byTransactionId=0123456789ABCDE.7
    2026-01-05  reverse 6                                   => ALREADY_REVERSED byTransactionId=0123456789ABCDE.7
  )");
}

TEST(Reverse, ACaptureReturnsWhatItSpent) {
  World world = WithExpiry({.months = 12});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  earn 20                                     => 30
    2026-01-03  hold 25 until 2026-01-04                    => 5 held 25
    2026-01-03  capture 3 12                                => 18
    # The entry that released the rest belongs to the capture too.
    2026-01-05  reverse 7                                   => 30
      + return_spent 2 lot 2 undoes 6
      + return_spent 10 lot 1 undoes 5
    ? hold 3: captured 25 captured 12 until 2026-01-04 1:10 2:15
    2026-01-05  reverse 3                                   => NOT_REVERSIBLE kind=hold
  )");
}

TEST(Reverse, ALotExpiredMeanwhileIsRestoredAsExpired) {
  World world = WithExpiry({.days = 10});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-08  earn 20                                     => 30
    2026-01-09  redeem 15                                   => 15
    2026-01-11  reverse 3                                   => 20
      + return_spent 5 lot 2 undoes 4
      + return_spent 10 lot 1 undoes 3
      + expire 10 lot 1
    ? lot 1: 10 expired 10 until 2026-01-11
  )");
}

TEST(Reverse, ALotExpiredMeanwhileLivesForAGracePeriod) {
  World world = WithExpiry({.days = 10});
  world.program.returns.grace = Period{.days = 3};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-08  earn 20                                     => 30
    2026-01-09  redeem 15                                   => 15
    2026-01-09  hold 1                                      => 14 held 1
    2026-01-12  reverse 3                                   => 30
      ~ end_hold 1 lot 2 hold 5 @ 2026-01-09T00:15:00
      + return_spent 5 lot 2 undoes 4
      + return_spent 10 lot 1 undoes 3 until 2026-01-15
    ? lot 1: 10 available 10 until 2026-01-15
    ? lot 2: 20 available 20 until 2026-01-18
    ? next_due: 2026-01-15
    2026-01-20  settle                                      => 0
      ~ expire 10 lot 1 @ 2026-01-15
      ~ expire 20 lot 2 @ 2026-01-18
  )");
}

TEST(Reverse, WhatDebtPaidComesOffTheDebtFirst) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-03  redeem 40 on 2026-01-02                     => 0 debt 30
    2026-01-04  reverse 2                                   => 10
      + return_spent 30 to debt undoes 3
      + return_spent 10 lot 1 undoes 2
  )");
}

TEST(Reverse, WhatDebtPaidAndAnEarningRepaidComesBackAsALotOfItsOwn) {
  World world = WithExpiry({.months = 1});
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-03  redeem 40 on 2026-01-02                     => 0 debt 40
    2026-01-04  earn 25                                     => 0 debt 15
      + earn 25 lot 2 until 2026-02-04
      + repay_debt 25 lot 2
    2026-01-05  reverse 1                                   => 25
      + return_spent 15 to debt undoes 1
      + return_spent 25 lot 5 undoes 1 until 2026-02-05
    ? lot 5: 25 available 25 until 2026-02-05
    # Returned points are not earned again.
    ? lifetime: 25
    # The earning that repaid it: the repaid debt comes back.
    2026-01-06  reverse 2                                   => 25 debt 25
      + take_back 25 from debt lot 2 undoes 2
    ? lifetime: 0
    2026-01-06  reverse 5                                   => NOT_REVERSIBLE kind=return_spent
  )");
}

TEST(Reverse, DebtIsFungible) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{100};
  RunScript(world, R"(
    2026-01-03  redeem 40 on 2026-01-02                     => 0 debt 40
    2026-01-03  redeem 30 on 2026-01-02                     => 0 debt 70
    2026-01-04  earn 40                                     => 0 debt 30
    # The first spend's debt may be thought repaid, or the second's: what is owed still is what matters.
    2026-01-05  reverse 1                                   => 10
      + return_spent 30 to debt undoes 1
      + return_spent 10 lot 6 undoes 1
  )");
}

TEST(Reverse, ReturnedPointsMustFit) {
  World world;
  world.program.debt.take_back = TakeBackPolicy::kUnlimited;
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775807                    => 9223372036854775807
    2026-01-01  redeem 9223372036854775807                  => 0
    2026-01-01  reverse 1                                   => 0 debt 9223372036854775807
    ? lifetime: 0
    2026-01-01  earn 9223372036854775807                    => 0
    2026-01-01  reverse 4                                   => 0 debt 9223372036854775807
    2026-01-01  earn 9223372036854775807                    => 0
    2026-01-01  reverse 2                                   => 9223372036854775807
    # The debt of the third earning comes back beside them; nothing more fits.
    2026-01-01  reverse 7                                   => 9223372036854775807 debt 9223372036854775807
    2026-01-01  earn 1                                      => BALANCE_OVERFLOW
  )");
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  redeem 10                                   => 9223372036854775797 debt 9223372036854775807
    2026-01-01  earn 5                                      => 9223372036854775797 pending 5 debt 9223372036854775807
    2026-01-01  reverse 11                                  => BALANCE_OVERFLOW
    2026-01-01  complete 12                                 => 9223372036854775797 debt 9223372036854775802
    2026-01-01  reverse 11                                  => 9223372036854775807 debt 9223372036854775802
    # What is held will come back, though it was not earned: it counts when something is earned.
    2026-01-01  hold 10                                     => 9223372036854775797 held 10 debt 9223372036854775802
    2026-01-01  earn 5                                      => BALANCE_OVERFLOW
  )");
}

TEST(Reverse, AFrozenMembersSpendComesBack) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  redeem 10                                   => 0
  )");
  world.ledger.member.state = MemberState::kFrozen;
  RunScript(world, "2026-01-02 reverse 2 => 10");
}

}  // namespace
}  // namespace fairpoint::ledger
