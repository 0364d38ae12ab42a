// What a group does when the store fails it: at any stage, for a while, for one command, or without
// saying whether it committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Earn;
using ::testing::ElementsAre;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using ::testing::IsEmpty;
using testing::Phone;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::World;

struct GroupFaultsTest : ::testing::Test {
  GroupFaultsTest() {
    for (const char* name : {"alice", "bob", "carol"}) {
      EXPECT_EQ(ReasonOf(world.Do(Enrol(std::string("enrol-") + name, name, {Phone(name)}))), "");
    }
  }
  int64_t Balance(const char* name) {
    return ReadHistory(world.store).Member(name).available.value;
  }
  std::vector<std::string> ReasonsOf(std::vector<Command> commands) {
    std::vector<std::string> reasons;
    for (const auto& answer : world.DoAll(std::move(commands))) reasons.push_back(ReasonOf(answer));
    return reasons;
  }
  World world;
};

// ---- once ----

struct Spot {
  const char* stage;
  FakeCall call;
};
constexpr Spot kSpots[] = {
    {"begin", FakeCall::kOpenSession}, {"begin", FakeCall::kLeaseLane},
    {"begin", FakeCall::kBegin},       {"begin", FakeCall::kRead},
    {"lock_members", FakeCall::kLock}, {"lock_programs", FakeCall::kLock},
    {"lock_lane", FakeCall::kLock},    {"load", FakeCall::kRead},
    {"write", FakeCall::kWrite},       {"commit", FakeCall::kCommit},
};

TEST_F(GroupFaultsTest, BeginsAgainAfterAnErrorAtAnyStage) {
  int64_t expected = 0;
  for (const Spot& spot : kSpots) {
    for (const FakeFault fault :
         {FakeFault::kDeadlock, FakeFault::kLockTimeout, FakeFault::kSessionLost}) {
      SCOPED_TRACE(::testing::Message() << spot.stage << " call " << static_cast<int>(spot.call)
                                        << " fault " << static_cast<int>(fault));
      // A fresh group opens a session and leases a lane.
      world.Restart();
      const size_t retries = world.observer.retries().size();
      const int pauses = world.pauses;
      world.Strike(spot.stage, fault, spot.call);
      const std::string request_id = "request-" + std::to_string(++expected);
      const auto answer = world.Do(Earn(request_id, Phone("alice"), 1));
      ASSERT_EQ(ReasonOf(answer), "");
      EXPECT_FALSE(answer->replayed);
      EXPECT_EQ(world.strikes_left(), 0U);
      ASSERT_EQ(world.observer.retries().size(), retries + 1);
      const bool unreachable =
          fault == FakeFault::kSessionLost || spot.call == FakeCall::kOpenSession;
      EXPECT_EQ(world.observer.retries().back().code(),
                unreachable ? absl::StatusCode::kUnavailable : absl::StatusCode::kAborted);
      EXPECT_EQ(world.pauses, pauses + (unreachable ? 1 : 0));
      EXPECT_EQ(Balance("alice"), expected);
    }
  }
  EXPECT_THAT(world.observer.troubles(), IsEmpty());
  ExpectJournalHolds(ReadHistory(world.store));
}

TEST_F(GroupFaultsTest, EveryReadOfTheLoadMayFail) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    int reads = 0;
    world.store.SetFaults([&](FakeCall call, const WriteSet*) {
      const bool strikes = call == FakeCall::kRead &&
                           std::string(world.group().StageName()) == "load" && ++reads == n;
      return strikes ? FakeFault::kLockTimeout : FakeFault::kNone;
    });
    const size_t retries = world.observer.retries().size();
    const std::string id = std::to_string(n);
    EXPECT_THAT(ReasonsOf({Earn("earn-" + id, Phone("alice"), 5),
                           testing::Redeem("redeem-" + id, Id("bob"), 1),
                           testing::Ask("capture-" + id, Id("bob"), ledger::CaptureHold{9, {}}),
                           testing::Ask("undo-" + id, Id("alice"), ledger::ReverseEntry{1, {}}),
                           Enrol("link-" + id, "x", {Phone("bob"), Phone("bob-" + id)}),
                           Earn("earn-" + std::to_string(n - 1), Phone("alice"), 5)}),
                ElementsAre("", "PHONE_MAY_NOT_SPEND", "HOLD_NOT_FOUND",
                            n == 1 ? "" : "ALREADY_REVERSED", "", ""));
    EXPECT_EQ(Balance("alice"), ReadHistory(world.store).Member("alice").lifetime_earned.value);
    if (world.observer.retries().size() == retries) {  // there is no n-th read
      EXPECT_GE(n, 11) << "this is to have reads of all kinds";
      break;
    }
  }
  ExpectJournalHolds(ReadHistory(world.store));
}

// ---- again and again ----

