// Purchases: what an order earns, how it is spread over its lines, and why one is refused.
// Returns: returns_test.cc, without_receipt_test.cc, take_back_test.cc; claims: claim_test.cc.
#include <gtest/gtest.h>

#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using ledger::testing::PlainProgram;
using testing::RunScript;
using testing::World;

TEST(Purchase, EarnsByTheBaseRateOnTheTotalSpreadOverItsLines) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300                        => 3 (3), balance 3
      + earn 3 lot 1
    # 99 + 99 + 2 are 200: one by one they would have earned nothing.
    2026-01-01 buy O2 tea*1=99 tea*1=99 cup*1=2        => 2 (1 1 0), balance 5
    # The largest remainder is the last line's; ties go to the earlier.
    2026-01-02 buy O3 tea*1=150 cup*1=50 jar*1=199     => 3 (1 0 2), balance 8
    2026-01-02 buy O4 tea*1=50 cup*1=50                => 1 (1 0), balance 9
    2026-01-02 buy O5 gift*1=0 tea*1=100 gift*3=0      => 1 (0 1 0), balance 10
    ? order O5: took 0
    ? line O3.3: 0 of 1, 0 of 199, 0 of 2
    ? lifetime: 10
  )");
}

TEST(Purchase, OfAnyRate) {
  ledger::Program program = PlainProgram();
  program.base_rate = {.points = 3, .per_minor_units = 7};
  World world(program);
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=2                          => 0 (0), balance 0
    2026-01-01 buy O2 tea*1=5                          => 2 (2), balance 2
    2026-01-01 buy O3 tea*1=2 tea*1=2 tea*1=3          => 3 (1 1 1), balance 5
  )");
}

TEST(Purchase, ThatEarnsNothingIsRecorded) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*1=99                         => 0 (0), balance 0
    ? order O1: took 0
    2026-01-01 buy O2 gift*1=0                         => 0 (0), balance 0
    # Nothing was earned, and nothing is taken back.
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=99 for 0, balance 0
    ? line O1.1: 1 of 1, 99 of 99, 0 of 0 closed
    2026-01-02 return R2 of O2 1*1                     => O2.1*1=0 for 0, balance 0
  )");
  EXPECT_EQ(world.book.FindOrder("O1")->earn_seq, 0);
  EXPECT_EQ(world.points.ledger.member.order_seq, 2);
  EXPECT_TRUE(world.points.entries.empty());
  EXPECT_EQ(world.returns.front().entry_count, 0);
}

TEST(Purchase, WithoutAMemberSaysWhatItWouldEarn) {
  World world;
  RunScript(world, R"(
    2026-01-01 buy O1 tea*2=300 cup*1=150 nobodys      => 4 (3 1)
    ? lifetime: 0
  )");
  EXPECT_TRUE(world.book.FindOrder("O1")->member_id.empty());
  EXPECT_EQ(world.book.FindOrder("O1")->order_seq, 0);
  EXPECT_EQ(world.book.FindOrder("O1")->earn_seq, 0);
  EXPECT_EQ(world.points.ledger.member.order_seq, 0);
}

TEST(Purchase, KeepsWhatItWasToldAndHashesIt) {
  World world;
  const ledger::Program& program = world.points.program;
  const base::Instant now = ledger::testing::At("2026-01-02", program.zone);
  ledger::Posting posting;
  posting.request_id = base::RequestId("request-1");
  posting.actor = "till-1";
  posting.reason = "market day";
  posting.store_id = "s1";
  posting.order_id = "O1";
  posting.effective_at = ledger::testing::At("2026-01-01", program.zone);
  RecordPurchase purchase{.order_id = "O1", .currency = "CNY", .lines = {}, .source = {}};
  purchase.lines.push_back(
      {.sku = "tea", .quantity = 2, .amount = 300, .points = {}, .discounts = {{"ACME", 20}}});
  purchase.source = {.store_id = "s1",
                     .associate_id = "a",
                     .channel_id = "c",
                     .scene = "live",
                     .session_id = "se",
                     .group_id = "g",
                     .campaign_id = "ca"};
  const absl::StatusOr<Changes> changes = world.Do(purchase, posting, now);
  ASSERT_TRUE(changes.ok()) << changes.status();
  Placement expected;
  expected.program_id = program.program_id;
  expected.order_id = "O1";
  expected.member_id = world.points.ledger.member.member_id;
  expected.currency = "CNY";
  expected.amount = 300;
  expected.points = base::Points{3};
  expected.earn_seq = 1;
  expected.lines = purchase.lines;
  expected.lines[0].points = base::Points{3};
  expected.source = purchase.source;
  expected.legal_entity = "ACME";
  expected.reason = "market day";
  expected.actor = "till-1";
  expected.request_id = posting.request_id;
  expected.program_version = 1;
  expected.effective_at = *posting.effective_at;
  expected.recorded_at = now;
  expected.hash = HashOf(expected);
  EXPECT_EQ(*changes->placement, expected);
  ASSERT_EQ(changes->points->entries.size(), 1U);
  EXPECT_EQ(changes->points->entries[0].order_id, "O1");
  EXPECT_EQ(changes->points->entries[0].effective_at, *posting.effective_at);
}

