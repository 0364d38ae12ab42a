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

TEST(Redeem, DrawsLotsThatExpireFirstThenTheOldest) {
  World world = WithExpiry({.months = 1});
  RunScript(world, R"(
    2026-01-10  earn 10                                     => 10
    2026-01-11  earn 20 on 2026-01-05                       => 30
    # Same expiry as lot 1, by the same business time: the lower number is older.
    2026-01-11  earn 30 on 2026-01-10                       => 60
    2026-01-12  redeem 65                                   => INSUFFICIENT_POINTS availablePoints=60 requestedPoints=65
    2026-01-12  redeem 45                                   => 15
      + redeem 20 lot 2
      + redeem 10 lot 1
      + redeem 15 lot 3
    2026-01-12  redeem 15                                   => 0
    2026-01-12  redeem 1                                    => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
  )");
}

TEST(Redeem, PointsThatNeverExpireComeLast) {
  World world;
  RunScript(world, "2026-01-01 earn 10 => 10");
  world.program.expiry = {.never = false, .after = {.months = 12}};
  RunScript(world, R"(
    2026-01-02  earn 20                                     => 30
    2026-01-03  redeem 25                                   => 5
      + redeem 20 lot 2
      + redeem 5 lot 1
  )");
}

TEST(Redeem, OfLotsThatExpireTogetherTheOldestByBusinessTimeComesFirst) {
  World world;
  world.program.expiry = {
      .never = false, .after = {.months = 1}, .rounding = ExpiryRounding::kMonthEnd};
  RunScript(world, R"(
    2026-01-20  earn 10                                     => 10
    2026-01-20  earn 10 on 2026-01-15                       => 20
    2026-01-20  redeem 15                                   => 5
      + redeem 10 lot 2
      + redeem 5 lot 1
  )");
}

TEST(Redeem, ALotIsUnusableAtTheInstantOfItsExpiry) {
  World world = WithExpiry({.days = 1});
  RunScript(world, R"(
    2026-01-01                  earn 10                     => 10
    2026-01-01T23:59:59.999999  redeem 4                    => 6
    2026-01-02                  redeem 6                    => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=6
    2026-01-02                  settle                      => 0
      ~ expire 6 lot 1
  )");
}

TEST(Redeem, LateDrawsOnlyLotsEffectiveAtOrBefore) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    # A spend now is never debt.
    2026-01-01  redeem 1                                    => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-01  earn 100                                    => 100
    2026-01-05  earn 100                                    => 200
    2026-01-10  redeem 151 on 2026-01-04                    => INSUFFICIENT_POINTS availablePoints=100 requestedPoints=151
    2026-01-10  redeem 150 on 2026-01-04                    => 100 debt 50
      + redeem 100 lot 1 @ 2026-01-04
      + redeem 50 from debt @ 2026-01-04
    # The limit is on the debt as a whole.
    2026-01-10  redeem 1 on 2026-01-04                      => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-10  redeem 1 on 2026-01-05                      => 99 debt 50
      + redeem 1 lot 2 @ 2026-01-05
    # Business time that is now, or ahead, is not late.
    2026-01-10  redeem 100                                  => INSUFFICIENT_POINTS availablePoints=99 requestedPoints=100
    2026-01-10  redeem 100 on 2026-01-10                    => INSUFFICIENT_POINTS availablePoints=99 requestedPoints=100
    2026-01-10  redeem 100 on 2026-01-10T00:04              => INSUFFICIENT_POINTS availablePoints=99 requestedPoints=100
  )");
}

TEST(Redeem, LateIsMoreThanTheClockTolerance) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{50};
  RunScript(world, R"(
    2026-01-10  redeem 1 on 2026-01-09T23:59:59.999999      => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-10  redeem 1 on 2026-01-09T23:55                => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
    2026-01-10  redeem 1 on 2026-01-09T23:54:59.999999      => 0 debt 1
      + redeem 1 from debt @ 2026-01-09T23:54:59.999999
    # What there is may be spent at any time.
    2026-01-10  earn 5 on 2026-01-09                        => 4
    2026-01-10  redeem 4 on 2026-01-09T23:59:59.999999      => 0
      + redeem 4 lot 2 @ 2026-01-09T23:59:59.999999
  )");
}

// Points must have been earned by then, not spendable by then: that they were pending is what the
// programme says of returns, and is over.
TEST(Redeem, LateDrawsALotThatWasPendingAtItsBusinessTime) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-05  redeem 60                                   => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=60
    2026-01-10  redeem 60 on 2026-01-05                     => 40
      ~ release_pending 100 lot 1 @ 2026-01-08
      + redeem 60 lot 1 @ 2026-01-05
  )");
}

TEST(Redeem, LateIsRefusedWithoutAPolicyForDebt) {
  World world;
  RunScript(world, R"(
    2026-01-10  redeem 1 on 2026-01-04                      => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
  )");
}

TEST(Redeem, LateNeverRewritesAnExpiry) {
  World world = WithExpiry({.days = 5});
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-10  redeem 10 on 2026-01-03                     => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=10
  )");
}

TEST(Redeem, DebtStaysWithinTheRange) {
  World world;
  world.program.debt.late_spend_debt_max = base::kPointsMax;
  RunScript(world, R"(
    2026-01-10  redeem 9223372036854775807 on 2026-01-09    => 0 debt 9223372036854775807
    2026-01-10  redeem 1 on 2026-01-09                      => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
  )");
}

