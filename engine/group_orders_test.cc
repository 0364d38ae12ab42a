// Orders in groups: what commands of one transaction see of one another, races of two groups and
// replays. What the planners decide: checkout/*_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "engine/errors.h"
#include "engine/testing/orders.h"
#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Buy;
using testing::Claim;
using testing::Earn;
using ::testing::ElementsAre;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::ExpectOrdersHold;
using testing::History;
using testing::Id;
using testing::Phone;
using testing::ReadHistory;
using testing::ReadOrders;
using testing::ReasonOf;
using testing::Redeem;
using testing::ReturnOf;
using testing::ReturnOfSkus;
using testing::World;

struct GroupOrdersTest : ::testing::Test {
  GroupOrdersTest() {
    for (const char* name : {"alice", "bob"}) {
      EXPECT_EQ(ReasonOf(world.Do(
                    Enrol(absl::StrCat("enrol-", name), name, {Phone(name), testing::Card(name)}))),
                "");
    }
  }
  ~GroupOrdersTest() override {
    ExpectJournalHolds(ReadHistory(world.store));
    ExpectOrdersHold(world.store);
  }
  std::vector<std::string> ReasonsOf(std::vector<Command> commands) {
    std::vector<std::string> reasons;
    for (const auto& answer : world.DoAll(std::move(commands))) reasons.push_back(ReasonOf(answer));
    return reasons;
  }
  int64_t Balance(const char* name) {
    return ReadHistory(world.store).Member(name).available.value;
  }
  World world;
};

TEST_F(GroupOrdersTest, APurchaseAndItsReturnsInOneGroup) {
  const auto answers = world.DoAll({Buy("b-1", Id("alice"), "O1", {{"tea", 2, 300}}),
                                    ReturnOf("r-1", "R1", "O1", 1, 1),
                                    ReturnOfSkus("r-2", Id("alice"), "R2", {{"tea", 3}})});
  ASSERT_EQ(ReasonOf(answers[0]), "");
  ASSERT_EQ(ReasonOf(answers[1]), "");
  ASSERT_EQ(ReasonOf(answers[2]), "");
  EXPECT_EQ(answers[0]->points.value, 3);
  EXPECT_EQ(answers[0]->member_id, base::MemberId("alice"));
  EXPECT_EQ(answers[1]->member_id, base::MemberId("alice"));
  EXPECT_EQ(answers[1]->order_return.points.value, 1);
  EXPECT_EQ(answers[1]->entries.size(), 1U);
  EXPECT_THAT(answers[2]->order_return.unmatched, ElementsAre(checkout::ReturnedItem{"tea", 2}));
  EXPECT_EQ(Balance("alice"), 0);
  const auto orders = ReadOrders(world.store);
  ASSERT_EQ(orders.placements.size(), 1U);
  ASSERT_EQ(orders.returns.size(), 2U);
  EXPECT_FALSE(orders.lines.at(0).is_open);
}

TEST_F(GroupOrdersTest, AReturnOfAnOrderOfTheSameGroupWhichever) {
  // Nobody's order, one of a member by phone, and one that is not there.
  EXPECT_THAT(ReasonsOf({Buy("b-1", Nobody(), "O1", {{"tea", 1, 100}}),
                         Buy("b-2", Phone("bob"), "O2", {{"tea", 1, 500}}),
                         ReturnOf("r-1", "R1", "O1", 1, 1), ReturnOf("r-2", "R2", "O2", 1, 1),
                         ReturnOf("r-3", "R3", "O3", 1, 1), ReturnOf("r-4", "R1", "O2", 1, 1)}),
              ElementsAre("", "", "", "", "ORDER_NOT_FOUND", "RETURN_EXISTS"));
  EXPECT_EQ(Balance("bob"), 0);
  EXPECT_EQ(ReadHistory(world.store).Member("bob").lifetime_earned.value, 0);
}

TEST_F(GroupOrdersTest, APurchaseItsClaimAndItsReturnInOneGroup) {
  const auto answers =
      world.DoAll({Buy("b-1", Nobody(), "O1", {{"tea", 2, 300}}), ReturnOf("r-1", "R1", "O1", 1, 1),
                   Claim("c-1", Id("alice"), "O1", 300), Claim("c-2", Id("bob"), "O1", 300),
                   ReturnOf("r-2", "R2", "O1", 1, 1)});
  EXPECT_EQ(ReasonOf(answers[3]), "CLAIM_REFUSED");
  for (const int at : {0, 1, 2, 4}) ASSERT_EQ(ReasonOf(answers[static_cast<size_t>(at)]), "");
  EXPECT_TRUE(answers[0]->member_id.empty());
  EXPECT_TRUE(answers[1]->member_id.empty());
  EXPECT_EQ(answers[2]->points.value, 2);
  EXPECT_EQ(answers[4]->member_id, base::MemberId("alice"));
  EXPECT_EQ(answers[4]->order_return.points.value, 2);
  EXPECT_EQ(Balance("alice"), 0);
  EXPECT_EQ(ReadOrders(world.store).claims.size(), 1U);
}

