// Requests on orders that were made before, or whose commit nobody heard of.
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/errors.h"
#include "engine/testing/orders.h"
#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Buy;
using testing::Claim;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::ExpectOrdersHold;
using testing::Id;
using testing::Phone;
using testing::ReadHistory;
using testing::ReadOrders;
using testing::ReasonOf;
using testing::Redeem;
using testing::ReturnOf;
using testing::ReturnOfSkus;
using testing::World;

struct GroupOrdersReplayTest : ::testing::Test {
  GroupOrdersReplayTest() {
    EXPECT_EQ(ReasonOf(world.Do(Enrol("enrol", "alice", {Phone("alice"), testing::Card("alice")}))),
              "");
  }
  ~GroupOrdersReplayTest() override {
    ExpectJournalHolds(ReadHistory(world.store));
    ExpectOrdersHold(world.store);
  }
  World world;
};

std::string DifferingIn(const absl::StatusOr<Answer>& answer) {
  EXPECT_EQ(ReasonOf(answer), "REQUEST_ID_REUSED");
  const auto detail = base::DetailOf(answer.status());
  return detail ? detail->metadata.at(kDifferingFieldNumbers) : "no detail";
}

// Every kind, in an order in which each succeeds.
std::vector<Command> EveryKind() {
  const MemberRef alice = Id("alice");
  return {Buy("buy", alice, "O1", {{"tea", 2, 300}, {"cup", 1, 100}}),
          Buy("buy-by-phone", Phone("alice"), "O2", {{"tea", 1, 500}}),
          Buy("buy-nothing", alice, "O3", {{"gift", 1, 0}}),
          Buy("buy-nobodys", Nobody(), "O4", {{"tea", 2, 800}}),
          ReturnOf("return-nobodys", "R1", "O4", 1, 1),
          Claim("claim", alice, "O4", 800),
          Redeem("redeem", alice, 9),
          ReturnOf("return", "R2", "O1", 1, 1),
          ReturnOfSkus("return-latest", alice, "R3", {{"tea", 2}, {"jar", 1}}),
          ReturnOfSkus("return-nothing", Phone("alice"), "R4", {{"jar", 1}}),
          Buy("buy-more", alice, "O5", {{"tea", 1, 700}})};
}

void ExpectSame(const Answer& first, const Answer& again) {
  EXPECT_FALSE(first.replayed);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.member_id, first.member_id);
  EXPECT_EQ(again.points, first.points);
  EXPECT_EQ(again.deduct_minor_units, first.deduct_minor_units);
  ASSERT_EQ(again.entries.size(), first.entries.size());
  for (size_t i = 0; i < first.entries.size(); ++i)
    EXPECT_EQ(again.entries[i].hash, first.entries[i].hash);
  // Within one transaction the first answer's row is not yet in its lane.
  checkout::OrderReturn row = again.order_return;
  row.lane = first.order_return.lane;
  row.lane_seq = first.order_return.lane_seq;
  EXPECT_EQ(row, first.order_return);
}

TEST_F(GroupOrdersReplayTest, OfEveryKindGivesTheFirstAnswer) {
  std::vector<Answer> first;
  for (const Command& command : EveryKind()) {
    const auto answer = world.Do(command);
    ASSERT_EQ(ReasonOf(answer), "") << command.posting.request_id.value();
    first.push_back(*answer);
  }
  const int64_t receipts = static_cast<int64_t>(ReadHistory(world.store).receipts.size());
  world.store.SetClock(testing::kStart + absl::Hours(1000));
  for (size_t i = 0; i < first.size(); ++i) {
    SCOPED_TRACE(EveryKind()[i].posting.request_id.value());
    const auto again = world.Do(EveryKind()[i]);
    ASSERT_EQ(ReasonOf(again), "");
    ExpectSame(first[i], *again);
  }
  world.Restart();
  const auto all = world.DoAll(EveryKind());
  for (size_t i = 0; i < first.size(); ++i) {
    ASSERT_EQ(ReasonOf(all[i]), "");
    ExpectSame(first[i], *all[i]);
  }
  EXPECT_EQ(static_cast<int64_t>(ReadHistory(world.store).receipts.size()), receipts);
}

TEST_F(GroupOrdersReplayTest, WithinOneTransaction) {
  std::vector<Command> twice;
  for (const Command& command : EveryKind()) {
    twice.push_back(command);
    twice.push_back(command);
  }
  const auto answers = world.DoAll(twice);
  for (size_t i = 0; i < answers.size(); i += 2) {
    SCOPED_TRACE(twice[i].posting.request_id.value());
    ASSERT_EQ(ReasonOf(answers[i]), "");
    ASSERT_EQ(ReasonOf(answers[i + 1]), "");
    ExpectSame(*answers[i], *answers[i + 1]);
  }
}

