// Points that no purchase gave.
#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::RunScript;
using testing::World;

TEST(Adjust, UpMakesALotByTheProgrammesRuleOrWithAnExpiryOfItsOwn) {
  World world;
  world.program.expiry = {.never = false, .after = {.months = 12}};
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  adjust 10                                   => 10
      + adjust 10 lot 1 until 2027-01-01
    2026-01-02  adjust 5 until 2026-02-01 on 2026-01-01     => 15
      + adjust 5 lot 2 until 2026-02-01 @ 2026-01-01
    ? lifetime: 0
    2026-02-01  settle                                      => 10
  )");
}

TEST(Adjust, UpRepaysDebtLikeAnEarning) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-02  redeem 40 on 2026-01-01                     => 0 debt 40
    2026-01-03  adjust 100                                  => 60
      + adjust 100 lot 2
      + repay_debt 40 lot 2
  )");
}

TEST(Adjust, WhatWouldBeExpiredAlreadyIsRefused) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-20  adjust 5 until 2026-01-20                   => LOT_EXPIRY_OUT_OF_RANGE expireTime=2026-01-19T16:00:00.000000Z
    2026-01-20  adjust 5 on 2026-01-10                      => LOT_EXPIRY_OUT_OF_RANGE expireTime=2026-01-19T16:00:00.000000Z
    2026-01-20  adjust 5 on 2026-01-10T00:00:01             => 5
  )");
}

TEST(Adjust, DownDrawsLikeASpendAndNeverIntoDebt) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 10}, .extended_by_activity = true};
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-01  adjust 10                                   => 10
    2026-01-02  adjust 10 until 2026-01-05                  => 20
    2026-01-03  adjust -12                                  => 8
      + adjust 10 from available lot 2
      + adjust 2 from available lot 1
    2026-01-03  adjust -9                                   => INSUFFICIENT_POINTS availablePoints=8 requestedPoints=9
    # A late one draws what was there then, and goes no further either.
    2026-01-03  adjust -1 on 2025-12-01                     => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-03  adjust -9223372036854775808                 => INSUFFICIENT_POINTS availablePoints=8 requestedPoints=9223372036854775807
    2026-01-03  adjust -8                                   => 0
    ? lifetime: 0
  )");
}

TEST(Adjust, TheLimitIsOfBothDirections) {
  World world;
  world.program.adjustments.points_max = base::Points{100};
  RunScript(world, R"(
    2026-01-01  adjust 100                                  => 100
    2026-01-01  adjust 101                                  => ADJUSTMENT_ABOVE_LIMIT points=101 pointsMax=100
    2026-01-01  adjust -101                                 => ADJUSTMENT_ABOVE_LIMIT points=-101 pointsMax=100
    2026-01-01  adjust -9223372036854775808                 => ADJUSTMENT_ABOVE_LIMIT points=-9223372036854775808 pointsMax=100
    2026-01-01  adjust -100                                 => 0
  )");
}

TEST(Adjust, WhatDoesNotFitIsRefused) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 8                                      => 8
    2026-01-01  hold 4                                      => 4 held 4
    2026-01-01  adjust 9223372036854775800                  => BALANCE_OVERFLOW
    2026-01-01  adjust 9223372036854775799                  => 9223372036854775803 held 4
    2026-01-01  adjust -9223372036854775808                 => INSUFFICIENT_POINTS availablePoints=9223372036854775803 requestedPoints=9223372036854775807
  )");
}

TEST(Open, GivesALotEach) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-05  open 10 20 earned 2024-03-01 30 earned 2025-01-01 until 2026-02-01 => 60
      + open 10 lot 1
      + open 20 lot 2 @ 2024-03-01
      + open 30 lot 3 until 2026-02-01 @ 2025-01-01
    ? lifetime: 0
    ? expiries: 30 2026-02-01 30 never
    2026-01-06  redeem 31                                   => 29
    ? lot 2: 20 available 19
  )");
}

TEST(Open, OnlyBeforeEverythingElse) {
  World world;
  RunScript(world, R"(
    2026-01-05  earn 1                                      => 1
    2026-01-05  open 10                                     => OPENING_TOO_LATE
    2026-01-05  open                                        => 1
  )");
}

TEST(Open, ChecksAllBeforeAny) {
  World world;
  RunScript(world, R"(
    2026-01-05  open 10 20 earned 2026-01-05T00:00:01       => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-04T16:00:01.000000Z
    2026-01-05  open 10 20 until 2026-01-05                 => LOT_EXPIRY_OUT_OF_RANGE expireTime=2026-01-04T16:00:00.000000Z
    2026-01-05  open 10 9223372036854775798                 => BALANCE_OVERFLOW
    2026-01-05  open 10 9223372036854775797                 => 9223372036854775807
  )");
}

TEST(Adjust, OfAFrozenMemberButNotOfOneWhoLeft) {
  World world;
  world.ledger.member.state = MemberState::kFrozen;
  RunScript(world, R"(
    2026-01-05  open 10                                     => MEMBER_NOT_ACTIVE state=frozen
    2026-01-05  adjust 10                                   => 10
  )");
  world.ledger.member.state = MemberState::kMerged;
  RunScript(world, "2026-01-05 adjust 10 => MEMBER_NOT_ACTIVE state=merged");
}

}  // namespace
}  // namespace fairpoint::ledger
