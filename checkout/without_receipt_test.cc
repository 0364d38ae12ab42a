// Returns without a receipt: which of the member's lines they are matched to.
#include <gtest/gtest.h>

#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using ledger::testing::PlainProgram;
using testing::RunScript;
using testing::World;

TEST(WithoutReceipt, TheLatestFirst) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=200                        => 2 (2), balance 2
    2026-01-03 buy O2 tea*2=1000                       => 10 (10), balance 12
    # Recorded later, bought earlier.
    2026-01-04 buy O3 tea*2=600 on 2026-01-02          => 6 (6), balance 18
    2026-01-05 return R1 latest tea*1                  => O2.1*1=500 for 5, took O2 5, balance 13
    2026-01-05 return R2 latest tea*4                  => O2.1*1=500 for 5, O3.1*2=600 for 6, O1.1*1=100 for 1, took O2 5, took O3 6, took O1 1, balance 1
      + take_back_part 5 lot 2 undoes 2
      + take_back_part 6 lot 3 undoes 3
      + take_back_part 1 lot 1 undoes 1
    2026-01-05 return R3 latest tea*2                  => O1.1*1=100 for 1, unmatched tea*1, took O1 1, balance 0
    2026-01-05 return R4 latest tea*2                  => unmatched tea*2, balance 0
    ? lifetime: 0
  )");
}

TEST(WithoutReceipt, OfTheSameTimeTheLaterOrderAndOfAnOrderTheLaterLine) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O2 tea*1=100 tea*1=200              => 3 (1 2), balance 3
    2026-01-01 buy O1 tea*1=300                        => 3 (3), balance 6
    2026-01-02 return R1 latest tea*2                  => O1.1*1=300 for 3, O2.2*1=200 for 2, took O1 3, took O2 2, balance 1
  )");
}

TEST(WithoutReceipt, TheLowestPaidByUnitExactly) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*3=1000                       => 10 (10), balance 10
    2026-01-02 buy O2 tea*1=333                        => 3 (3), balance 13
    2026-01-03 buy O3 tea*1=334                        => 3 (3), balance 16
    2026-01-04 return R1 lowest tea*1                  => O2.1*1=333 for 3, took O2 3, balance 13
    2026-01-04 return R2 lowest tea*4                  => O1.1*3=1000 for 10, O3.1*1=334 for 3, took O1 10, took O3 3, balance 0
  )");
}

TEST(WithoutReceipt, OfThoseAlikeTheLater) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=200 tea*1=100              => 3 (2 1), balance 3
    2026-01-02 buy O2 tea*1=100                        => 1 (1), balance 4
    2026-01-02 buy O3 tea*3=300                        => 3 (3), balance 7
    2026-01-03 return R1 lowest tea*6                  => O3.1*3=300 for 3, O2.1*1=100 for 1, O1.2*1=100 for 1, O1.1*1=100 for 1, took O3 3, took O2 1, took O1 2, balance 1
  )");
}

TEST(WithoutReceipt, OfAmountsWhoseProductsExceed64Bits) {
  ledger::Program program = PlainProgram();
  program.base_rate = {.points = 1, .per_minor_units = 4611686018427387904};
  World world(program);
  RunScript(world, R"(
    2026-01-01 buy O1 gold*4611686018427387903=9223372036854775807     => 1 (1), balance 1
    2026-01-02 buy O2 gold*4611686018427387902=9223372036854775804     => 1 (1), balance 2
    2026-01-03 return R1 lowest gold*1                                 => O2.1*1=2 for 0, balance 2
  )");
}

