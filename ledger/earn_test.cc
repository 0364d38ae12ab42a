#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::PlainProgram;
using testing::RunScript;
using testing::World;

TEST(Earn, PointsMakeALot) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
      + earn 100 lot 1
    2026-01-02  earn 50 store s1                            => 150
    ? lot 1: 100 available 100
    ? lot 2: 50 available 50
    ? lifetime: 150
    ? expiries: 150 never
    ? next_due: never
  )");
}

TEST(Earn, MoneyEarnsByTheBaseRateRoundedDown) {
  World world;
  world.program.base_rate = {.points = 3, .per_minor_units = 200};
  RunScript(world, R"(
    2026-01-01  earn USD 66                                 => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-01  earn CNY 66                                 => NOTHING_EARNED
    2026-01-01  earn CNY 0                                  => NOTHING_EARNED
    2026-01-01  earn CNY 67                                 => 1
    2026-01-01  earn CNY 399                                => 6
    2026-01-01  earn CNY 400                                => 12
    # 3 x 2^63 / 200 needs more than 64 bits on the way, and fits.
    2026-01-01  earn CNY 9223372036854775807                => 138350580552821649
  )");
}

TEST(Earn, MoneyWorthTooManyPointsIsRefused) {
  World world;
  world.program.base_rate = {.points = 2, .per_minor_units = 1};
  RunScript(world, R"(
    2026-01-01  earn CNY 4611686018427387904                => BALANCE_OVERFLOW
    2026-01-01  earn CNY 4611686018427387903                => 9223372036854775806
  )");
}

TEST(Earn, NoSumLeavesTheRange) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775807                    => 9223372036854775807
    2026-01-01  earn 1                                      => BALANCE_OVERFLOW
    2026-01-02  hold 7                                      => 9223372036854775800 held 7
    # What is held counts: it may come back.
    2026-01-02  earn 1                                      => BALANCE_OVERFLOW
    2026-01-02  redeem 9223372036854775800                  => 0 held 7
    # What was ever earned counts.
    2026-01-02  earn 1                                      => BALANCE_OVERFLOW
  )");
}

TEST(Earn, PendingCountsTowardsTheRange) {
  World world;
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775800                    => 0 pending 9223372036854775800
    2026-01-01  earn 7                                      => 0 pending 9223372036854775807
    2026-01-01  earn 1                                      => BALANCE_OVERFLOW
    2026-01-01  complete 1                                  => 9223372036854775800 pending 7
    2026-01-01  earn 1                                      => BALANCE_OVERFLOW
  )");
}

TEST(Earn, PendingIsReleasedAtItsDueTime) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  world.program.expiry = {
      .never = false, .after = {.months = 12}, .rounding = ExpiryRounding::kMonthEnd};
  RunScript(world, R"(
    2026-01-05T10:00:00         earn 100                    => 0 pending 100
      + earn 100 to pending lot 1 due 2026-01-12T10:00:00 until 2027-02-01
    ? next_due: 2026-01-12T10:00:00
    ? view 2026-01-12T09:59:59.999999: 0 pending 100
    ? view 2026-01-12T10:00:00: 100
    2026-01-12T09:59:59.999999  redeem 1                    => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-12T10:00:00         redeem 1                    => 99
      ~ release_pending 100 lot 1
      + redeem 1 lot 1
    ? next_due: 2027-02-01
  )");
}

TEST(Earn, PendingIsReleasedByEventOnce) {
  World world;
  world.program.pending.mode = PendingMode::kOnEvent;
  RunScript(world, R"(
    2026-01-01  complete 1                                  => ENTRY_NOT_FOUND entryId=0123456789ABCDE.1
    2026-01-01  earn 100                                    => 0 pending 100
      + earn 100 to pending lot 1
    ? next_due: never
    2030-01-01  settle                                      => 0 pending 100
    2030-01-01  complete 1                                  => 100
      + release_pending 100 lot 1
    2030-01-01  complete 1                                  => NOTHING_PENDING
    2030-01-01  complete 2                                  => NOTHING_PENDING
    2030-01-01  complete 3                                  => ENTRY_NOT_FOUND entryId=0123456789ABCDE.3
  )");
}

TEST(Earn, AnEventComesBeforeThePeriodEnds) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-03  complete 1                                  => 100
    2026-01-09  settle                                      => 100
    2026-01-09  complete 1                                  => NOTHING_PENDING
  )");
}

TEST(Earn, ReleasedPastItsExpiryExpiresAtThatInstant) {
  World world;
  world.program.pending.mode = PendingMode::kOnEvent;
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-20  complete 1                                  => 0
      + release_pending 100 lot 1
      + expire 100 lot 1
  )");
}

TEST(Earn, ReleasedByTheClockPastItsExpiryExpiresAtThatInstant) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 20}};
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-02-01  settle                                      => 0
      ~ release_pending 100 lot 1 @ 2026-01-21
      ~ expire 100 lot 1 @ 2026-01-21
  )");
}

