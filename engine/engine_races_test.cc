// The engine with its threads against callers that race and a store that fails.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>

#include "engine/testing/engine_world.h"

namespace fairpoint::engine {
namespace {

using testing::Card;
using testing::Earn;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::MemberNo;
using testing::Phone;
using testing::ReadHistory;
using testing::ReasonOf;
using EngineRacesTest = testing::EngineTest;

TEST_F(EngineRacesTest, ConcurrentRetriesOfARequestGiveOnePosting) {
  constexpr int kRequests = 30;
  constexpr int kCallers = 4;
  options.group_max = 4;
  const auto engine = Make();
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kRequests; ++i) {
        const int64_t member = i % kMembers;
        // By id and by phone the same member may meet both workers at once.
        const std::string id = std::to_string(i);
        Submit(*engine, Earn("by-id-" + id, Id(MemberNo(member)), 1));
        Submit(*engine, Earn("by-phone-" + id, Phone(MemberNo(member)), 1));
        Submit(*engine, Enrol("new-" + id, absl::StrCat("new-", i, "-", caller), {Card(id)}));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  engine->Stop();
  EXPECT_EQ(answers.told().size(), 3U * kRequests);
  for (const auto& [request_id, told] : answers.told()) {
    SCOPED_TRACE(request_id);
    ASSERT_EQ(told.size(), static_cast<size_t>(kCallers));
    int first = 0;
    for (const auto& answer : told) {
      ASSERT_EQ(ReasonOf(answer), "");
      first += answer->replayed ? 0 : 1;
      EXPECT_EQ(answer->member_id, told.front()->member_id);
      EXPECT_EQ(answer->entries.size(), told.front()->entries.size());
    }
    EXPECT_EQ(first, 1);
  }
  const History history = ReadHistory(world.store);
  EXPECT_EQ(history.entries.size(), 2U * kRequests);
  EXPECT_EQ(history.members.size(), static_cast<size_t>(kMembers + kRequests));
  ExpectJournalHolds(history);
}

TEST_F(EngineRacesTest, EveryAcceptedCommandIsAnsweredOnceWhateverTheStoreDoes) {
  constexpr int kCommands = 600;
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  world.store.SetFaults([&random](FakeCall call, const WriteSet*) {
    const auto roll = random() % 1000;
    if (call == FakeCall::kCommit && roll < 20) return FakeFault::kReplyLost;
    if (call == FakeCall::kCommit && roll < 40) return FakeFault::kCommitLost;
    if (call == FakeCall::kWrite && roll < 30) return FakeFault::kFull;
    if (call != FakeCall::kOpenSession && roll < 20) return FakeFault::kDeadlock;
    return roll < 25 ? FakeFault::kSessionLost : FakeFault::kNone;
  });
  options.group_max = 10;
  const auto engine = Make();
  for (int i = 0; i < kCommands; ++i)
    Submit(*engine, Earn("r-" + std::to_string(i), Id(MemberNo(i % kMembers)), 1));
  engine->Stop();
  world.store.SetFaults(nullptr);
  EXPECT_EQ(answers.told().size(), static_cast<size_t>(kCommands));
  const History history = ReadHistory(world.store);
  std::set<std::string> booked;
  for (const ledger::Entry& entry : history.entries)
    EXPECT_TRUE(booked.insert(entry.request_id.value()).second) << "booked twice";
  for (const auto& [request_id, told] : answers.told()) {
    SCOPED_TRACE(request_id);
    ASSERT_EQ(told.size(), 1U);
    const std::string reason = ReasonOf(told.front());
    if (reason.empty()) {
      EXPECT_TRUE(booked.contains(request_id));
    } else if (reason != "DATABASE_UNAVAILABLE") {
      EXPECT_FALSE(booked.contains(request_id)) << reason;
    }
  }
  ExpectJournalHolds(history);
}

}  // namespace
}  // namespace fairpoint::engine
