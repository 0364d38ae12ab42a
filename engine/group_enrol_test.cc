// Who a command is about: enrolments, identities that change hands, and several groups meeting on
// them; programmes that another server published.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Ask;
using testing::Brand;
using testing::Card;
using testing::Earn;
using testing::Elsewhere;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::Phone;
using testing::Publish;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::Redeem;
using testing::World;

TEST(Enrolment, MakesOneMemberPerPerson) {
  World world;
  const auto answers = world.DoAll({Enrol("e-1", "alice", {Phone("138")}),
                                    Enrol("e-2", "other", {Phone("138"), Card("1")}),
                                    Enrol("e-3", "other", {Card("1")})});
  for (const auto& answer : answers) {
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_EQ(answer->member_id.value(), "alice");
  }
  EXPECT_TRUE(answers[0]->created);
  EXPECT_FALSE(answers[1]->created);
  EXPECT_EQ(answers[0]->event_seq, 1);
  EXPECT_EQ(answers[1]->event_seq, 2);
  EXPECT_EQ(answers[2]->event_seq, 0) << "there was nothing left to link";
  const auto again = world.Do(Enrol("e-4", "other", {Phone("138"), Card("2")}));
  ASSERT_EQ(ReasonOf(again), "");
  EXPECT_EQ(again->member_id.value(), "alice");
  EXPECT_EQ(again->event_seq, 3);
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.members.size(), 1U);
  ExpectJournalHolds(history);
}

TEST(Enrolment, RefusesToJoinTwoMembers) {
  World world;
  const auto answers =
      world.DoAll({Enrol("e-1", "alice", {Phone("138")}), Enrol("e-2", "bob", {Card("1")}),
                   Enrol("e-3", "x", {Phone("138"), Card("1")})});
  EXPECT_EQ(ReasonOf(answers[2]), "IDENTITY_CONFLICT");
  EXPECT_EQ(ReasonOf(world.Do(Enrol("e-4", "x", {Phone("138"), Card("1")}))), "IDENTITY_CONFLICT");
  EXPECT_EQ(ReadHistory(world.store).receipts.size(), 3U) << "with the publication's";
}

TEST(Enrolment, WhoWasLinkedIsKnownToTheNextCommand) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 10))), "");
  // Spending needs alice's lots, loaded before her card is linked to her.
  const auto answers = world.DoAll(
      {Redeem("r-2", Card("1"), 4), Enrol("e-2", "x", {Phone("138"), Card("1")}),
       Redeem("r-3", Card("1"), 4), Enrol("e-3", "bob", {Card("2")}), Earn("r-4", Card("2"), 5)});
  EXPECT_EQ(ReasonOf(answers[0]), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(answers[2]), "");
  EXPECT_EQ(ReasonOf(answers[4]), "");
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.Member("alice").available.value, 6);
  EXPECT_EQ(history.Member("bob").available.value, 5);
}

TEST(Enrolment, MeetsAnotherServersEnrolmentAtItsInsert) {
  World world;
  world.Start({Enrol("e-1", "alice", {Phone("138")})});
  world.StepTo("write");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Enrol("e-2", "bob", {Phone("138")}))), "");
  world.Run();
  const auto& answer = world.answers["e-1"].front();
  ASSERT_EQ(ReasonOf(answer), "");
  EXPECT_FALSE(answer->created);
  EXPECT_EQ(answer->member_id.value(), "bob");
  ASSERT_EQ(world.observer.retries().size(), 1U);
  EXPECT_EQ(world.observer.retries().front().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadHistory(world.store).members.size(), 1U);
}

TEST(Enrolment, AnIdentityThatChangesHandsBeforeTheLockIsResolvedAgain) {
  World world;
  world.Start({Earn("r-1", Phone("138"), 5)});
  world.StepTo("lock_members");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Enrol("e-1", "alice", {Phone("138")}))), "");
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["r-1"].front()), "");
  ASSERT_EQ(world.observer.retries().size(), 1U);
  EXPECT_EQ(world.observer.retries().front().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReadHistory(world.store).Member("alice").available.value, 5);
}

TEST(Enrolment, NobodyIsNotFound) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("nobody"), 1))), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-2", Phone("139"), 1))), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(world.Do(Ask("r-3", Id("nobody"), ledger::FreezeMember{}))),
            "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(world.Do(Ask("r-4", Id("nobody"), ledger::UnfreezeMember{}))),
            "MEMBER_NOT_FOUND");
}

// ---- the same request on two servers ----

