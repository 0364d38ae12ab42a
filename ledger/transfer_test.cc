#include "ledger/transfer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/testing/invariants.h"
#include "ledger/testing/render.h"
#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::At;
using testing::Faults;
using testing::RunScript;
using testing::World;

class Transfer : public ::testing::Test {
 protected:
  Transfer() {
    taker_.ledger.member.member_id = base::MemberId("TAKER0000000000");
    posting_.actor = "app";
    posting_.request_id = base::RequestId("request-0000000001");
  }

  base::Instant Time(const char* local) const { return At(local, giver_.program.zone); }

  // "" or the refusal.
  std::string Give(int64_t points, const char* now, int64_t given_today = 0) {
    const base::Instant at = Time(now);
    const auto changes =
        PlanTransfer(giver_.ledger, taker_.ledger, {.to = {}, .points = Points{points}}, posting_,
                     giver_.program, Points{given_today}, at);
    booked_.clear();
    if (!changes.ok()) return testing::RenderRefusal(changes.status());
    giver_.Keep(changes->giver);
    taker_.Keep(changes->taker);
    for (const auto* side : {&changes->giver, &changes->taker}) {
      for (const Entry& entry : side->entries)
        booked_.push_back(testing::Render(entry, at, giver_.program.zone));
      booked_.push_back(
          absl::StrCat("operation ", side->operation_first, " ", side->operation_count));
    }
    EXPECT_EQ(Faults(giver_, at), std::vector<std::string>{});
    EXPECT_EQ(Faults(taker_, at), std::vector<std::string>{});
    return "";
  }

  World giver_;
  World taker_;
  Posting posting_;
  std::vector<std::string> booked_;
};

TEST_F(Transfer, EachLotKeepsItsExpiryAndItsAge) {
  giver_.program.expiry = {.never = false, .after = {.months = 1}};
  giver_.program.transfers.fee_points_per_hundred = 2;
  RunScript(giver_, R"(
    2026-01-01  earn 100                                    => 100
    2026-01-02  earn 50                                     => 150
  )");
  RunScript(taker_, "2026-01-03 earn 1 => 1");
  ASSERT_EQ(Give(120, "2026-01-05"), "");
  EXPECT_EQ(booked_,
            (std::vector<std::string>{
                "+ transfer_out 100 lot 1 peer TAKER0000000000.2",
                "+ transfer_out 20 lot 2 peer TAKER0000000000.3",
                "+ transfer_fee 4 lot 2",
                "operation 3 3",
                "+ transfer_in 100 lot 2 peer 0123456789ABCDE.3 earned 2026-01-01 until 2026-02-01",
                "+ transfer_in 20 lot 3 peer 0123456789ABCDE.4 earned 2026-01-02 until 2026-02-02",
                "operation 2 2",
            }));
  EXPECT_EQ(giver_.ledger.member.available, Points{26});
  EXPECT_EQ(taker_.ledger.member.available, Points{121});
  EXPECT_EQ(taker_.ledger.member.lifetime_earned, Points{1});
  EXPECT_EQ(giver_.ledger.member.lifetime_earned, Points{150});
  EXPECT_EQ(taker_.ledger.lots.at(2).effective_at, Time("2026-01-01"));
  // So a late spend of then may draw it.
  RunScript(taker_, R"(
    2026-01-06  redeem 3 on 2026-01-01                      => 118
      + redeem 3 lot 2 @ 2026-01-01
    2026-02-01  settle                                      => 21
  )");
}

TEST_F(Transfer, SettlesBothFirst) {
  giver_.program.expiry = {.never = false, .after = {.days = 10}};
  taker_.program = giver_.program;
  RunScript(giver_, "2026-01-01 earn 10 => 10\n2026-01-05 earn 10 => 20");
  RunScript(taker_, "2026-01-01 earn 10 => 10");
  EXPECT_EQ(Give(11, "2026-01-11"), "INSUFFICIENT_POINTS availablePoints=10 requestedPoints=11");
  ASSERT_EQ(Give(10, "2026-01-11"), "");
  EXPECT_EQ(booked_[0], "~ expire 10 lot 1");
  EXPECT_EQ(taker_.ledger.member.available, Points{10});
}

TEST_F(Transfer, TheTakersDebtIsRepaidFromIt) {
  taker_.program.debt.late_spend_debt_max = Points{50};
  RunScript(giver_, "2026-01-01 earn 30 => 30\n2026-01-02 earn 30 => 60");
  RunScript(taker_, "2026-01-02 redeem 40 on 2026-01-01 => 0 debt 40");
  ASSERT_EQ(Give(60, "2026-01-03"), "");
  EXPECT_EQ(testing::RenderBalances(taker_.ledger.member, 0), "20");
  EXPECT_EQ(booked_[5], "+ repay_debt 30 lot 2");
  EXPECT_EQ(booked_[6], "+ repay_debt 10 lot 3");
  EXPECT_EQ(booked_[7], "operation 2 4");
}

