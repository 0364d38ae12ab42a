#include "ledger/as_of.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "ledger/testing/render.h"
#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::At;
using testing::RunScript;
using testing::World;

absl::StatusOr<Ledger> Then(const World& world, const char* effective_by, const char* recorded_by) {
  AsOf as_of(world.ledger.member, At(effective_by, world.program.zone),
             At(recorded_by, world.program.zone));
  for (const Entry& entry : world.entries) as_of.Add(entry);
  return std::move(as_of).Settled(world.program);
}

// The balances and the last entry that counts.
std::string Balances(const World& world, const char* effective_by, const char* recorded_by) {
  const absl::StatusOr<Ledger> ledger = Then(world, effective_by, recorded_by);
  if (!ledger.ok()) return testing::RenderRefusal(ledger.status());
  return absl::StrCat(testing::RenderBalances(ledger->member, 0), " at ", ledger->member.entry_seq);
}

TEST(AsOf, ByBusinessTimeAndByWhatWasKnown) {
  World world;
  world.program.expiry = {.never = false, .after = {.months = 1}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-05  earn 10                                     => 110
    2026-01-10  redeem 30 on 2026-01-03                     => 80
    2026-02-10  settle                                      => 0
  )");
  EXPECT_EQ(Balances(world, "2025-12-31", "2026-03-01"), "0 at 0");
  EXPECT_EQ(Balances(world, "2026-01-01", "2026-03-01"), "100 at 1");
  EXPECT_EQ(Balances(world, "2026-01-03", "2026-01-09"), "100 at 1");
  EXPECT_EQ(Balances(world, "2026-01-03", "2026-01-10"), "70 at 3");
  EXPECT_EQ(Balances(world, "2026-01-05", "2026-01-10"), "80 at 3");
  // Settled to the time although nobody had booked it, also in the future.
  EXPECT_EQ(Balances(world, "2026-02-01", "2026-01-10"), "10 at 3");
  EXPECT_EQ(Balances(world, "2026-02-05", "2026-01-10"), "0 at 3");
  EXPECT_EQ(Balances(world, "2026-02-01", "2026-03-01"), "10 at 4");
  const auto then = Then(world, "2026-01-06", "2026-01-09");
  EXPECT_EQ(then->lots.size(), 2U);
  EXPECT_EQ(then->member.lifetime_earned, Points{110});
  EXPECT_EQ(testing::RenderExpiries(*then, world.program.zone), "100 2026-02-01 10 2026-02-05");
  EXPECT_TRUE(Then(world, "2026-02-06", "2026-03-01")->lots.empty());
}

TEST(AsOf, TheLastRecordDoesNotPushTheTime) {
  World world;
  world.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(world, "2026-01-20 earn 5 on 2026-01-15 => 5");
  EXPECT_EQ(Balances(world, "2026-01-24T23:59:59", "2026-01-20"), "5 at 1");
  EXPECT_EQ(Balances(world, "2026-01-16", "2026-01-20"), "5 at 1");
  EXPECT_EQ(Then(world, "2026-01-16", "2026-01-20")->member.next_due_at,
            At("2026-01-25", world.program.zone));
}

TEST(AsOf, ALateSpendOfWhatWasPendingThen) {
  World world;
  world.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 7}};
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 0 pending 100
    2026-01-09  redeem 30 on 2026-01-02                     => 70
  )");
  EXPECT_EQ(Balances(world, "2026-01-02", "2026-01-09"), "0 pending 70 at 3");
  EXPECT_EQ(Balances(world, "2026-01-08", "2026-01-09"), "70 at 3");
}

TEST(AsOf, ALateSpendOfWhatWasHeldThen) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-02  hold 60 until 2026-01-20                    => 40 held 60
    2026-01-02  hold 30 until 2026-01-20                    => 10 held 90
    2026-01-05  release 2                                   => 70 held 30
    2026-01-05  release 3                                   => 100
    2026-01-06  redeem 50 on 2026-01-03                     => 50
  )");
  const auto then = Then(world, "2026-01-03", "2026-01-06");
  ASSERT_TRUE(then.ok());
  EXPECT_EQ(testing::RenderBalances(then->member, 0), "0 held 50");
  ASSERT_EQ(then->holds.size(), 1U);
  EXPECT_EQ(then->holds.at(2).points, Points{50});
}

TEST(AsOf, WhatWasReturnedLaterComesOffOtherLotsThenIsDebt) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-01  earn 25                                     => 35
    2026-01-02  redeem 10                                   => 25
    2026-01-05  reverse 3                                   => 35
    2026-01-06  redeem 10 on 2026-01-03                     => 25
  )");
  EXPECT_EQ(Balances(world, "2026-01-03", "2026-01-06"), "15 at 5");
  RunScript(world, "2026-01-07 redeem 25 on 2026-01-04 => 0");
  EXPECT_EQ(Balances(world, "2026-01-04", "2026-01-07"), "0 debt 10 at 6");
  EXPECT_EQ(Balances(world, "2026-01-05", "2026-01-07"), "0 at 6");
}

TEST(AsOf, WhatUndoesALaterEntryDoesNotCountBeforeIt) {
  World world;
  world.program.debt.take_back = TakeBackPolicy::kUnlimited;
  RunScript(world, R"(
    2026-01-01  earn 40                                     => 40
    2026-01-05  redeem 40                                   => 0
    2026-01-06  earn 7                                      => 7
  )");
  Posting late;
  late.effective_at = At("2026-01-03", world.program.zone);
  ASSERT_TRUE(world.Do(ReverseEntry{2, {}}, late, At("2026-01-07", world.program.zone)).ok());
  ASSERT_TRUE(world.Do(ReverseEntry{3, {}}, late, At("2026-01-07", world.program.zone)).ok());
  EXPECT_EQ(Balances(world, "2026-01-04", "2026-01-08"), "40 at 1");
  EXPECT_EQ(Balances(world, "2026-01-05", "2026-01-08"), "40 at 4");
  EXPECT_EQ(Balances(world, "2026-01-06", "2026-01-08"), "40 at 5");
}

TEST(AsOf, WhatIsTooMuchThenIsRefused) {
  World world;
  RunScript(world, R"(
    2026-01-01  earn 9223372036854775807                    => 9223372036854775807
    2026-01-02  reverse 1                                   => 0
    2026-01-03  earn 9223372036854775807 on 2026-01-01      => 9223372036854775807
  )");
  EXPECT_EQ(Balances(world, "2026-01-01", "2026-01-03"), "BALANCE_OVERFLOW");
  EXPECT_EQ(Balances(world, "2026-01-02", "2026-01-03"), "9223372036854775807 at 3");
}

}  // namespace
}  // namespace fairpoint::ledger