TEST(WithoutReceipt, TheLowestPaidWithinTheWindowOnly) {
  ledger::Program program = PlainProgram();
  program.orders.return_window = ledger::Period{.months = 1};
  World world(program);
  RunScript(world, R"(
    2026-01-31 buy O1 tea*1=100                                  => 1 (1), balance 1
    2026-02-10 buy O2 tea*1=900                                  => 9 (9), balance 10
    # A month after 31 January is 28 February.
    2026-02-28 return R1 lowest tea*2                            => O2.1*1=900 for 9, unmatched tea*1, took O2 9, balance 1
    2026-02-28 return R2 lowest tea*1 on 2026-02-27T23:59:59     => O1.1*1=100 for 1, took O1 1, balance 0
    2026-03-01 buy O3 tea*2=200 on 2026-01-01                    => 2 (2), balance 2
    2026-03-01 return R3 lowest tea*1                            => unmatched tea*1, balance 2
    # The window is the till's; an import knows better.
    2026-03-01 return R4 latest tea*1                            => O3.1*1=100 for 1, took O3 1, balance 1
  )");
  world.points.program.orders.return_window = std::nullopt;
  RunScript(world, R"(
    2026-03-02 return R5 lowest tea*1                            => O3.1*1=100 for 1, took O3 1, balance 0
  )");
}

TEST(WithoutReceipt, NothingBoughtAfterIt) {
  World world;
  RunScript(world, R"(
    2026-01-02 buy O1 tea*1=100                        => 1 (1), balance 1
    2026-01-05 buy O2 tea*1=100                        => 1 (1), balance 2
    2026-01-06 return R1 latest tea*2 on 2026-01-02    => O1.1*1=100 for 1, unmatched tea*1, took O1 1, balance 1
    2026-01-06 return R2 lowest tea*1 on 2026-01-04T23:59:59.999999 => unmatched tea*1, balance 1
    2026-01-06 return R3 lowest tea*1 on 2026-01-05    => O2.1*1=100 for 1, took O2 1, balance 0
  )");
}

TEST(WithoutReceipt, SeveralThingsAndTheSameTwice) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=200 cup*2=400              => 6 (2 4), balance 6
    2026-01-02 buy O2 tea*1=300                        => 3 (3), balance 9
    2026-01-03 return R1 latest tea*1 cup*3 tea*3      => O2.1*1=300 for 3, O1.2*2=400 for 4, O1.1*2=200 for 2, unmatched cup*1, unmatched tea*1, took O2 3, took O1 6, balance 0
    ? order O1: took 6
  )");
}

TEST(WithoutReceipt, TheSameTwiceFromOneLine) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*3=1000                       => 10 (10), balance 10
    2026-01-03 return R1 lowest tea*1 tea*1            => O1.1*1=333 for 3, O1.1*1=333 for 3, took O1 6, balance 4
    ? line O1.1: 2 of 3, 666 of 1000, 6 of 10
  )");
}

TEST(WithoutReceipt, SkusAreComparedByteForByte) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 Tea*1=100                        => 1 (1), balance 1
    2026-01-01 return R1 latest tea*1                  => unmatched tea*1, balance 1
    2026-01-01 return R2 latest te*1 Te*1              => unmatched te*1, unmatched Te*1, balance 1
  )");
}

TEST(WithoutReceipt, ARefundByAmountLeavesTheUnit) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=1000                       => 10 (10), balance 10
    2026-01-02 return R1 of O1 1=1000                  => O1.1*0=1000 for 10, took O1 10, balance 0
    2026-01-03 return R2 latest tea*1                  => O1.1*1=0 for 0, balance 0
    2026-01-03 return R3 latest tea*1                  => unmatched tea*1, balance 0
  )");
}

TEST(WithoutReceipt, IsRefusedForWhatThePostingSays) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=100                        => 1 (1), balance 1
    2026-01-01 return R1 latest tea*1 store s9         => STORE_UNKNOWN storeId=s9
    2026-01-01 return R1 latest tea*1 seq 0            => LEDGER_MOVED currentSeq=1 expectedSeq=0
    2026-01-01 return R1 latest cup*1 seq 0            => LEDGER_MOVED currentSeq=1 expectedSeq=0
    2026-01-01 return R1 latest tea*1 refund USD 1     => CURRENCY_MISMATCH expectedCurrency=CNY
    ? line O1.1: 0 of 1, 0 of 100, 0 of 1
  )");
}

}  // namespace
}  // namespace fairpoint::checkout
