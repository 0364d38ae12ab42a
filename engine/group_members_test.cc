// Two members in one transaction, members who were merged, and members who are forgotten, while
// other servers do the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Ask;
using testing::Card;
using testing::Earn;
using testing::Elsewhere;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::Phone;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::Redeem;
using testing::World;

Command Transfer(std::string_view request_id, const MemberRef& from, ledger::NamedMember to,
                 int64_t points) {
  return Ask(request_id, from,
             ledger::TransferPoints{.to = std::move(to), .points = base::Points{points}});
}

Command Merge(std::string_view request_id, std::string_view source, std::string_view target) {
  return Ask(request_id, Id(source), ledger::MergeMembers{base::MemberId(target)});
}

class GroupMembersTest : public ::testing::Test {
 protected:
  GroupMembersTest() {
    for (const auto& answer :
         world.DoAll({Enrol("e-1", "alice", {Phone("1")}), Enrol("e-2", "bob", {Card("2")}),
                      Enrol("e-3", "carol", {Card("3")}), Earn("r-1", Id("alice"), 100),
                      Earn("r-2", Id("bob"), 20), Earn("r-3", Id("carol"), 3)}))
      EXPECT_EQ(ReasonOf(answer), "");
  }
  ~GroupMembersTest() override { ExpectJournalHolds(ReadHistory(world.store)); }

  int64_t Available(std::string_view member_id) {
    return ReadHistory(world.store).Member(member_id).available.value;
  }

  World world;
};

TEST_F(GroupMembersTest, TransfersOfOneGroupSeeOneAnother) {
  const auto answers = world.DoAll({Transfer("t-1", Id("bob"), base::MemberId("carol"), 20),
                                    Transfer("t-2", Id("carol"), testing::Card("2"), 23),
                                    Redeem("r-4", Id("bob"), 23),
                                    Transfer("t-3", Id("bob"), base::MemberId("carol"), 1)});
  EXPECT_EQ(ReasonOf(answers[0]), "");
  EXPECT_EQ(ReasonOf(answers[1]), "");
  EXPECT_EQ(ReasonOf(answers[2]), "");
  EXPECT_EQ(ReasonOf(answers[3]), "INSUFFICIENT_POINTS");
  EXPECT_EQ(world.observer.groups().back(), 4U);
  EXPECT_EQ(Available("bob"), 0);
  EXPECT_EQ(Available("carol"), 0);
}

TEST_F(GroupMembersTest, ATransferToOneWhomTheSameGroupEnrols) {
  const auto answers = world.DoAll(
      {Enrol("e-4", "dora", {Card("4")}), Transfer("t-1", Id("bob"), testing::Card("4"), 20)});
  EXPECT_EQ(ReasonOf(answers[1]), "");
  EXPECT_EQ(Available("dora"), 20);
}

TEST_F(GroupMembersTest, ATransferIsAnsweredTheSameAgain) {
  const auto first = world.Do(Transfer("t-1", Id("bob"), base::MemberId("carol"), 5));
  const auto again = world.Do(Transfer("t-1", Id("bob"), base::MemberId("carol"), 5));
  ASSERT_EQ(ReasonOf(again), "");
  EXPECT_TRUE(again->replayed);
  ASSERT_EQ(again->entries.size(), 1U);
  EXPECT_EQ(again->entries.front().hash, first->entries.front().hash);
  EXPECT_EQ(Available("carol"), 8);
}

TEST_F(GroupMembersTest, AMergeRunsAlone) {
  const size_t before = world.observer.groups().size();
  const auto answers = world.DoAll({Earn("r-4", Id("alice"), 1), Merge("m-1", "alice", "bob"),
                                    Earn("r-5", Id("alice"), 2), Redeem("r-6", Id("bob"), 123)});
  for (const auto& answer : answers) EXPECT_EQ(ReasonOf(answer), "");
  EXPECT_EQ(world.observer.groups().size(), before + 3);
  EXPECT_EQ(answers[2]->member_id.value(), "bob");
  EXPECT_EQ(Available("bob"), 0);
  EXPECT_EQ(Available("alice"), 0);
}

TEST_F(GroupMembersTest, AMergeMeanwhileIsFollowed) {
  world.Start({Earn("r-4", Id("alice"), 7), Redeem("r-5", Card("2"), 127)});
  world.StepTo("lock_members");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Merge("m-1", "alice", "bob"))), "");
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["r-4"].front()), "");
  EXPECT_EQ(world.answers["r-4"].front()->member_id.value(), "bob");
  EXPECT_EQ(ReasonOf(world.answers["r-5"].front()), "");
  EXPECT_EQ(Available("bob"), 0);
  // The next knows whom to lock at once.
  const size_t retries = world.observer.retries().size();
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-6", Id("alice"), 1))), "");
  EXPECT_EQ(world.observer.retries().size(), retries);
}