TEST_F(GroupOrdersReplayTest, AfterALostReply) {
  for (const Command& command : EveryKind()) {
    SCOPED_TRACE(command.posting.request_id.value());
    world.Strike("commit", FakeFault::kReplyLost, FakeCall::kCommit);
    const auto answer = world.Do(command);
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_TRUE(answer->replayed) << "it had been committed";
    EXPECT_EQ(world.strikes_left(), 0U);
    // With the same content as anybody would be told.
    const auto again = world.Do(command);
    ASSERT_EQ(ReasonOf(again), "");
    EXPECT_EQ(again->points, answer->points);
    EXPECT_EQ(again->member_id, answer->member_id);
    EXPECT_EQ(again->entries, answer->entries);
    EXPECT_EQ(again->order_return, answer->order_return);
  }
  const auto orders = ReadOrders(world.store);
  EXPECT_EQ(orders.placements.size(), 5U);
  EXPECT_EQ(orders.returns.size(), 4U);
  EXPECT_EQ(orders.claims.size(), 1U);
}

TEST_F(GroupOrdersReplayTest, AfterALostCommit) {
  for (const Command& command : EveryKind()) {
    SCOPED_TRACE(command.posting.request_id.value());
    world.Strike("commit", FakeFault::kCommitLost, FakeCall::kCommit);
    const auto answer = world.Do(command);
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_FALSE(answer->replayed) << "it had not been committed";
  }
  EXPECT_EQ(ReadOrders(world.store).returns.size(), 4U);
}

TEST_F(GroupOrdersReplayTest, OfOtherContentNamesTheField) {
  for (const Command& command : EveryKind()) ASSERT_EQ(ReasonOf(world.Do(command)), "");
  const MemberRef alice = Id("alice");
  const int64_t before = world.store.last_commit();
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy", alice, "O9", {{"tea", 2, 300}, {"cup", 1, 100}}))),
            "4");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy", alice, "O1", {{"tea", 2, 301}, {"cup", 1, 100}}))),
            "5");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy", Id("bob"), "O1", {{"tea", 2, 300}}))), "1,5");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy", Nobody(), "O1", {{"tea", 2, 300}}))), "1,5");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy-by-phone", Phone("bob"), "O2", {{"tea", 1, 500}}))), "2");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy-nobodys", Nobody(), "O4", {{"tea", 2, 801}}))), "5");
  EXPECT_EQ(DifferingIn(world.Do(Buy("buy-nobodys", alice, "O4", {{"tea", 2, 800}}))), "1");
  EXPECT_EQ(DifferingIn(world.Do(ReturnOf("return", "R2", "O1", 1, 2))), "5");
  EXPECT_EQ(DifferingIn(world.Do(ReturnOf("return", "R2", "O2", 1, 1))), "5");
  EXPECT_EQ(DifferingIn(world.Do(ReturnOf("return", "R9", "O1", 1, 1))), "4");
  EXPECT_EQ(DifferingIn(world.Do(ReturnOf("return", "R9", "O77", 1, 1))), "4,5");
  EXPECT_EQ(DifferingIn(world.Do(Claim("claim", alice, "O4", 801))), "5");
  EXPECT_EQ(DifferingIn(world.Do(Claim("return", alice, "O4", 800))), "") << "another operation";
  EXPECT_EQ(world.store.last_commit(), before);
}

TEST_F(GroupOrdersReplayTest, ARefusalLeavesNothingToReplay) {
  EXPECT_EQ(ReasonOf(world.Do(ReturnOf("r-1", "R1", "O1", 1, 1))), "ORDER_NOT_FOUND");
  ASSERT_EQ(ReasonOf(world.Do(Buy("buy", Id("alice"), "O1", {{"tea", 2, 300}}))), "");
  const auto answer = world.Do(ReturnOf("r-1", "R1", "O1", 1, 1));
  ASSERT_EQ(ReasonOf(answer), "");
  EXPECT_FALSE(answer->replayed);
  // By another request the names are taken.
  EXPECT_EQ(ReasonOf(world.Do(ReturnOf("r-2", "R1", "O1", 1, 1))), "RETURN_EXISTS");
  EXPECT_EQ(ReasonOf(world.Do(Buy("b-2", Nobody(), "O1", {{"tea", 2, 300}}))), "ORDER_EXISTS");
}

}  // namespace
}  // namespace fairpoint::engine