TEST_F(GroupOrdersTest, AClaimByOneWhoIsEnrolledInTheSameGroup) {
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-1", Nobody(), "O1", {{"tea", 1, 300}}))), "");
  EXPECT_THAT(
      ReasonsOf(
          {Enrol("enrol-carol", "carol", {Phone("carol")}), Claim("c-1", Phone("carol"), "O1", 300),
           Buy("b-2", Phone("carol"), "O2", {{"tea", 1, 100}}), ReturnOf("r-1", "R1", "O1", 1, 1)}),
      ElementsAre("", "", "", ""));
  EXPECT_EQ(Balance("carol"), 1);
  EXPECT_EQ(ReadHistory(world.store).Member("carol").order_seq, 2);
}

// The lots that a return without a receipt reaches for depend on what comes before it in its group.
TEST_F(GroupOrdersTest, AReturnWithoutReceiptAfterOthersOfTheGroup) {
  for (const bool by_order : {true, false}) {
    SCOPED_TRACE(by_order);
    const std::string n = by_order ? "1" : "2";
    world.store.SetClock(testing::kStart + absl::Hours(by_order ? 1 : 3));
    ASSERT_EQ(ReasonOf(world.Do(Buy("b-1" + n, Id("alice"), "O1" + n, {{"tea", 1, 200}}))), "");
    world.store.SetClock(testing::kStart + absl::Hours(by_order ? 2 : 4));
    ASSERT_EQ(ReasonOf(world.Do(Buy("b-2" + n, Id("alice"), "O2" + n, {{"tea", 1, 900}}))), "");
    // No lot is open.
    ASSERT_EQ(ReasonOf(world.Do(Redeem("s-1" + n, Id("alice"), 11))), "");
    const auto answers =
        world.DoAll({by_order ? ReturnOf("r-1" + n, "R1" + n, "O2" + n, 1, 1)
                              : ReturnOfSkus("r-1" + n, Id("alice"), "R1" + n, {{"tea", 1}}),
                     ReturnOfSkus("r-2" + n, Id("alice"), "R2" + n, {{"tea", 1}})});
    ASSERT_EQ(ReasonOf(answers[0]), "");
    ASSERT_EQ(ReasonOf(answers[1]), "");
    EXPECT_EQ(answers[0]->order_return.matched.at(0).order_id, "O2" + n);
    EXPECT_EQ(answers[1]->order_return.matched.at(0).order_id, "O1" + n);
  }
}

// ---- races ----

TEST_F(GroupOrdersTest, TwoReturnsOfTheSameUnitAtOnce) {
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-1", Id("alice"), "O1", {{"tea", 3, 300}}))), "");
  testing::Rival rival(world);
  world.Start({ReturnOf("r-1", "R1", "O1", 1, 2)});
  world.StepTo("write");
  rival.Start({ReturnOf("r-2", "R2", "O1", 1, 2)});
  rival.StepUntilBlocked();
  world.Run();
  rival.Run();
  EXPECT_EQ(ReasonOf(world.answers["r-1"].front()), "");
  const auto& refused = rival.answers["r-2"].front();
  ASSERT_EQ(ReasonOf(refused), "RETURN_EXCEEDS_PURCHASE");
  EXPECT_EQ(base::DetailOf(refused.status())->metadata.at("unitsLeft"), "1");
  EXPECT_EQ(Balance("alice"), 1);
  EXPECT_EQ(ReadOrders(world.store).returns.size(), 1U);
}

