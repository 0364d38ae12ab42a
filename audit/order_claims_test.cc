// Receipts of which something came back before they were claimed, and orders of very many lines.
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/story.h"
#include "audit/verify.h"
#include "checkout/command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Points;

class OrderClaimsTest : public testing::Test {
 protected:
  OrderClaimsTest() : workload_(store_, 7) {
    // At once, unlimited, never expires.
    workload_.Publish(kProgram, 1 + 3 * 4 * 2 * 2);
    member_ = workload_.Enroll(kProgram);
  }

  void Do(const engine::MemberRef& member_ref, const std::string& number,
          checkout::Operation operation) {
    store_.now = store_.now + absl::Seconds(1);
    engine::Command command = workload_.CommandFor(kProgram, {}, ledger::Settle{});
    command.member = member_ref;
    command.posting.order_id = number;
    command.operation = std::move(operation);
    std::vector<engine::Command> commands;
    commands.push_back(std::move(command));
    const auto answers = workload_.Run(std::move(commands));
    ASSERT_TRUE(answers.front().ok()) << answers.front().status();
  }
  void Buy(const engine::MemberRef& who, const std::string& order_id, size_t lines) {
    const checkout::PlacedLine line{
        .sku = "tea", .quantity = 4, .amount = 10'000, .points = {}, .discounts = {}};
    Do(who, order_id,
       checkout::RecordPurchase{
           .order_id = order_id, .currency = "CNY", .lines = {lines, line}, .source = {}});
  }
  void Return(const char* return_id) {
    checkout::ReturnByOrder by_order{.order_id = "O1", .lines = {}};
    by_order.lines.push_back({.line_number = 1, .units = 1, .amount = {}});
    Do(engine::OrderOwner{"O1"}, return_id,
       checkout::RecordReturn{
           .return_id = return_id, .from = by_order, .source = {}, .refund = {}});
  }
  Report VerifyNow() {
    absl::StatusOr<Report> report = Verify(store_, {});
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : Report();
  }

  MemoryStore store_;
  Workload workload_;
  base::MemberId member_;
};

TEST_F(OrderClaimsTest, WhatCameBackBeforeIsNotEarned) {
  Buy(engine::Nobody{}, "O1", 1);
  Return("R1");
  Do(member_, "O1", checkout::ClaimReceipt{.order_id = "O1", .amount = {"CNY", 10'000}});
  Return("R2");
  ASSERT_EQ(store_.tables.order_claims.at({kProgram, "O1"}).points, Points{75});
  Report report = VerifyNow();
  EXPECT_TRUE(report.ok) << ToText(report);
  // Earned, and claimed, as if nothing had come back.
  checkout::OrderClaim& claim = store_.tables.order_claims.at({kProgram, "O1"});
  claim.points = Points{100};
  claim.hash = HashOf(claim);
  report = VerifyNow();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front(),
            (Finding{"order claim", "sample", "O1", "points", "75", "100"}));
}

// More lines than are read at once, in orders few and many.
TEST_F(OrderClaimsTest, OrdersOfManyLinesAreAllLookedAt) {
  for (int i = 0; i < 40; ++i)
    Buy(engine::Nobody{}, "A" + std::to_string(100 + i), i % 20 < 15 ? 1 : checkout::kLinesMax);
  for (int i = 0; i < 300; ++i) Buy(engine::Nobody{}, "B" + std::to_string(100 + i), 1);
  Report report = VerifyNow();
  EXPECT_TRUE(report.ok) << ToText(report);
  EXPECT_EQ(report.orders, 340);
  // The last of an order of many lines, in the middle.
  store_.tables.order_lines.at({{kProgram, "A117"}, 2000}).units_returned = 1;
  store_.tables.orders.at({kProgram, "B399"}).taken = Points{1};
  report = VerifyNow();
  EXPECT_THAT(report.findings,
              testing::ElementsAre(
                  Finding{"order line", "sample", "A117", "line 2000, units_returned", "0", "1"},
                  Finding{"order", "sample", "B399", "taken", "0", "1"}));
}

}  // namespace
}  // namespace fairpoint::audit