TEST_F(Transfer, TheFeeIsForEveryHundredBegun) {
  giver_.program.transfers.fee_points_per_hundred = 3;
  RunScript(giver_, "2026-01-01 earn 1000 => 1000");
  ASSERT_EQ(Give(100, "2026-01-01"), "");
  EXPECT_EQ(giver_.ledger.member.available, Points{897});
  ASSERT_EQ(Give(101, "2026-01-01"), "");
  EXPECT_EQ(giver_.ledger.member.available, Points{790});
  ASSERT_EQ(Give(1, "2026-01-01"), "");
  EXPECT_EQ(giver_.ledger.member.available, Points{786});
  EXPECT_EQ(Give(766, "2026-01-01"), "INSUFFICIENT_POINTS availablePoints=786 requestedPoints=790");
  giver_.program.transfers.fee_points_per_hundred = INT64_MAX;
  EXPECT_EQ(Give(101, "2026-01-01"),
            "INSUFFICIENT_POINTS availablePoints=786 requestedPoints=9223372036854775807");
}

TEST_F(Transfer, TheProgrammesRules) {
  RunScript(giver_, "2026-01-01 earn 1000 => 1000");
  TransferPolicy& policy = giver_.program.transfers;
  policy = {.points_min = Points{10}, .points_max = Points{50}, .points_max_per_day = Points{120}};
  EXPECT_EQ(Give(9, "2026-01-02"), "TRANSFER_REFUSED bound=10 rule=points_min");
  EXPECT_EQ(Give(51, "2026-01-02"), "TRANSFER_REFUSED bound=50 rule=points_max");
  EXPECT_EQ(Give(50, "2026-01-02", 71), "TRANSFER_REFUSED bound=120 rule=points_max_per_day");
  EXPECT_EQ(Give(50, "2026-01-02", INT64_MAX),
            "TRANSFER_REFUSED bound=120 rule=points_max_per_day");
  EXPECT_EQ(Give(50, "2026-01-02", 70), "");
  EXPECT_EQ(Give(10, "2026-01-02"), "");
  policy.forbidden = true;
  EXPECT_EQ(Give(10, "2026-01-02"), "TRANSFER_REFUSED rule=forbidden");
}

TEST_F(Transfer, Who) {
  RunScript(giver_, "2026-01-01 earn 10 => 10");
  taker_.ledger.member.state = MemberState::kFrozen;
  EXPECT_EQ(Give(1, "2026-01-02"), "MEMBER_NOT_ACTIVE state=frozen");
  taker_.ledger.member.state = MemberState::kActive;
  giver_.ledger.member.state = MemberState::kClosed;
  EXPECT_EQ(Give(1, "2026-01-02"), "MEMBER_NOT_ACTIVE state=closed");
  giver_.ledger.member.state = MemberState::kActive;
  giver_.ledger.member.phone_only = true;
  EXPECT_EQ(Give(1, "2026-01-02"), "PHONE_MAY_NOT_SPEND");
  giver_.ledger.member.phone_only = false;
  posting_.by_phone = true;
  EXPECT_EQ(Give(1, "2026-01-02"), "PHONE_MAY_NOT_SPEND");
  posting_.by_phone = false;
  posting_.expected_seq = 2;
  EXPECT_EQ(Give(1, "2026-01-02"), "LEDGER_MOVED currentSeq=1 expectedSeq=2");
  posting_.expected_seq = 1;
  // A phone may be given to.
  taker_.ledger.member.phone_only = true;
  EXPECT_EQ(Give(1, "2026-01-02"), "");
  posting_.expected_seq.reset();
  taker_.ledger.member.member_id = giver_.ledger.member.member_id;
  EXPECT_EQ(Give(1, "2026-01-02"), "TRANSFER_REFUSED rule=self");
}

TEST_F(Transfer, WhatDoesNotFitIsRefused) {
  RunScript(giver_, "2026-01-01 earn 10 => 10");
  RunScript(taker_, R"(
    2026-01-01  earn 9223372036854775799                    => 9223372036854775799
    2026-01-01  hold 5                                      => 9223372036854775794 held 5
  )");
  EXPECT_EQ(Give(9, "2026-01-02"), "BALANCE_OVERFLOW");
  EXPECT_EQ(Give(8, "2026-01-02"), "");
}

TEST(DayBegin, IsTheLastMidnightOfTheProgrammesZone) {
  Program program = testing::PlainProgram();
  const auto begin = [&](const char* local) {
    return testing::ToLocal(DayBegin(At(local, program.zone), program), program.zone);
  };
  EXPECT_EQ(begin("2026-01-05"), "2026-01-05");
  EXPECT_EQ(begin("2026-01-05T23:59:59.999999"), "2026-01-05");
  EXPECT_EQ(begin("2026-01-04T23:59:59.999999"), "2026-01-04");
  program.zone = testing::ZoneOf("America/Sao_Paulo");
  EXPECT_EQ(begin("2018-11-04T12:00:00"), "2018-11-04T01:00:00") << "had no midnight";
}

}  // namespace
}  // namespace fairpoint::ledger