TEST_F(GroupMembersTest, WhoWasMergedMeanwhileIsLockedBeforeTheNextMerge) {
  world.Start({Merge("m-2", "bob", "carol")});
  world.StepTo("lock_members");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Merge("m-1", "alice", "bob"))), "");
  world.Run();
  ASSERT_EQ(ReasonOf(world.answers["m-2"].front()), "");
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.Member("alice").merged_into.value(), "carol");
  EXPECT_EQ(history.Member("bob").merged_into.value(), "carol");
  EXPECT_EQ(history.Member("carol").merged_count, 2);
  EXPECT_EQ(Available("carol"), 123);
}

TEST_F(GroupMembersTest, TwoMergesInACircleMakeNone) {
  world.Start({Merge("m-1", "alice", "bob")});
  world.StepTo("lock_members");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Merge("m-2", "bob", "alice"))), "");
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["m-1"].front()), "MERGE_REFUSED");
  EXPECT_EQ(Available("alice"), 120);
}

TEST_F(GroupMembersTest, TheForgottenAreNotFoundByWhatTheyWereKnownBy) {
  const auto answers = world.DoAll({Ask("x-1", Id("alice"), ledger::EraseMember{}),
                                    Earn("r-4", Phone("1"), 5), Earn("r-5", Id("alice"), 5),
                                    Enrol("e-4", "new", {Phone("1")}), Earn("r-6", Phone("1"), 5)});
  EXPECT_EQ(ReasonOf(answers[0]), "");
  EXPECT_EQ(ReasonOf(answers[1]), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(answers[2]), "MEMBER_NOT_ACTIVE");
  EXPECT_TRUE(answers[3]->created);
  EXPECT_EQ(answers[4]->member_id.value(), "new");
  EXPECT_TRUE(world.Do(Ask("x-1", Id("alice"), ledger::EraseMember{}))->replayed);
  EXPECT_EQ(ReasonOf(world.Do(Ask("x-2", Id("alice"), ledger::EraseMember{}))),
            "MEMBER_NOT_ACTIVE");
}

TEST_F(GroupMembersTest, AnIdentityLinkedMeanwhileIsAnothers) {
  world.Start({Ask("l-1", Id("alice"), ledger::LinkIdentity{Card("9")})});
  world.StepTo("write");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Ask("l-2", Id("bob"), ledger::LinkIdentity{Card("9")}))), "");
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["l-1"].front()), "IDENTITY_CONFLICT");
}

TEST_F(GroupMembersTest, AnImportOpensABalanceOnce) {
  const auto import = [](std::string_view request_id, std::string_view new_id, const char* card) {
    ledger::ImportMember member;
    const Command enrol = Enrol(request_id, new_id, {Card(card)});
    member.enroll = *OperationAs<ledger::EnrollMember>(enrol);
    member.tags = {"vip"};
    member.lots = {{.points = base::Points{40}, .earned_at = {}, .expires_at = {}},
                   {.points = base::Points{2}, .earned_at = {}, .expires_at = {}}};
    Command command = enrol;
    command.operation = member;
    return command;
  };
  const auto answers = world.DoAll({import("i-1", "dora", "4"), import("i-2", "other", "4"),
                                    import("i-3", "eve", "2"), Earn("r-4", Card("4"), 8)});
  ASSERT_EQ(ReasonOf(answers[0]), "");
  EXPECT_TRUE(answers[0]->created);
  EXPECT_EQ(answers[0]->entries.size(), 2U);
  EXPECT_EQ(ReasonOf(answers[1]), "OPENING_TOO_LATE");
  EXPECT_EQ(ReasonOf(answers[2]), "OPENING_TOO_LATE") << "bob has earned before";
  EXPECT_EQ(Available("dora"), 50);
  EXPECT_EQ(Available("bob"), 20);
  const auto again = world.Do(import("i-1", "different", "4"));
  ASSERT_EQ(ReasonOf(again), "");
  EXPECT_TRUE(again->replayed);
  EXPECT_TRUE(again->created);
  EXPECT_EQ(again->entries.size(), 2U);
}

}  // namespace
}  // namespace fairpoint::engine