TEST_F(GroupOrdersTest, TheSameOrderNumberByTwoMembersAtOnce) {
  testing::Rival rival(world);
  world.Start({Buy("b-1", Id("alice"), "O1", {{"tea", 1, 100}})});
  rival.Start({Buy("b-2", Id("bob"), "O1", {{"tea", 1, 500}})});
  world.StepTo("commit");
  rival.StepUntilBlocked();
  world.Run();
  rival.Run();
  EXPECT_EQ(ReasonOf(world.answers["b-1"].front()), "");
  EXPECT_EQ(ReasonOf(rival.answers["b-2"].front()), "ORDER_EXISTS");
  EXPECT_EQ(Balance("alice"), 1);
  EXPECT_EQ(Balance("bob"), 0);
  EXPECT_EQ(ReadOrders(world.store).orders.size(), 1U);
}

TEST_F(GroupOrdersTest, TwoClaimsOfAReceiptAtOnce) {
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-1", Nobody(), "O1", {{"tea", 1, 100}}))), "");
  testing::Rival rival(world);
  world.Start({Claim("c-1", Id("alice"), "O1", 100)});
  rival.Start({Claim("c-2", Id("bob"), "O1", 100)});
  world.StepTo("commit");
  rival.StepUntilBlocked();
  world.Run();
  rival.Run();
  EXPECT_EQ(ReasonOf(world.answers["c-1"].front()), "");
  EXPECT_EQ(ReasonOf(rival.answers["c-2"].front()), "CLAIM_REFUSED");
  EXPECT_EQ(Balance("alice") + Balance("bob"), 1);
}

// Whose order it is changes while the return waits for it.
TEST_F(GroupOrdersTest, AReturnThatBeginsBeforeTheClaimIsDone) {
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-1", Nobody(), "O1", {{"tea", 2, 300}}))), "");
  testing::Rival rival(world);
  world.Start({Claim("c-1", Id("alice"), "O1", 300)});
  rival.Start({ReturnOf("r-1", "R1", "O1", 1, 1)});
  world.StepTo("commit");
  rival.StepUntilBlocked();
  world.Run();
  rival.Run();
  ASSERT_EQ(ReasonOf(rival.answers["r-1"].front()), "");
  EXPECT_EQ(rival.answers["r-1"].front()->member_id, base::MemberId("alice"));
  EXPECT_EQ(Balance("alice"), 2);
}

// ---- beside the ledger's own operations ----

TEST_F(GroupOrdersTest, AnEntryOfAnOrderIsNotReversed) {
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-1", Id("alice"), "O1", {{"tea", 1, 100}}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Buy("b-2", Nobody(), "O2", {{"tea", 1, 100}}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Claim("c-1", Id("alice"), "O2", 100))), "");
  // An earning that only names the order is not the order's.
  Command earn = Earn("e-1", Id("alice"), 5);
  earn.posting.order_id = "O1";
  ASSERT_EQ(ReasonOf(world.Do(earn)), "");
  const auto reverse = [](std::string_view request_id, int64_t entry_seq) {
    return testing::Ask(request_id, Id("alice"),
                        ledger::ReverseEntry{.entry_seq = entry_seq, .refund = {}});
  };
  const auto refused = world.Do(reverse("u-1", 1));
  ASSERT_EQ(ReasonOf(refused), "ENTRY_OF_ORDER");
  EXPECT_EQ(base::DetailOf(refused.status())->metadata.at("orderId"), "O1");
  EXPECT_THAT(ReasonsOf({reverse("u-2", 2), reverse("u-3", 3)}), ElementsAre("ENTRY_OF_ORDER", ""));
  EXPECT_THAT(ReasonsOf({Buy("b-3", Id("bob"), "O3", {{"tea", 1, 100}}),
                         testing::Ask("u-4", Id("bob"), ledger::ReverseEntry{1, {}})}),
              ElementsAre("", "ENTRY_OF_ORDER"));
  EXPECT_EQ(Balance("alice"), 2);
}

TEST_F(GroupOrdersTest, WhoIsNotThereIsToldSo) {
  EXPECT_THAT(
      ReasonsOf(
          {Buy("b-1", Id("zoe"), "O1", {{"tea", 1, 100}}),
           Buy("b-2", Phone("zoe"), "O2", {{"tea", 1, 100}}), Claim("c-1", Phone("zoe"), "O3", 1),
           ReturnOfSkus("r-1", Id("zoe"), "R1", {{"tea", 1}}), ReturnOf("r-2", "R2", "O9", 1, 1)}),
      ElementsAre("MEMBER_NOT_FOUND", "MEMBER_NOT_FOUND", "MEMBER_NOT_FOUND", "MEMBER_NOT_FOUND",
                  "ORDER_NOT_FOUND"));
  EXPECT_TRUE(ReadOrders(world.store).orders.empty());
}

}  // namespace
}  // namespace fairpoint::engine
