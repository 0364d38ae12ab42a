// What becomes of points when members merge, and when one is erased.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/testing/invariants.h"
#include "ledger/testing/persons.h"
#include "ledger/testing/render.h"
#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::At;
using testing::EarningTrail;
using testing::Faults;
using testing::RenderBalances;
using testing::RunScript;
using testing::World;
using testing::WorldOf;

class MergePoints : public ::testing::Test {
 protected:
  MergePoints() { posting_.request_id = base::RequestId("request-0000000001"); }

  // "" or the refusal.
  std::string Merge(const char* now) {
    const base::Instant at = At(now, source_.program.zone);
    const auto changes = testing::MergeInto(source_, target_, posting_, at);
    booked_.clear();
    if (!changes.ok()) return testing::RenderRefusal(changes.status());
    for (const auto* side : {&changes->source, &changes->target}) {
      for (const Entry& entry : side->entries)
        booked_.push_back(testing::Render(entry, at, source_.program.zone));
      booked_.push_back(
          absl::StrCat("operation ", side->operation_first, " ", side->operation_count));
    }
    EXPECT_EQ(Faults(source_, at), std::vector<std::string>{});
    EXPECT_EQ(Faults(target_, at), std::vector<std::string>{});
    return "";
  }

  World source_ = WorldOf('S');
  World target_ = WorldOf('T');
  Posting posting_;
  std::vector<std::string> booked_;
};

TEST_F(MergePoints, LotByLotWithExpiryReleaseAndAge) {
  source_.program.expiry = {.never = false, .after = {.months = 2}};
  RunScript(source_, "2026-01-01 earn 10 => 10\n2026-01-02 redeem 4 => 6");
  source_.program.pending = {.mode = PendingMode::kAfterPeriod, .after = {.days = 20}};
  RunScript(source_, "2026-01-03 earn 7 => 6 pending 7");
  source_.program.pending = {.mode = PendingMode::kOnEvent, .after = {}};
  RunScript(source_, "2026-01-04 earn 8 => 6 pending 15");
  target_.program = source_.program;
  RunScript(target_, "2026-01-05 earn 1 => 0 pending 1");
  ASSERT_EQ(Merge("2026-01-06"), "");
  EXPECT_EQ(booked_,
            (std::vector<std::string>{
                "+ merge_out 6 lot 1 peer 0123456789ABCDT.2",
                "+ merge_out 7 from pending lot 3 peer 0123456789ABCDT.3",
                "+ merge_out 8 from pending lot 4 peer 0123456789ABCDT.4",
                "operation 5 3",
                "+ merge_in 6 lot 2 peer 0123456789ABCDS.5 earned 2026-01-01 until 2026-03-01",
                "+ merge_in 7 to pending lot 3 peer 0123456789ABCDS.6 earned 2026-01-03 due "
                "2026-01-23 until 2026-03-03",
                "+ merge_in 8 to pending lot 4 peer 0123456789ABCDS.7 earned 2026-01-04 until "
                "2026-03-04",
                "operation 2 3",
            }));
  EXPECT_EQ(RenderBalances(source_.ledger.member, 0), "0");
  EXPECT_FALSE(source_.ledger.member.next_due_at.has_value());
  EXPECT_EQ(target_.ledger.member.lifetime_earned, Points{1});
  RunScript(target_, R"(
    2026-01-23  settle                                      => 13 pending 9
      ~ release_pending 7 lot 3
    2026-01-24  complete 4                                  => 21 pending 1
    2026-03-03  settle                                      => 8 pending 1
  )");
}

TEST_F(MergePoints, DebtAndPointsStandSideBySideUntilMoreIsEarned) {
  source_.program.debt.late_spend_debt_max = Points{50};
  RunScript(source_, "2026-01-02 redeem 40 on 2026-01-01 => 0 debt 40");
  target_.program.debt.late_spend_debt_max = Points{50};
  RunScript(target_, R"(
    2026-01-02  redeem 5 on 2026-01-01                      => 0 debt 5
    2026-01-02  reverse 1                                   => 0
    2026-01-02  earn 30                                     => 30
    2026-01-02  redeem 3 on 2026-01-01                      => 30 debt 3
  )");
  ASSERT_EQ(Merge("2026-01-03"), "");
  EXPECT_EQ(booked_, (std::vector<std::string>{
                         "+ merge_out 40 to debt peer 0123456789ABCDT.5",
                         "operation 2 1",
                         "+ merge_in 40 from debt peer 0123456789ABCDS.2",
                         "operation 5 1",
                     }));
  EXPECT_EQ(RenderBalances(source_.ledger.member, 0), "0");
  EXPECT_EQ(RenderBalances(target_.ledger.member, 0), "30 debt 43");
  RunScript(target_, "2026-01-04 earn 50 => 37");
}

