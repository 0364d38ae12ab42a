#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using testing::RunScript;
using testing::World;

TEST(Settle, NothingDueBooksNothing) {
  World world;
  RunScript(world, R"(
    2026-01-01  settle                                      => 0
    2026-01-01  earn 5                                      => 5
    2026-01-02  settle                                      => 5
  )");
  EXPECT_EQ(world.entries.size(), 1U);
}

TEST(Settle, EachEventAtItsOwnTimeAsATransactionOfItsOwn) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 30}};
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 0 pending 10
    2026-01-02  earn 20                                     => 0 pending 30
    2026-01-09  hold 25 until 2026-01-15                    => 5 held 25
      ~ release_pending 10 lot 1 @ 2026-01-08
      ~ release_pending 20 lot 2
      + hold 10 lot 1 hold 5 until 2026-01-15
      + hold 15 lot 2 hold 5 until 2026-01-15
    2027-01-01  settle                                      => 0
      ~ end_hold 10 lot 1 hold 5 @ 2026-01-15
      ~ end_hold 15 lot 2 hold 5 @ 2026-01-15
      ~ expire 10 lot 1 @ 2026-01-31
      ~ expire 20 lot 2 @ 2026-02-01
    ? hold 5: expired 25 until 2026-01-15 1:10 2:15
    ? next_due: never
  )");
  ASSERT_EQ(world.entries.size(), 10U);
  const std::vector<int64_t> transactions = {1, 2, 3, 4, 5, 5, 7, 7, 9, 10};
  for (size_t i = 0; i < transactions.size(); ++i)
    EXPECT_EQ(world.entries[i].txn_seq, transactions[i]) << "entry " << i + 1;
}

TEST(Settle, AtOneInstantPointsAreReleasedThenHoldsEndThenLotsExpire) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  earn 20                                     => 30
    2026-01-02  hold 15 until 2026-01-11                    => 15 held 15
  )");
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 5}};
  RunScript(world, R"(
    2026-01-06  earn 40                                     => 15 pending 40 held 15
    2026-01-11  settle                                      => 40
      ~ release_pending 40 lot 5
      ~ end_hold 10 lot 1 hold 3
      ~ expire 10 lot 1
      ~ end_hold 5 lot 2 hold 3
      ~ expire 20 lot 2
  )");
}

TEST(Settle, LotsThatExpireAtOneInstantGoByTheirNumber) {
  World world;
  world.program.expiry = {
      .never = false, .after = {.days = 1}, .rounding = ExpiryRounding::kMonthEnd};
  RunScript(world, R"(
    2026-01-05  earn 1                                      => 1
    2026-01-06  earn 2 on 2026-01-03                        => 3
    2026-01-06  earn 3 on 2026-01-04                        => 6
    2026-03-01  settle                                      => 0
      ~ expire 1 lot 1 @ 2026-02-01
      ~ expire 2 lot 2 @ 2026-02-01
      ~ expire 3 lot 3 @ 2026-02-01
  )");
}

TEST(Settle, AHoldThatOutlivesItsLotsExpiresThemAtItsEnd) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 3}};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  hold 4 until 2026-01-10                     => 6 held 4
    2026-02-01  settle                                      => 0
      ~ expire 6 lot 1 @ 2026-01-04
      ~ end_hold 4 lot 1 hold 2 @ 2026-01-10
      ~ expire 4 lot 1 @ 2026-01-10
    ? lot 1: 10 expired 10 until 2026-01-04
  )");
}

TEST(Settle, ReleasedPointsRepayDebtInTheOrderTheyFallDue) {
  World world;
  world.program.debt.late_spend_debt_max = base::Points{100};
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-02  earn 10                                     => 0 pending 10
    2026-01-03  earn 30                                     => 0 pending 40
    2026-01-04  redeem 25 on 2026-01-01                     => 0 pending 40 debt 25
    2026-02-01  settle                                      => 15
      ~ release_pending 10 lot 1 @ 2026-01-09
      ~ repay_debt 10 lot 1 @ 2026-01-09
      ~ release_pending 30 lot 2 @ 2026-01-10
      ~ repay_debt 15 lot 2 @ 2026-01-10
  )");
}

TEST(Settle, ARefusalBooksNothingOfWhatFellDue) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 3}};
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-05  redeem 10                                   => INSUFFICIENT_POINTS availablePoints=0 requestedPoints=10
    ? lot 1: 10 available 10 until 2026-01-04
    ? view 2026-01-05: 0
    2026-01-05  earn 1                                      => 1
      ~ expire 10 lot 1 @ 2026-01-04
      + earn 1 lot 3 until 2026-01-08
  )");
}

TEST(Settle, TheClocksEntriesNameNobodyAndNoOrder) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 1}};
  Posting posting;
  posting.request_id = base::RequestId("request-0000000001");
  posting.actor = "till";
  posting.reason = "why";
  posting.order_id = "o-1";
  posting.order_line = 2;
  posting.store_id = "s1";
  ASSERT_TRUE(
      world.Do(EarnPoints{base::Points{5}}, posting, testing::At("2026-01-01", world.program.zone))
          .ok());
  ASSERT_TRUE(
      world.Do(EarnPoints{base::Points{6}}, posting, testing::At("2026-01-03", world.program.zone))
          .ok());
  ASSERT_EQ(world.entries.size(), 3U);
  const Entry& released = world.entries[1];
  EXPECT_EQ(released.kind, EntryKind::kReleasePending);
  EXPECT_EQ(released.actor, "system");
  EXPECT_EQ(released.request_id, base::RequestId());
  EXPECT_EQ(released.reason + released.order_id + released.store_id + released.legal_entity, "");
  EXPECT_EQ(released.order_line, std::nullopt);
  const Entry& earned = world.entries[2];
  EXPECT_EQ(earned.actor, "till");
  EXPECT_EQ(earned.request_id, posting.request_id);
  EXPECT_EQ(earned.reason, "why");
  EXPECT_EQ(earned.order_id, "o-1");
  EXPECT_EQ(earned.order_line, 2);
  EXPECT_EQ(earned.store_id, "s1");
  EXPECT_EQ(earned.legal_entity, "ACME");
  EXPECT_EQ(earned.program_version, 1);
}

}  // namespace
}  // namespace fairpoint::ledger
