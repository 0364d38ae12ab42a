// A commit whose reply was lost: only the receipts tell whether it happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Earn;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::World;

struct UnknownCommitTest : ::testing::Test {
  UnknownCommitTest() {
    for (const char* name : {"alice", "bob"}) {
      EXPECT_EQ(
          ReasonOf(world.Do(Enrol(std::string("enrol-") + name, name, {testing::Phone(name)}))),
          "");
    }
  }
  void ExpectOneEarningEach() {
    const History history = ReadHistory(world.store);
    EXPECT_EQ(history.entries.size(), 2U);
    EXPECT_EQ(history.Member("alice").available.value, 1);
    EXPECT_EQ(history.Member("bob").available.value, 2);
    ExpectJournalHolds(history);
  }
  // What is due before `now` is past it when the group begins again.
  Command Brief(Command command) {
    command.deadline = world.now + absl::Milliseconds(50);
    return command;
  }
  std::vector<Command> TwoEarnings() {
    return {Brief(Earn("r-1", Id("alice"), 1)), Brief(Earn("r-2", Id("bob"), 2))};
  }
  World world;
};

TEST_F(UnknownCommitTest, ThatHappenedIsAnsweredFromReceipts) {
  world.Strike("commit", FakeFault::kReplyLost);
  for (const auto& answer : world.DoAll(TwoEarnings())) {
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_TRUE(answer->replayed);
    EXPECT_EQ(answer->entries.size(), 1U);
  }
  EXPECT_EQ(world.store.counts().replies_lost, 1);
  EXPECT_EQ(world.pauses, 1);
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, ThatDidNotHappenIsRunAgain) {
  world.Strike("commit", FakeFault::kCommitLost);
  for (const auto& answer : world.DoAll(TwoEarnings())) {
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_FALSE(answer->replayed);
  }
  EXPECT_EQ(world.store.counts().commits_lost, 1);
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, ThatIsStillGoingOnIsWaitedFor) {
  for (const bool commits : {true, false}) {
    SCOPED_TRACE(commits);
    const std::string request_id = commits ? "r-1" : "r-2";
    world.Strike("commit", FakeFault::kCommitLingers);
    world.Start({Brief(Earn(request_id, Id(commits ? "alice" : "bob"), commits ? 1 : 2))});
    while (world.Step() != Group::Step::kBlocked) ASSERT_FALSE(world.group().idle());
    EXPECT_TRUE(world.answers[request_id].empty());
    world.store.EndLingering(0, commits);
    world.Run();
    ASSERT_EQ(ReasonOf(world.answers[request_id].front()), "");
    EXPECT_EQ(world.answers[request_id].front()->replayed, commits);
  }
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, IsOneWhoseSessionWasLostToo) {
  world.Strike("commit", FakeFault::kSessionLost);
  for (const auto& answer : world.DoAll(TwoEarnings())) EXPECT_EQ(ReasonOf(answer), "");
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, IsNotOneThatWasAborted) {
  world.Strike("commit", FakeFault::kDeadlock);
  world.Strike("lock_members", FakeFault::kSessionLost);  // lets the deadlines pass
  for (const auto& answer : world.DoAll(TwoEarnings()))
    EXPECT_EQ(ReasonOf(answer), "DEADLINE_PASSED");
  EXPECT_EQ(ReadHistory(world.store).entries.size(), 0U);
}

TEST_F(UnknownCommitTest, IsStillUnknownToThoseSplitOff) {
  world.Strike("commit", FakeFault::kCommitLost);
  world.Strike("write", FakeFault::kFull);  // they are run one by one, all past their deadlines
  for (const auto& answer : world.DoAll(TwoEarnings())) EXPECT_EQ(ReasonOf(answer), "");
  EXPECT_EQ(world.strikes_left(), 0U);
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, ThatCannotBeResolvedIsNotDenied) {
  world.Strike("commit", FakeFault::kReplyLost);
  for (int i = 0; i < 3; ++i) world.Strike("load", FakeFault::kFull);
  for (const auto& answer : world.DoAll(TwoEarnings()))
    EXPECT_EQ(ReasonOf(answer), "DATABASE_UNAVAILABLE") << "STORE_FULL would say that nothing was";
  for (const auto& answer : world.DoAll(TwoEarnings())) {
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_TRUE(answer->replayed);
  }
  ExpectOneEarningEach();
}

TEST_F(UnknownCommitTest, IsForgottenWithItsBatch) {
  world.Strike("commit", FakeFault::kReplyLost);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 1))), "");
  Command late = Earn("late", Id("alice"), 1);
  late.deadline = world.now;
  EXPECT_EQ(ReasonOf(world.Do(late)), "DEADLINE_PASSED");
  world.Strike("write", FakeFault::kFull);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-3", Id("bob"), 1))), "STORE_FULL");
}

}  // namespace
}  // namespace fairpoint::engine
