// Returns by order: what is left of a line, in units and in money, and what is due for it.
#include <gtest/gtest.h>

#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using testing::RunScript;
using testing::World;

TEST(ReturnByOrder, OfUnitsGivesEachUnitItsOwnShare) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*3=1000                       => 10 (10), balance 10
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=333 for 3, took O1 3, balance 7
      + take_back_part 3 lot 1 undoes 1
    2026-01-02 return R2 of O1 1*1                     => O1.1*1=333 for 3, took O1 3, balance 4
    ? line O1.1: 2 of 3, 666 of 1000, 6 of 10
    2026-01-02 return R3 of O1 1*1                     => O1.1*1=334 for 4, took O1 4, balance 0
    ? line O1.1: 3 of 3, 1000 of 1000, 10 of 10 closed
    ? order O1: took 10
    ? lifetime: 0
  )");
}

TEST(ReturnByOrder, OfAmountsTakesTheFloorOfTheCumulativeShare) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=1000                       => 10 (10), balance 10
    2026-01-02 return R1 of O1 1=99                    => O1.1*0=99 for 0, balance 10
    2026-01-02 return R2 of O1 1=1                     => O1.1*0=1 for 1, took O1 1, balance 9
    2026-01-02 return R3 of O1 1=899                   => O1.1*0=899 for 8, took O1 8, balance 1
    ? line O1.1: 0 of 1, 999 of 1000, 9 of 10
    2026-01-02 return R4 of O1 1=1                     => O1.1*0=1 for 1, took O1 1, balance 0
    # The goods may still come back: there is nothing more to refund for them.
    2026-01-02 return R5 of O1 1*1                     => O1.1*1=0 for 0, balance 0
    ? line O1.1: 1 of 1, 1000 of 1000, 10 of 10 closed
  )");
}

TEST(ReturnByOrder, OfUnitsAndAmountsNeverTakesMoreThanThereIs) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=1000                       => 10 (10), balance 10
    # A refund of 300 for a scratch; then one unit: 500 was paid for it, and there are 700.
    2026-01-02 return R1 of O1 1=300                   => O1.1*0=300 for 3, took O1 3, balance 7
    2026-01-02 return R2 of O1 1*1                     => O1.1*1=500 for 5, took O1 5, balance 2
    2026-01-02 return R3 of O1 1*1                     => O1.1*1=200 for 2, took O1 2, balance 0
    2026-01-03 buy O2 tea*2=1000                       => 10 (10), balance 10
    2026-01-03 return R4 of O2 1=900                   => O2.1*0=900 for 9, took O2 9, balance 1
    2026-01-03 return R5 of O2 1*1                     => O2.1*1=100 for 1, took O2 1, balance 0
    2026-01-03 return R6 of O2 1*1                     => O2.1*1=0 for 0, balance 0
    2026-01-04 buy O3 tea*4=1000                       => 10 (10), balance 10
    2026-01-04 return R7 of O3 1*3                     => O3.1*3=750 for 7, took O3 7, balance 3
    2026-01-04 return R8 of O3 1=250                   => O3.1*0=250 for 3, took O3 3, balance 0
    2026-01-04 return R9 of O3 1*1                     => O3.1*1=0 for 0, balance 0
  )");
}

TEST(ReturnByOrder, OfSeveralLines) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300 cup*3=600 gift*1=0     => 9 (3 6 0), balance 9
    2026-01-02 return R1 of O1 3*1 2*2 1=100           => O1.3*1=0 for 0, O1.2*2=400 for 4, O1.1*0=100 for 1, took O1 5, balance 4
      + take_back_part 5 lot 1 undoes 1
    2026-01-02 return R2 of O1 1*2 2*1                 => O1.1*2=200 for 2, O1.2*1=200 for 2, took O1 4, balance 0
    ? order O1: took 9
  )");
}

TEST(ReturnByOrder, OfWeighedGoods) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 ham*1337=2999                    => 29 (29), balance 29
    2026-01-02 return R1 of O1 1*500                   => O1.1*500=1121 for 10, took O1 10, balance 19
    2026-01-02 return R2 of O1 1*837                   => O1.1*837=1878 for 19, took O1 19, balance 0
  )");
}