TEST_F(GroupFaultsTest, ContentionIsToldAfterSixAttempts) {
  for (int i = 0; i < 5; ++i) world.Strike("write", FakeFault::kDeadlock);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 1))), "") << "the sixth succeeds";
  EXPECT_EQ(world.pauses, 3) << "the first two attempts are repeated at once";
  for (int i = 0; i < 6; ++i) world.Strike("lock_programs", FakeFault::kLockTimeout);
  const auto answer = world.Do(Earn("r-2", Id("alice"), 1));
  EXPECT_EQ(ReasonOf(answer), "CONTENTION");
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(world.strikes_left(), 0U);
  EXPECT_EQ(Balance("alice"), 1);
}

TEST_F(GroupFaultsTest, ALongWaitDelaysOnlyThoseOfTheSameMember) {
  int waits = 0;  // the group's, then alice's own
  world.store.SetFaults([&](FakeCall call, const WriteSet*) {
    if (call != FakeCall::kLock || std::string(world.group().StageName()) != "lock_members" ||
        ++waits > 2) {
      return FakeFault::kNone;
    }
    world.now += absl::Seconds(2);
    return FakeFault::kLockTimeout;
  });
  world.Start(
      {Earn("r-1", Id("alice"), 1), Earn("r-2", Id("bob"), 1), Earn("r-3", Id("alice"), 1)});
  while (!world.answers.contains("r-2")) world.Step();
  EXPECT_FALSE(world.answers.contains("r-1"));
  ASSERT_TRUE(world.group().between_batches());
  world.Start({Earn("r-4", Id("alice"), 1), Earn("r-5", Id("carol"), 1)});
  while (!world.answers.contains("r-5")) world.Step();
  EXPECT_FALSE(world.answers.contains("r-1"));
  world.Run();
  std::vector<std::string> of_alice;
  for (const ledger::Entry& entry : ReadHistory(world.store).entries) {
    if (entry.member_id == base::MemberId("alice")) of_alice.push_back(entry.request_id.value());
  }
  EXPECT_THAT(of_alice, ElementsAre("r-1", "r-3", "r-4"));
}

TEST_F(GroupFaultsTest, ADatabaseThatEndsItsSessionsIsToldAfterSixAttempts) {
  for (int i = 0; i < 6; ++i) world.Strike("lock_members", FakeFault::kSessionLost);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 1))), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(world.pauses, 5);
  EXPECT_EQ(world.observer.troubles().size(), 1U);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-2", Id("alice"), 1))), "");
}

TEST_F(GroupFaultsTest, APoisonedCommandIsAlone) {
  const struct {
    FakeFault fault;
    const char* reason;
    absl::StatusCode code;
    size_t retries;
  } cases[] = {
      {FakeFault::kFull, "STORE_FULL", absl::StatusCode::kResourceExhausted, 2},
      {FakeFault::kRefused, "STORE_REFUSES_WRITES", absl::StatusCode::kUnavailable, 2},
      {FakeFault::kDeadlock, "CONTENTION", absl::StatusCode::kUnavailable, 12},
      {FakeFault::kSessionLost, "DATABASE_UNAVAILABLE", absl::StatusCode::kUnavailable, 12},
  };
  int64_t expected = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    const size_t retries = world.observer.retries().size();
    const size_t groups = world.observer.groups().size();
    const std::string id = std::to_string(++expected);
    world.Poison("poison-" + id, c.fault);
    const auto answers =
        world.DoAll({Earn("before-" + id, Id("alice"), 1), Earn("poison-" + id, Id("bob"), 1),
                     Earn("after-" + id, Id("carol"), 1)});
    EXPECT_EQ(ReasonOf(answers[0]), "");
    EXPECT_EQ(ReasonOf(answers[1]), c.reason);
    EXPECT_EQ(answers[1].status().code(), c.code);
    EXPECT_EQ(ReasonOf(answers[2]), "");
    EXPECT_EQ(world.observer.retries().size(), retries + c.retries);
    EXPECT_EQ(world.observer.groups().size(), groups + 2) << "one by one";
    EXPECT_EQ(Balance("alice"), expected);
    EXPECT_EQ(Balance("bob"), 0);
    EXPECT_EQ(Balance("carol"), expected);
  }
  ExpectJournalHolds(ReadHistory(world.store));
}

TEST_F(GroupFaultsTest, SplitCommandsKeepTheirOrder) {
  world.Strike("write", FakeFault::kFull);
  EXPECT_THAT(ReasonsOf({testing::Publish("p-2"), Earn("r-1", Id("alice"), 1),
                         testing::Ask("r-2", Id("alice"), ledger::FreezeMember{}),
                         testing::Ask("r-3", Id("alice"), ledger::UnfreezeMember{}),
                         Earn("r-4", Id("alice"), 1), testing::Publish("p-3")}),
              ElementsAre("STORE_FULL", "", "", "", "", ""));
  world.Strike("write", FakeFault::kFull);
  EXPECT_THAT(ReasonsOf({testing::Ask("r-5", Id("alice"), ledger::FreezeMember{}),
                         Earn("r-6", Id("alice"), 1),
                         testing::Ask("r-7", Id("alice"), ledger::UnfreezeMember{}),
                         Earn("r-8", Id("alice"), 1)}),
              ElementsAre("", "MEMBER_NOT_ACTIVE", "", ""));
}