TEST_F(MergePoints, SettlesBothFirstAndIsRefusedWithOpenHolds) {
  source_.program.expiry = target_.program.expiry = {.never = false, .after = {.days = 10}};
  RunScript(source_, R"(
    2026-01-01  earn 10                                     => 10
    2026-01-02  earn 10                                     => 20
    2026-01-02  hold 5 until 2026-01-04                     => 15 held 5
  )");
  RunScript(target_, "2026-01-01 earn 3 => 3");
  EXPECT_EQ(Merge("2026-01-03"), "MERGE_REFUSED why=open_holds");
  ASSERT_EQ(Merge("2026-01-11"), "");
  EXPECT_EQ(booked_[0], "~ end_hold 5 lot 1 hold 3 @ 2026-01-04");
  EXPECT_EQ(booked_[1], "~ expire 10 lot 1");
  EXPECT_EQ(RenderBalances(target_.ledger.member, 0), "10");
}

TEST_F(MergePoints, ATargetMayHaveHolds) {
  RunScript(target_, "2026-01-01 earn 10 => 10\n2026-01-01 hold 4 => 6 held 4");
  RunScript(source_, "2026-01-01 earn 2 => 2");
  ASSERT_EQ(Merge("2026-01-01"), "");
  EXPECT_EQ(RenderBalances(target_.ledger.member, 0), "8 held 4");
}

TEST_F(MergePoints, WhatDoesNotFitIsRefused) {
  RunScript(source_, "2026-01-01 earn 10 => 10");
  RunScript(target_, "2026-01-01 earn 9223372036854775798 => 9223372036854775798");
  EXPECT_EQ(Merge("2026-01-02"), "BALANCE_OVERFLOW");
  EXPECT_EQ(source_.ledger.member.state, MemberState::kActive);
  RunScript(source_, "2026-01-02 redeem 1 => 9");
  EXPECT_EQ(Merge("2026-01-02"), "");
}

TEST_F(MergePoints, NorDoesADebt) {
  for (World* world : {&source_, &target_})
    world->program.debt.late_spend_debt_max = base::kPointsMax;
  RunScript(source_, "2026-01-02 redeem 2 on 2026-01-01 => 0 debt 2");
  RunScript(target_,
            "2026-01-02 redeem 9223372036854775806 on 2026-01-01 => 0 debt 9223372036854775806");
  EXPECT_EQ(Merge("2026-01-03"), "BALANCE_OVERFLOW");
}

TEST_F(MergePoints, AReturnOfWhatTheOtherHadBought) {
  source_.program.debt = {.take_back = TakeBackPolicy::kUnlimited,
                          .late_spend_debt_max = Points{50}};
  target_.program = source_.program;
  // Of the 100: 20 repaid a debt, 30 are spent, 50 come over.
  RunScript(source_, R"(
    2026-01-02  redeem 20 on 2026-01-01                     => 0 debt 20
    2026-01-03  earn 100                                    => 80
    2026-01-04  redeem 30                                   => 50
  )");
  EarningTrail trail(2);
  const World before = source_;
  const base::Instant now = At("2026-01-05", source_.program.zone);
  const auto merged = testing::MergeInto(source_, target_, posting_, now);
  ASSERT_TRUE(merged.ok());
  trail.Follow(before, *merged);
  EXPECT_EQ(trail.lot_seq, 1);
  EXPECT_EQ(trail.merged->points, Points{50});
  EXPECT_EQ(trail.merged->repaid, Points{20});
  const auto taken =
      target_.Do(TakeBackParts{{trail.Part(Points{100})}, std::nullopt}, posting_, now);
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->taken_back[0].taken, Points{100});
  EXPECT_EQ(taken->taken_back[0].restored, Points{20});
  EXPECT_EQ(RenderBalances(target_.ledger.member, 0), "0 debt 50");
  EXPECT_EQ(target_.ledger.member.lifetime_earned, Points{-100});
  EXPECT_EQ(Faults(target_, now), std::vector<std::string>{});
  std::vector<std::string> booked;
  for (const Entry& entry : taken->entries) {
    EXPECT_EQ(entry.reverses_seq, 0);
    booked.push_back(testing::Render(entry, now, target_.program.zone));
  }
  EXPECT_EQ(booked, (std::vector<std::string>{
                        "+ take_back_part 50 lot 1 peer 0123456789ABCDS.2",
                        "+ take_back_part 20 from debt lot 1 peer 0123456789ABCDS.2",
                        "+ take_back_part 30 from debt peer 0123456789ABCDS.2",
                    }));
  // Its own earnings can be undone below zero as well.
  RunScript(target_, R"(
    2026-01-06  earn 60                                     => 10
    2026-01-06  reverse 5                                   => 0 debt 50
    ? lifetime: -100
  )");
}