TEST(Earn, BackdatedIsReleasedInThePast) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  world.program.expiry = {.never = false, .after = {.months = 2}};
  RunScript(world, R"(
    2026-03-01  earn 100 on 2026-01-31                      => 100
      + earn 100 to pending lot 1 due 2026-02-07 until 2026-03-31 @ 2026-01-31
      ~ release_pending 100 lot 1 @ 2026-02-07
    ? next_due: 2026-03-31
    # 31 December and two months is the last of February, gone by now.
    2026-03-01  earn 50 on 2025-12-31                       => 100
      + earn 50 to pending lot 3 due 2026-01-07 until 2026-02-28 @ 2025-12-31
      ~ release_pending 50 lot 3 @ 2026-01-07
      ~ expire 50 lot 3 @ 2026-02-28
    ? lifetime: 150
  )");
}

TEST(Earn, ALotIsBookedWholeAndThenRepaysDebt) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{200};
  RunScript(world, R"(
    2026-01-10  redeem 150 on 2026-01-09                    => 0 debt 150
      + redeem 150 from debt @ 2026-01-09
    2026-01-11  earn 100                                    => 0 debt 50
      + earn 100 lot 2
      + repay_debt 100 lot 2
    ? lot 2: 100 repaid 100
    ? lifetime: 100
    2026-01-12  earn 80                                     => 30
      + earn 80 lot 4
      + repay_debt 50 lot 4
    ? lot 4: 80 available 30 repaid 50
  )");
}

TEST(Earn, PendingRepaysDebtWhenReleased) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  world.program.debt.late_spend_debt_max = base::Points{200};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-02  redeem 30 on 2026-01-01T23:00               => 0 pending 100 debt 30
    2026-01-10  settle                                      => 70
      ~ release_pending 100 lot 1 @ 2026-01-08
      ~ repay_debt 30 lot 1 @ 2026-01-08
  )");
}

TEST(Earn, ActivityExtendsOpenLots) {
  World world;
  world.program.expiry = {.never = false,
                          .after = {.months = 12},
                          .rounding = ExpiryRounding::kNone,
                          .extended_by_activity = true};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
      + earn 100 lot 1 until 2027-01-01
    2026-02-01  earn 50                                     => 150
      + earn 50 lot 2 until 2027-02-01
      + extend 100 lot 1 until 2027-02-01
    2026-03-01  redeem 120                                  => 30
      + redeem 100 lot 1
      + redeem 20 lot 2
      + extend 30 lot 2 until 2027-03-01
    # A late fact extends by its own time only, and never shortens.
    2026-03-02  earn 7 on 2026-02-01                        => 37
      + earn 7 lot 7 until 2027-02-01 @ 2026-02-01
    ? lot 2: 50 available 30 until 2027-03-01
    ? expiries: 7 2027-02-01 30 2027-03-01
    ? next_due: 2027-02-01
    2026-04-01  hold 1                                      => 36 held 1
      + hold 1 lot 7 hold 8 until 2026-04-01T00:15:00
  )");
}

TEST(Earn, RoundedUpActivityExtendsALotOnceAMonth) {
  World world;
  world.program.expiry = {.never = false,
                          .after = {.months = 12},
                          .rounding = ExpiryRounding::kMonthEnd,
                          .extended_by_activity = true};
  RunScript(world, R"(
    2026-01-05  earn 10                                     => 10
      + earn 10 lot 1 until 2027-02-01
    2026-01-20  earn 10                                     => 20
      + earn 10 lot 2 until 2027-02-01
    2026-02-03  redeem 1                                    => 19
      + redeem 1 lot 1
      + extend 9 lot 1 until 2027-03-01
      + extend 10 lot 2 until 2027-03-01
    2026-02-20  redeem 1                                    => 18
      + redeem 1 lot 1
  )");
}

TEST(Earn, ActivityExtendsPendingAndHeldPointsToo) {
  World world;
  world.program.pending.mode = PendingMode::kOnEvent;
  world.program.expiry = {.never = false,
                          .after = {.months = 12},
                          .rounding = ExpiryRounding::kNone,
                          .extended_by_activity = true};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-01  earn 60                                     => 0 pending 160
    2026-01-02  complete 1                                  => 100 pending 60
    2026-01-02  hold 90 until 2026-03-01                    => 10 pending 60 held 90
    2026-02-01  earn 5                                      => 10 pending 65 held 90
      + earn 5 to pending lot 5 until 2027-02-01
      + extend 100 lot 1 until 2027-02-01
      + extend 60 lot 2 until 2027-02-01
    ? lot 1: 100 available 10 held 90 until 2027-02-01
    ? lot 2: 60 pending 60 until 2027-02-01
    2026-02-02  capture 4 40                                => 60 pending 65
      + capture 40 lot 1 hold 4
      + release_hold 50 lot 1 hold 4
      + extend 60 lot 1 until 2027-02-02
      + extend 60 lot 2 until 2027-02-02
      + extend 5 lot 5 until 2027-02-02
  )");
}

}  // namespace
}  // namespace fairpoint::ledger