// ---- a lane's row that was altered ----

TEST_F(GroupFaultsTest, ALaneWhoseHeadWasSetBackIsLeftForAnother) {
  const int64_t broken = ReadHistory(world.store).journal.back().lane;
  const auto set_back = [&] {
    const auto session = std::move(world.store.OpenWriteSession()).value();
    LaneLock lock;
    ASSERT_TRUE(session->Begin().ok());
    ASSERT_TRUE(session->LockLane(broken, lock).ok());
    WriteSet changes;
    changes.lane = lock.lane;
    changes.lane->lane_seq = 1;
    ASSERT_TRUE(session->Write(changes).ok());
    ASSERT_TRUE(session->Commit().ok());
  };
  set_back();
  std::vector<std::string> violations;
  world.store.OnViolation([&](const std::string& what) { violations.push_back(what); });
  EXPECT_THAT(ReasonsOf({Earn("r-1", Id("alice"), 1), Earn("r-2", Id("bob"), 1)}),
              ElementsAre("", ""));
  EXPECT_EQ(violations.size(), 1U) << "one attempt, rolled back";
  ASSERT_EQ(world.observer.troubles().size(), 1U);
  EXPECT_EQ(world.observer.troubles().front().message(),
            "journal lane " + std::to_string(broken) + " was set back");
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-3", Id("alice"), 1))), "");
  EXPECT_EQ(world.observer.troubles().size(), 1U);
  EXPECT_EQ(Balance("alice"), 2);
  History history = ReadHistory(world.store);
  EXPECT_NE(history.entries.back().lane, broken);
  std::erase_if(history.lanes, [&](const JournalLane& lane) { return lane.lane == broken; });
  ExpectJournalHolds(history);
}

// As long as that is all there is, the callers are told.
TEST_F(GroupFaultsTest, WhenEveryLaneIsBrokenTheStoreIs) {
  world.Restart({.owner = "worker", .lease_seconds = 0});
  const auto session = std::move(world.store.OpenWriteSession()).value();
  for (int64_t lane = 1; lane <= 8; ++lane) {
    WriteSet changes;
    LaneLock lock;
    ASSERT_TRUE(session->Begin().ok());
    if (session->LockLane(lane, lock).ok()) {
      changes.lane = lock.lane;
      changes.lane->lane_seq = 0;
      changes.lane->lease_until = base::Instant{0};
      ASSERT_TRUE(session->Write(changes).ok());
    }
    ASSERT_TRUE(session->Commit().ok());
  }
  world.store.OnViolation([](const std::string&) {});
  const auto answer = world.Do(Earn("r-1", Id("alice"), 1));
  EXPECT_EQ(ReasonOf(answer), "STORED_DATA_BROKEN");
  EXPECT_EQ(Balance("alice"), 0);
}

// ---- out of reach ----

TEST_F(GroupFaultsTest, GivesUpOnADatabaseOutOfReach) {
  world.Restart({.owner = "worker", .give_up_after = absl::Seconds(1)});
  world.store.SetDown(true);
  const absl::Time began = world.now;
  EXPECT_THAT(ReasonsOf({Earn("r-1", Id("alice"), 1), testing::Publish("p-2")}),
              ElementsAre("DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"));
  EXPECT_EQ(world.now - began, absl::Seconds(1)) << "the second waits no more";
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-2", Id("alice"), 1))), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(world.now - began, absl::Seconds(1)) << "nor does the next";
  EXPECT_EQ(world.observer.troubles().size(), 3U);
  world.store.SetDown(false);
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-1", Id("alice"), 1))), "");
  EXPECT_EQ(Balance("alice"), 1);
  // A new outage is waited for anew.
  world.store.SetDown(true);
  const absl::Time again = world.now;
  EXPECT_EQ(ReasonOf(world.Do(Earn("r-3", Id("alice"), 1))), "DATABASE_UNAVAILABLE");
  EXPECT_GE(world.now - again, absl::Seconds(1));
}

TEST_F(GroupFaultsTest, AnOutageThatEndsIsSatOut) {
  world.Start({Earn("r-1", Id("alice"), 1)});
  world.StepTo("write");
  world.store.SetDown(true);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.Step(), Group::Step::kPause);
  world.store.SetDown(false);
  world.Run();
  EXPECT_EQ(ReasonOf(world.answers["r-1"].front()), "");
  EXPECT_EQ(Balance("alice"), 1);
}

}  // namespace
}  // namespace fairpoint::engine