TEST(Servers, ARequestMadeTwiceHappensOnce) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  world.Start({Earn("r-1", Id("alice"), 5)});
  world.StepTo("lock_members");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Earn("r-1", Id("alice"), 5))), "");
  world.Run();
  ASSERT_EQ(ReasonOf(world.answers["r-1"].front()), "");
  EXPECT_TRUE(world.answers["r-1"].front()->replayed);
  EXPECT_EQ(ReadHistory(world.store).Member("alice").available.value, 5);
}

TEST(Servers, ARequestIdOfTwoMembersHappensOnce) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-2", "bob", {Phone("139")}))), "");
  world.Start({Earn("r-1", Id("alice"), 5)});
  world.StepTo("write");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Earn("r-1", Id("bob"), 5))), "");
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["r-1"].front()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReadHistory(world.store).entries.size(), 1U);
}

// ---- programmes ----

TEST(Programs, ThatAreNotThereAreNotFound) {
  World world;
  Command command = Earn("r-1", Id("alice"), 5);
  command.program_id = base::ProgramId("another");
  EXPECT_EQ(ReasonOf(world.Do(command)), "PROGRAM_NOT_FOUND");
  command = Enrol("e-1", "alice", {Phone("138")});
  command.program_id = base::ProgramId("another");
  EXPECT_EQ(ReasonOf(world.Do(command)), "PROGRAM_NOT_FOUND");
}

TEST(Programs, AreInForceByBusinessTime) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  world.store.SetClock(testing::kStart + absl::Hours(2));
  ASSERT_EQ(ReasonOf(world.Do(Publish("p-2", "CNY pending"))), "");
  const auto earn_at = [&](const char* request_id, absl::Duration since_start) {
    Command command = Earn(request_id, Id("alice"), 5);
    command.posting.effective_at = testing::kStart + since_start;
    return world.Do(command);
  };
  EXPECT_EQ(ReasonOf(earn_at("r-0", absl::Microseconds(-1))), "PROGRAM_NOT_EFFECTIVE");
  EXPECT_EQ(earn_at("r-1", absl::ZeroDuration())->entries.front().program_version, 1);
  EXPECT_EQ(earn_at("r-2", absl::Hours(2) - absl::Microseconds(1))->entries.front().program_version,
            1);
  EXPECT_EQ(earn_at("r-3", absl::Hours(2))->entries.front().program_version, 2);
  // A till whose clock is ahead: version 3 is not in force yet.
  Command publish = Publish("p-3");
  std::get<ledger::PublishProgram>(std::get<ledger::Operation>(publish.operation)).effective_from =
      testing::kStart + absl::Hours(2) + absl::Minutes(1);
  ASSERT_EQ(ReasonOf(world.Do(publish)), "");
  EXPECT_EQ(earn_at("r-4", absl::Hours(2) + absl::Minutes(2))->entries.front().program_version, 2);
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.Member("alice").available.value, 10);
  EXPECT_EQ(history.Member("alice").pending.value, 10);
}

TEST(Programs, OfAnotherServerAreReadWhenTheyAreNeeded) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Publish("p-2", "CNY pending"))), "");
  EXPECT_EQ(world.Do(Earn("r-1", Id("alice"), 5))->entries.front().program_version, 2);
  EXPECT_EQ(ReasonOf(world.Do(Publish("p-3", "USD"))), "PROGRAM_CHANGE_REFUSED")
      << "the currency stays";
  ASSERT_EQ(ReasonOf(Elsewhere(world, Publish("p-3"))), "");
  EXPECT_EQ(world.Do(Publish("p-4"))->program_version.version, 4);
}

TEST(Programs, ThatCannotBeReadStopTheirCommandsOnly) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("e-1", "alice", {Phone("138")}))), "");
  ASSERT_EQ(ReasonOf(Elsewhere(world, Publish("p-2", "CNY broken"))), "");
  Command publish = Publish("first", "EUR");
  publish.program_id = base::ProgramId("another");
  std::get<ledger::PublishProgram>(std::get<ledger::Operation>(publish.operation))
      .program.program_id = publish.program_id;
  Command enrol = Enrol("e-2", "bob", {Phone("139")});
  enrol.program_id = publish.program_id;
  const auto answers = world.DoAll({publish, Earn("r-1", Id("alice"), 5), enrol});
  EXPECT_EQ(ReasonOf(answers[0]), "");
  EXPECT_EQ(ReasonOf(answers[1]), "STORED_DATA_BROKEN");
  EXPECT_EQ(ReasonOf(answers[2]), "");
}

}  // namespace
}  // namespace fairpoint::engine
