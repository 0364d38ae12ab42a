// One group, step by step: what it does when nothing goes wrong, whom it drops and whom it waits
// for. What it does about errors is in group_faults_test.cc.
#include "engine/group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;
using testing::Earn;
using ::testing::ElementsAre;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using ::testing::IsEmpty;
using testing::Phone;
using testing::Publish;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::Redeem;
using testing::World;

// The stages that are performed until all is answered.
std::vector<std::string> StagesOf(World& world) {
  std::vector<std::string> stages;
  while (!world.group().idle()) {
    stages.emplace_back(world.group().StageName());
    world.Step();
  }
  return stages;
}

struct GroupTest : ::testing::Test {
  GroupTest() {
    EXPECT_EQ(ReasonOf(world.Do(Enrol("enrol-a", "alice", {testing::Card("1")}))), "");
    EXPECT_EQ(ReasonOf(world.Do(Enrol("enrol-b", "bob", {testing::Card("2")}))), "");
  }
  World world;
};

TEST_F(GroupTest, GoesThroughItsStages) {
  world.Start({Earn("earn", Id("alice"), 5)});
  EXPECT_FALSE(world.group().idle());
  EXPECT_THAT(StagesOf(world),
              ElementsAre("begin", "lock_members", "lock_orders", "lock_programs", "lock_prices",
                          "lock_lane", "load", "plan", "write", "commit", "deliver"));
  EXPECT_TRUE(world.answers["earn"].front().ok());
  EXPECT_EQ(world.Step(), Group::Step::kIdle);
}

TEST_F(GroupTest, WritesNothingWhereNothingChanges) {
  const int64_t before = world.store.last_commit();
  world.Start({Redeem("redeem", Id("alice"), 5)});
  EXPECT_THAT(StagesOf(world), ElementsAre("begin", "lock_members", "lock_orders", "lock_programs",
                                           "lock_prices", "lock_lane", "load", "plan", "deliver"));
  EXPECT_EQ(ReasonOf(world.answers["redeem"].front()), "INSUFFICIENT_POINTS");
  EXPECT_EQ(world.store.last_commit(), before);
  EXPECT_EQ(world.observer.refusals().size(), 1U);
  // Nor does it keep its locks.
  const std::unique_ptr<WriteSession> other = std::move(world.store.OpenWriteSession()).value();
  std::vector<ledger::Member> found;
  ASSERT_TRUE(other->Begin().ok());
  EXPECT_TRUE(
      other->LockMembers(std::vector<MemberName>{{Brand(), base::MemberId("alice")}}, found).ok());
}

TEST_F(GroupTest, IsOneTransactionInTheOrderAsked) {
  const int64_t before = world.store.last_commit();
  const size_t groups_before = world.observer.groups().size();
  const auto answers = world.DoAll({Redeem("r-1", Id("alice"), 5), Earn("r-2", Id("alice"), 5),
                                    Earn("r-3", Id("bob"), 7), Redeem("r-4", Id("alice"), 5),
                                    Redeem("r-5", Id("alice"), 1)});
  std::vector<std::string> reasons;
  for (const auto& answer : answers) reasons.push_back(ReasonOf(answer));
  EXPECT_THAT(reasons, ElementsAre("INSUFFICIENT_POINTS", "", "", "", "INSUFFICIENT_POINTS"));
  EXPECT_EQ(world.store.last_commit(), before + 1);
  ASSERT_EQ(world.observer.groups().size(), groups_before + 1);
  EXPECT_EQ(world.observer.groups().back(), 5U);
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.Member("alice").available.value, 0);
  EXPECT_EQ(history.Member("alice").lifetime_earned.value, 5);
  EXPECT_EQ(history.Member("bob").available.value, 7);
  ExpectJournalHolds(history);
}