TEST(Hold, SetsPointsAsideInTheOrderOfSpending) {
  World world = WithExpiry({.months = 1});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  earn 20                                     => 30
    2026-01-03  hold 31                                     => INSUFFICIENT_POINTS availablePoints=30 requestedPoints=31
    2026-01-03  hold 15 until 2026-01-04                    => 15 held 15
      + hold 10 lot 1 hold 3 until 2026-01-04
      + hold 5 lot 2 hold 3 until 2026-01-04
    ? hold 3: open 15 until 2026-01-04 1:10 2:5
    ? lot 2: 20 available 15 held 5 until 2026-02-02
    ? expiries: 15 2026-02-02
    ? next_due: 2026-01-04
    2026-01-03  redeem 16                                   => INSUFFICIENT_POINTS availablePoints=15 requestedPoints=16
  )");
}

TEST(Hold, EndsWithinNinetyDays) {
  World world;
  world.program.hold_default = {.seconds = 90};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  hold 1 until 2026-01-02                     => HOLD_EXPIRY_OUT_OF_RANGE
    2026-01-02  hold 1 until 2026-04-02T00:00:00.000001     => HOLD_EXPIRY_OUT_OF_RANGE
    # The end is judged before the points.
    2026-01-02  hold 99 until 2026-01-01                    => HOLD_EXPIRY_OUT_OF_RANGE
    2026-01-02  hold 1 until 2026-04-02                     => 9 held 1
    2026-01-02  hold 1                                      => 8 held 2
      + hold 1 lot 1 hold 3 until 2026-01-02T00:01:30
    2026-01-02  hold 1 until 2026-01-02T00:00:00.000001     => 7 held 3
  )");
}

TEST(Hold, IsNeverDebt) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{100};
  RunScript(world, R"(
    2026-01-02  hold 1 on 2026-01-01                        => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=1
  )");
}

TEST(Capture, WholeOrInPart) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  earn 20                                     => 30
    2026-01-01  earn 30                                     => 60
    2026-01-02  hold 40 until 2026-01-05                    => 20 held 40
    2026-01-03  capture 99                                  => HOLD_NOT_FOUND holdId=0123456789ABCDE.99
    # A hold is named by its first entry.
    2026-01-03  capture 5                                   => HOLD_NOT_FOUND holdId=0123456789ABCDE.5
    2026-01-03  capture 4 41                                => CAPTURE_EXCEEDS_HOLD heldPoints=40 requestedPoints=41
    2026-01-03  capture 4 25                                => 35
      + capture 10 lot 1 hold 4
      + capture 15 lot 2 hold 4
      + release_hold 5 lot 2 hold 4
      + release_hold 10 lot 3 hold 4
    ? hold 4: captured 40 captured 25 until 2026-01-05 1:10 2:20 3:10
    2026-01-03  capture 4 1                                 => HOLD_NOT_OPEN state=captured
    2026-01-03  release 4                                   => HOLD_NOT_OPEN state=captured
    2026-01-06  settle                                      => 35
    2026-01-06  hold 35 until 2026-01-07                    => 0 held 35
    2026-01-06  capture 11                                  => 0
      + capture 5 lot 2 hold 11
      + capture 30 lot 3 hold 11
    ? hold 11: captured 35 captured 35 until 2026-01-07 2:5 3:30
  )");
}

TEST(Capture, NotAtOrAfterTheEnd) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  hold 10 until 2026-01-05                    => 0 held 10
    2026-01-05  capture 2                                   => HOLD_NOT_OPEN state=expired
    2026-01-05  capture 2 11                                => HOLD_NOT_OPEN state=expired
    2026-01-05  release 2                                   => HOLD_NOT_OPEN state=expired
    2026-01-04T23:59:59.999999  capture 2                   => 0
  )");
}

TEST(Release, GivesAllBackOnce) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  earn 20                                     => 30
    2026-01-02  hold 15 until 2026-01-05                    => 15 held 15
    2026-01-03  release 9                                   => HOLD_NOT_FOUND holdId=0123456789ABCDE.9
    2026-01-03  release 3                                   => 30
      + release_hold 10 lot 1 hold 3
      + release_hold 5 lot 2 hold 3
    ? hold 3: released 15 until 2026-01-05 1:10 2:5
    2026-01-03  release 3                                   => HOLD_NOT_OPEN state=released
    2026-01-03  capture 3                                   => HOLD_NOT_OPEN state=released
    ? next_due: never
  )");
}

TEST(Release, PastExpiryExpiresAtThatInstant) {
  World world = WithExpiry({.days = 2});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  earn 20                                     => 30
    2026-01-02  hold 25 until 2026-01-20                    => 5 held 25
    ? next_due: 2026-01-04
    # Lot 1 is past its expiry, suspended by the hold; of lot 2 what is not held expires.
    2026-01-05  settle                                      => 0 held 25
      ~ expire 5 lot 2 @ 2026-01-04
    ? next_due: 2026-01-20
    2026-01-06  release 3                                   => 0
      + release_hold 10 lot 1 hold 3
      + expire 10 lot 1
      + release_hold 15 lot 2 hold 3
      + expire 15 lot 2
  )");
}

TEST(Capture, OfExpiredPointsStandsAndTheRestExpires) {
  World world = WithExpiry({.days = 2});
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  hold 10 until 2026-01-20                    => 0 held 10
    2026-01-03  capture 2 7                                 => 0
      + capture 7 lot 1 hold 2
      + release_hold 3 lot 1 hold 2
      + expire 3 lot 1
    ? hold 2: captured 10 captured 7 until 2026-01-20 1:10
    ? lot 1: 10 expired 3 until 2026-01-03
  )");
}

}  // namespace
}  // namespace fairpoint::ledger
