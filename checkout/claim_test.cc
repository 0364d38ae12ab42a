// Receipts without a member, claimed.
#include <gtest/gtest.h>

#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using ledger::testing::At;
using ledger::testing::PlainProgram;
using testing::RunScript;
using testing::World;

TEST(Claim, GivesThePointsOfThePurchaseAtItsTimeAndStore) {
  ledger::Program program = PlainProgram();
  program.expiry = {.never = false, .after = {.days = 100}};
  World world(program);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300 cup*1=100 store s1 nobodys   => 4 (3 1)
    2026-01-03 claim O1 CNY 400                              => 4, balance 4
      + earn 4 lot 1 until 2026-04-11 @ 2026-01-01
    ? lot 1: 4 available 4 until 2026-04-11
    # It is the member's from now on.
    2026-01-04 return R1 of O1 1*1                           => O1.1*1=150 for 1, took O1 1, balance 3
    2026-01-04 return R2 latest tea*1                        => O1.1*1=150 for 2, took O1 2, balance 1
  )");
  const Order& order = *world.book.FindOrder("O1");
  EXPECT_EQ(order.member_id, world.points.ledger.member.member_id);
  EXPECT_EQ(order.order_seq, 1);
  EXPECT_EQ(order.earn_seq, 1);
  EXPECT_EQ(order.claimed_at, At("2026-01-03", program.zone));
  EXPECT_EQ(order.effective_at, At("2026-01-01", program.zone));
  EXPECT_EQ(world.points.entries[0].store_id, "s1");
  EXPECT_EQ(world.points.entries[0].legal_entity, "ACME");
  EXPECT_EQ(world.points.entries[0].order_id, "O1");
  OrderClaim expected;
  expected.program_id = program.program_id;
  expected.order_id = "O1";
  expected.member_id = order.member_id;
  expected.points = base::Points{4};
  expected.earn_seq = 1;
  expected.actor = "till";
  expected.request_id = base::RequestId("order-request-2");
  expected.program_version = 1;
  expected.recorded_at = At("2026-01-03", program.zone);
  expected.hash = HashOf(expected);
  EXPECT_EQ(world.claims.at(0), expected);
}

TEST(Claim, AfterAPartCameBackGivesTheRest) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*3=1000 cup*1=99 nobodys      => 10 (9 1)
    2026-01-02 return R1 of O1 1*1 2=50                => O1.1*1=333 for 3, O1.2*0=50 for 0
    2026-01-03 claim O1 CNY 1099                       => 7, balance 7
    ? lot 1: 7 available 7
    2026-01-04 return R2 of O1 1*2                     => O1.1*2=667 for 6, took O1 6, balance 1
    2026-01-04 return R3 of O1 2*1                     => O1.2*1=49 for 1, took O1 1, balance 0
    ? order O1: took 7
    ? lifetime: 0
  )");
}

TEST(Claim, WhenAllCameBackOrNothingWasEarnedBooksNothing) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=100 nobodys                => 1 (1)
    2026-01-01 return R1 of O1 1*1                     => O1.1*1=100 for 1
    2026-01-02 claim O1 CNY 100                        => 0, balance 0
    2026-01-01 buy O2 tea*1=0 nobodys                  => 0 (0)
    2026-01-02 claim O2 CNY 0                          => 0, balance 0
    2026-01-02 return R2 of O2 1*1                     => O2.1*1=0 for 0, balance 0
  )");
  EXPECT_TRUE(world.points.entries.empty());
  EXPECT_EQ(world.book.FindOrder("O1")->earn_seq, 0);
  EXPECT_EQ(world.book.FindOrder("O2")->order_seq, 2);
}

TEST(Claim, IsRefused) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=100 nobodys                => 1 (1)
    2026-01-01 buy O2 tea*1=100                        => 1 (1), balance 1
    2026-01-02 claim O9 CNY 100                        => CLAIM_REFUSED why=no_such_receipt
    2026-01-02 claim O1 CNY 101                        => CLAIM_REFUSED why=no_such_receipt
    2026-01-02 claim O1 USD 100                        => CLAIM_REFUSED why=no_such_receipt
    # Whose an order is, is not said to who does not know its amount.
    2026-01-02 claim O2 CNY 101                        => CLAIM_REFUSED why=no_such_receipt
    2026-01-02 claim O2 CNY 100                        => CLAIM_REFUSED why=has_member
    2026-01-02 claim O1 CNY 100 seq 0                  => LEDGER_MOVED currentSeq=1 expectedSeq=0
  )");
  world.points.ledger.member.state = ledger::MemberState::kFrozen;
  RunScript(world, "2026-01-02 claim O1 CNY 100 => MEMBER_NOT_ACTIVE state=frozen");
  world.points.ledger.member.state = ledger::MemberState::kActive;
  RunScript(world, R"(
    2026-01-02 claim O1 CNY 100                        => 1, balance 2
    2026-01-02 claim O1 CNY 100                        => CLAIM_REFUSED why=has_member
  )");
}

TEST(Claim, IsInTimeUntilThePeriodSinceThePurchaseIsOver) {
  ledger::Program program = PlainProgram();
  program.orders.claim_within = {.days = 30};
  World world(program);
  RunScript(world, R"(
    2026-01-05 buy O1 tea*1=100 on 2026-01-01 nobodys  => 1 (1)
    2026-01-05 buy O2 tea*1=100 on 2026-01-01 nobodys  => 1 (1)
    2026-01-31 claim O1 CNY 100                        => CLAIM_REFUSED why=too_late
    2026-01-30T23:59:59.999999 claim O1 CNY 100        => 1, balance 1
    # Its own time does not make it earlier.
    2026-01-31 claim O2 CNY 100 on 2026-01-02          => CLAIM_REFUSED why=too_late
  )");
}

TEST(Claim, OfWhatWouldHaveExpiredGivesWhatIsGoneAgain) {
  ledger::Program program = PlainProgram();
  program.expiry = {.never = false, .after = {.days = 10}};
  World world(program);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=1000 nobodys               => 10 (10)
    2026-01-20 claim O1 CNY 1000                       => 10, balance 0
      + earn 10 lot 1 until 2026-01-11 @ 2026-01-01
      ~ expire 10 lot 1 @ 2026-01-11
  )");
}

TEST(Claim, MakesTheOrderTheMembersLatestOfItsTime) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=100 nobodys                => 1 (1)
    2026-01-01 buy O2 tea*1=100                        => 1 (1), balance 1
    # Nobody's: not among the member's.
    2026-01-02 return R1 latest tea*1                  => O2.1*1=100 for 1, took O2 1, balance 0
    2026-01-02 return R2 latest tea*1                  => unmatched tea*1, balance 0
    2026-01-02 claim O1 CNY 100                        => 1, balance 1
    2026-01-02 return R3 latest tea*1                  => O1.1*1=100 for 1, took O1 1, balance 0
  )");
}

}  // namespace
}  // namespace fairpoint::checkout