TEST_F(GroupTest, APublicationIsATransactionOfItsOwn) {
  const size_t before = world.observer.groups().size();
  const auto answers = world.DoAll({Earn("r-1", Id("alice"), 1), Earn("r-2", Id("bob"), 2),
                                    Publish("p-2"), Publish("p-3"), Earn("r-3", Id("alice"), 3)});
  for (const auto& answer : answers) EXPECT_EQ(ReasonOf(answer), "");
  std::vector<size_t> groups = world.observer.groups();
  groups.erase(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_THAT(groups, ElementsAre(2U, 1U, 1U, 1U));
  EXPECT_EQ(answers[1]->entries.front().program_version, 1);
  EXPECT_EQ(answers[2]->program_version.version, 2);
  EXPECT_EQ(answers[3]->program_version.version, 3);
  EXPECT_EQ(answers[4]->entries.front().program_version, 3) << "it came after the publication";
  ExpectJournalHolds(ReadHistory(world.store));
}

// ---- deadlines ----

Command Until(Command command, absl::Time deadline) {
  command.deadline = deadline;
  return command;
}

TEST_F(GroupTest, DropsWhoseDeadlinePassed) {
  const absl::Time now = world.now;
  const auto answers =
      world.DoAll({Until(Earn("late", Id("alice"), 1), now - absl::Nanoseconds(1)),
                   Until(Earn("in-time", Id("alice"), 2), now + absl::Nanoseconds(1)),
                   Until(Earn("just-late", Id("bob"), 4), now)});
  EXPECT_EQ(ReasonOf(answers[0]), "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(answers[1]), "");
  EXPECT_EQ(ReasonOf(answers[2]), "DEADLINE_PASSED");
  EXPECT_EQ(world.observer.refusals().size(), 2U);
  EXPECT_EQ(ReadHistory(world.store).entries.size(), 1U);
}

TEST_F(GroupTest, DoesNotBeginForNobody) {
  world.Restart();
  const size_t lanes = ReadHistory(world.store).lanes.size();
  const auto answers = world.DoAll(
      {Until(Earn("late", Id("alice"), 1), world.now), Until(Publish("late-too"), world.now)});
  for (const auto& answer : answers) EXPECT_EQ(ReasonOf(answer), "DEADLINE_PASSED");
  EXPECT_EQ(ReadHistory(world.store).lanes.size(), lanes) << "no lane is leased";
}

TEST_F(GroupTest, DropsWhoseDeadlinePassesBeforeItBeginsAgain) {
  world.Strike("lock_members", FakeFault::kSessionLost);  // a pause of 100 ms
  const auto answers =
      world.DoAll({Until(Earn("late", Id("alice"), 1), world.now + absl::Milliseconds(50)),
                   Until(Earn("in-time", Id("alice"), 2), world.now + absl::Milliseconds(150))});
  EXPECT_EQ(ReasonOf(answers[0]), "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(answers[1]), "");
  EXPECT_EQ(ReadHistory(world.store).Member("alice").available.value, 2);
}

// ---- others ----

TEST_F(GroupTest, WaitsForALock) {
  const std::unique_ptr<WriteSession> other = std::move(world.store.OpenWriteSession()).value();
  std::vector<ledger::Member> found;
  ASSERT_TRUE(other->Begin().ok());
  ASSERT_TRUE(
      other->LockMembers(std::vector<MemberName>{{Brand(), base::MemberId("alice")}}, found).ok());
  world.Start({Earn("earn", Id("alice"), 5)});
  world.StepTo("lock_members");
  EXPECT_EQ(world.Step(), Group::Step::kBlocked);
  EXPECT_EQ(world.Step(), Group::Step::kBlocked);
  EXPECT_STREQ(world.group().StageName(), "lock_members");
  other->Rollback();
  EXPECT_EQ(world.Step(), Group::Step::kAgain);
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["earn"].front()), "");
  EXPECT_THAT(world.observer.retries(), IsEmpty());
}

TEST_F(GroupTest, LeasesAnotherLaneWhenItsOwnWasTaken) {
  const int64_t own = ReadHistory(world.store).lanes.front().lane;
  world.store.SetClock(testing::kStart + absl::Hours(1));
  const auto taken = world.store.LeaseLane("another", 30);
  ASSERT_TRUE(taken.ok());
  ASSERT_EQ(*taken, own);
  EXPECT_EQ(ReasonOf(world.Do(Earn("earn", Id("alice"), 5))), "");
  ASSERT_EQ(world.observer.retries().size(), 1U);
  EXPECT_EQ(world.observer.retries().front().code(), absl::StatusCode::kAborted);
  const History history = ReadHistory(world.store);
  EXPECT_NE(history.entries.front().lane, own);
  EXPECT_EQ(history.lanes.front().owner, "another");
  ExpectJournalHolds(history);
}

TEST_F(GroupTest, AnIdleGroupsLaneIsItsOwnUntilItIsTaken) {
  world.store.SetClock(testing::kStart + absl::Hours(1));
  EXPECT_EQ(ReasonOf(world.Do(Earn("earn", Id("alice"), 5))), "");
  EXPECT_THAT(world.observer.retries(), IsEmpty());
  const History history = ReadHistory(world.store);
  ASSERT_EQ(history.lanes.size(), 1U);
  EXPECT_EQ(history.lanes.front().lease_until,
            testing::kStart + absl::Hours(1) + absl::Seconds(30));
}

TEST_F(GroupTest, AMembersTimeNeverGoesBack) {
  world.store.SetClock(testing::kStart + absl::Hours(1));
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 5))), "");
  world.store.SetClock(testing::kStart);
  const auto freeze = world.Do(testing::Ask("freeze", Id("alice"), ledger::FreezeMember{}));
  EXPECT_EQ(ReasonOf(freeze), "");
  EXPECT_EQ(ReasonOf(world.Do(Enrol("link", "x", {testing::Card("2"), testing::Card("3")}))), "");
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.entries.front().recorded_at, testing::kStart + absl::Hours(1));
  EXPECT_EQ(history.Member("alice").last_recorded_at, testing::kStart + absl::Hours(1));
  EXPECT_EQ(history.Member("bob").last_recorded_at, testing::kStart);
}

}  // namespace
}  // namespace fairpoint::engine