TEST(Purchase, IsRefused) {
  World world;
  RunScript(world, R"(
    2026-01-01T12:00 buy O1 tea*1=100                           => 1 (1), balance 1
    2026-01-01T12:00 buy O1 tea*1=100                           => ORDER_EXISTS orderId=O1
    2026-01-01T12:00 buy O1 tea*1=100 nobodys                   => ORDER_EXISTS orderId=O1
    2026-01-01T12:00 buy O2 tea*1=100 currency USD              => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-01T12:00 buy O2 tea*1=100 currency USD nobodys      => CURRENCY_MISMATCH expectedCurrency=CNY
    2026-01-01T12:00 buy O2 tea*1=100 store s9                  => STORE_UNKNOWN storeId=s9
    2026-01-01T12:00 buy O2 tea*1=100 store s9 nobodys          => STORE_UNKNOWN storeId=s9
    2026-01-01T12:00 buy O2 tea*1=100 on 2026-01-01T12:05:01    => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-01T04:05:01.000000Z
    2026-01-01T12:00 buy O2 tea*1=100 on 2026-01-01T12:05:01 nobodys => EFFECTIVE_TIME_OUT_OF_RANGE effectiveTime=2026-01-01T04:05:01.000000Z
    2026-01-01T12:00 buy O2 tea*1=100 seq 2                     => LEDGER_MOVED currentSeq=1 expectedSeq=2
    # A clock that is a little fast is not taken at its word.
    2026-01-01T12:00 buy O2 tea*1=100 on 2026-01-01T12:05 seq 1 => 1 (1), balance 2
  )");
  EXPECT_EQ(world.placements.at("O2").effective_at, world.placements.at("O1").effective_at);
  world.points.ledger.member.state = ledger::MemberState::kFrozen;
  RunScript(world, R"(
    2026-01-02 buy O3 tea*1=100                        => MEMBER_NOT_ACTIVE state=frozen
    2026-01-02 buy O3 tea*1=99                         => MEMBER_NOT_ACTIVE state=frozen
    2026-01-02 buy O3 tea*1=100 nobodys                => 1 (1)
    # What comes back may always come back.
    2026-01-02 return R1 of O1 1*1                     => O1.1*1=100 for 1, took O1 1, balance 1
  )");
  world.points.ledger.member.state = ledger::MemberState::kClosed;
  RunScript(world, R"(
    2026-01-03 return R2 of O2 1*1                     => MEMBER_NOT_ACTIVE state=closed
  )");
}

TEST(Purchase, OfTheGreatestAmounts) {
  ledger::Program program = PlainProgram();
  program.base_rate = {.points = 1, .per_minor_units = 1};
  World world(program);
  RunScript(world, R"(
    2026-01-01 buy O1 a*1=9223372036854775807 b*1=1 nobodys    => BALANCE_OVERFLOW
    2026-01-01 buy O1 a*1=9223372036854775806 b*1=1            => 9223372036854775807 (9223372036854775806 1), balance 9223372036854775807
    2026-01-01 buy O2 b*1=1                                    => BALANCE_OVERFLOW
    2026-01-01 return R1 of O1 1=4611686018427387903           => O1.1*0=4611686018427387903 for 4611686018427387903, took O1 4611686018427387903, balance 4611686018427387904
    2026-01-01 return R2 of O1 1*1                             => O1.1*1=4611686018427387903 for 4611686018427387903, took O1 4611686018427387903, balance 1
  )");
  world.points.program.base_rate = {.points = 2, .per_minor_units = 1};
  RunScript(world, R"(
    2026-01-01 buy O3 a*1=4611686018427387904 nobodys          => BALANCE_OVERFLOW
    2026-01-01 buy O3 a*1=4611686018427387903 nobodys          => 9223372036854775806 (9223372036854775806)
  )");
}

TEST(Purchase, RepaysDebtAndSettlesWhatFellDue) {
  ledger::Program program = PlainProgram();
  program.debt.late_spend_debt_max = base::Points{9};
  program.expiry = {.never = false, .after = {.days = 10}};
  World world(program);
  RunScript(world, R"(
    2026-01-01 earn 5                                  => 5
    2026-01-12 redeem 4 on 2025-12-01                  => 0 debt 4
    2026-01-13 buy O1 tea*1=1000                       => 10 (10), balance 6
      + earn 10 lot 4 until 2026-01-23
      + repay_debt 4 lot 4
    2026-01-23 buy O2 tea*1=100                        => 1 (1), balance 1
      ~ expire 6 lot 4
      + earn 1 lot 7 until 2026-02-02
    # Late: gone already.
    2026-01-23 buy O3 tea*1=900 on 2026-01-02          => 9 (9), balance 1
  )");
}

}  // namespace
}  // namespace fairpoint::checkout