TEST(ReturnByOrder, IsRefusedWhole) {
  World world;
  RunScript(world, R"(
    2026-01-02T12:00 buy O1 tea*2=300 cup*1=100               => 4 (3 1), balance 4
    2026-01-02T12:00 return R1 of O9 1*1                      => ORDER_NOT_FOUND orderId=O9
    2026-01-02T12:00 return R1 of O1 3*1                      => ORDER_LINE_NOT_FOUND lineNumber=3 orderId=O1
    2026-01-02T12:00 return R1 of O1 2*1 3*1                  => ORDER_LINE_NOT_FOUND lineNumber=3 orderId=O1
    2026-01-02T12:00 return R1 of O1 1*3                      => RETURN_EXCEEDS_PURCHASE lineNumber=1 unitsLeft=2
    2026-01-02T12:00 return R1 of O1 2=100 1=301              => RETURN_EXCEEDS_PURCHASE amountLeft=300 lineNumber=1
    2026-01-02T12:00 return R1 of O1 1*1 on 2026-01-02T11:59  => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-02T03:59:00.000000Z
    2026-01-02T12:00 return R1 of O1 1*1 on 2026-01-02T12:06  => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-02T04:06:00.000000Z
    2026-01-02T12:00 return R1 of O1 1*1 store s9             => STORE_UNKNOWN storeId=s9
    2026-01-02T12:00 return R1 of O1 1*1 refund USD 1         => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-02T12:00 return R1 of O1 1*1 seq 2                => LEDGER_MOVED currentSeq=1 expectedSeq=2
    ? order O1: took 0
    2026-01-02T12:00 return R1 of O1 1*1 on 2026-01-02T12:00  => O1.1*1=150 for 1, took O1 1, balance 3
    2026-01-02T12:00 return R2 of O1 1*2                      => RETURN_EXCEEDS_PURCHASE lineNumber=1 unitsLeft=1
    2026-01-02T12:00 return R2 of O1 1=151                    => RETURN_EXCEEDS_PURCHASE amountLeft=150 lineNumber=1
    2026-01-02T12:00 return R2 of O1 1*1 2*1                  => O1.1*1=150 for 2, O1.2*1=100 for 1, took O1 3, balance 0
    2026-01-02T12:00 return R3 of O1 1*1                      => RETURN_EXCEEDS_PURCHASE lineNumber=1 unitsLeft=0
    2026-01-02T12:00 return R3 of O1 1=1                      => RETURN_EXCEEDS_PURCHASE amountLeft=0 lineNumber=1
  )");
}

TEST(ReturnByOrder, OfAnOrderWithoutAMemberMovesNoPoints) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300 nobodys                => 3 (3)
    2026-01-02 return R1 of O1 1*1 refund CNY 150      => O1.1*1=150 for 1
    ? line O1.1: 1 of 2, 150 of 300, 1 of 3
    ? order O1: took 0
    2026-01-02 return R2 of O1 1*2                     => RETURN_EXCEEDS_PURCHASE lineNumber=1 unitsLeft=1
    2026-01-02 return R2 of O1 1*1 store s9            => STORE_UNKNOWN storeId=s9
  )");
  EXPECT_TRUE(world.returns.front().member_id.empty());
  EXPECT_EQ(world.returns.front().first_seq, 0);
}

TEST(ReturnByOrder, SaysWhatItDid) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300 cup*1=100                   => 4 (3 1), balance 4
    2026-01-03 return R1 of O1 1*1 2*1 on 2026-01-02 store s1 => O1.1*1=150 for 1, O1.2*1=100 for 1, took O1 2, balance 2
  )");
  const OrderReturn& row = world.returns.front();
  OrderReturn expected;
  expected.program_id = base::ProgramId("brand");
  expected.return_id = "R1";
  expected.member_id = world.points.ledger.member.member_id;
  expected.matched = {{"O1", 1, "tea", 1, 150, base::Points{1}},
                      {"O1", 2, "cup", 1, 100, base::Points{1}}};
  expected.taken = {{"O1", base::Points{2}, base::kNoPoints, base::kNoPoints}};
  expected.points = base::Points{2};
  expected.first_seq = 2;
  expected.entry_count = 1;
  expected.source.store_id = "s1";
  expected.legal_entity = "ACME";
  expected.actor = "till";
  expected.request_id = base::RequestId("order-request-2");
  expected.program_version = 1;
  expected.effective_at = ledger::testing::At("2026-01-02", world.points.program.zone);
  expected.recorded_at = ledger::testing::At("2026-01-03", world.points.program.zone);
  expected.hash = HashOf(expected);
  EXPECT_EQ(row, expected);
  EXPECT_EQ(world.points.entries.back().effective_at, expected.effective_at);
  EXPECT_EQ(world.points.entries.back().order_id, "R1");
}

TEST(ReturnByOrder, EarningAndReturningTenTimesEndsWhereItBegan) {
  for (const auto policy :
       {ledger::TakeBackPolicy::kWithinBalance, ledger::TakeBackPolicy::kUnlimited,
        ledger::TakeBackPolicy::kDeductFromRefund}) {
    World world;
    world.points.program.debt.take_back = policy;
    for (int i = 0; i < 10; ++i) {
      const std::string n = std::to_string(i);
      RunScript(world, "2026-01-01 buy O" + n + " tea*3=1000 => 10 (10), balance 10\n" +
                           "2026-01-01 return R" + n + "a of O" + n + " 1*2 => O" + n +
                           ".1*2=666 for 6, took O" + n + " 6, balance 4\n" +
                           "2026-01-01 return R" + n + "b of O" + n + " 1=334 => O" + n +
                           ".1*0=334 for 4, took O" + n + " 4, balance 0\n" + "? lifetime: 0\n");
    }
    EXPECT_EQ(world.points.ledger.member.debt, base::kNoPoints);
  }
}

}  // namespace
}  // namespace fairpoint::checkout