TEST_F(MergePoints, AReturnOfWhatWasGoneBefore) {
  source_.program.debt.take_back = TakeBackPolicy::kUnlimited;
  target_.program = source_.program;
  RunScript(source_, "2026-01-01 earn 10 => 10\n2026-01-02 redeem 10 => 0");
  EarningTrail trail(1);
  const World before = source_;
  const base::Instant now = At("2026-01-05", source_.program.zone);
  trail.Follow(before, *testing::MergeInto(source_, target_, posting_, now));
  EXPECT_EQ(trail.lot_seq, 0);
  const TakeBackParts parts{{trail.Part(Points{4})}, std::nullopt};
  ASSERT_TRUE(target_.Do(parts, posting_, now).ok());
  EXPECT_EQ(RenderBalances(target_.ledger.member, 0), "0 debt 4");
  // Without what is known of the other member, a lot that is not there contradicts.
  TakeBackPart unknown = trail.Part(Points{4});
  unknown.merged.reset();
  EXPECT_EQ(target_.Ask(TakeBackParts{{unknown}, std::nullopt}, posting_, now).status().code(),
            absl::StatusCode::kDataLoss);
}

class ErasePoints : public MergePoints {
 protected:
  absl::StatusOr<EraseChanges> Erase(const char* now) {
    auto changes =
        PlanErase(source_.ledger, {}, posting_, source_.program, At(now, source_.program.zone));
    if (changes.ok()) source_.Keep(changes->points);
    return changes;
  }
};

TEST_F(ErasePoints, ForfeitsWhatIsLeftAndKeepsTheDebt) {
  source_.program.debt.late_spend_debt_max = Points{50};
  RunScript(source_, "2026-01-01 earn 10 => 10\n2026-01-02 redeem 4 on 2025-12-31 => 10 debt 4");
  source_.program.pending.mode = PendingMode::kOnEvent;
  RunScript(source_, "2026-01-03 earn 7 => 10 pending 7 debt 4");
  source_.ledger.member.state = MemberState::kFrozen;
  const auto erased = Erase("2026-01-04");
  ASSERT_TRUE(erased.ok());
  std::vector<std::string> booked;
  for (const Entry& entry : erased->points.entries)
    booked.push_back(testing::Render(entry, entry.recorded_at, source_.program.zone));
  EXPECT_EQ(booked,
            (std::vector<std::string>{"+ forfeit 10 lot 1", "+ forfeit 7 from pending lot 3"}));
  EXPECT_EQ(RenderBalances(source_.ledger.member, 0), "0 debt 4");
  RunScript(source_, "? lot 1: 10 expired 10\n? lot 3: 7 expired 7");
  EXPECT_EQ(source_.ledger.member.state, MemberState::kClosed);
  EXPECT_EQ(Faults(source_, At("2026-01-04", source_.program.zone)), std::vector<std::string>{});
  EXPECT_EQ(testing::RenderRefusal(Erase("2026-01-05").status()), "MEMBER_NOT_ACTIVE state=closed");
}

TEST_F(ErasePoints, NotWithOpenHolds) {
  RunScript(source_, "2026-01-01 earn 10 => 10\n2026-01-02 hold 4 until 2026-01-05 => 6 held 4");
  EXPECT_EQ(testing::RenderRefusal(Erase("2026-01-04").status()), "MEMBER_HAS_OPEN_HOLDS");
  EXPECT_TRUE(Erase("2026-01-05").ok());
}

}  // namespace
}  // namespace fairpoint::ledger
