// The engine with its threads, on a fake store.
#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "base/error.h"
#include "engine/testing/engine_world.h"

namespace fairpoint::engine {
namespace {

using testing::Earn;
using ::testing::ElementsAre;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::Phone;
using testing::ReadHistory;
using testing::ReasonOf;

using EngineTest = testing::EngineTest;
using testing::MemberNo;

// Holds a worker inside a completion until it is opened.
class Gate {
 public:
  explicit Gate(Engine& engine) {
    engine.Submit(Earn("gate", Id(MemberNo(0)), 1), [this](const absl::StatusOr<Answer>& answer) {
      EXPECT_TRUE(answer.ok());
      reached_.count_down();
      opened_.wait();
    });
    reached_.wait();
  }
  void Open() { opened_.count_down(); }

 private:
  std::latch reached_{1};
  std::latch opened_{1};
};

TEST_F(EngineTest, AnswersACommand) {
  const auto engine = Make();
  Submit(*engine, Earn("r-1", Phone(MemberNo(3)), 5));
  answers.WaitFor(1);
  EXPECT_EQ(engine->QueueDepth(), 0U);
  engine->Stop();
  EXPECT_EQ(ReasonOf(answers.told().at("r-1").front()), "");
  EXPECT_THAT(observer.stages(),
              ElementsAre("begin", "lock_members", "lock_orders", "lock_programs", "lock_prices",
                          "lock_lane", "load", "plan", "write", "commit", "deliver"));
  EXPECT_EQ(ReadHistory(world.store).Member(MemberNo(3)).available.value, 5);
}

TEST_F(EngineTest, RefusesAtOnceWhileTheDatabaseIsKnownToBeAway) {
  const auto engine = Make();
  engine->SetReachable(false);
  Submit(*engine, Earn("r-1", Phone(MemberNo(3)), 5));
  EXPECT_EQ(ReasonOf(answers.told().at("r-1").front()), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(engine->QueueDepth(), 0U);
  engine->SetReachable(true);
  Submit(*engine, Earn("r-2", Phone(MemberNo(3)), 5));
  answers.WaitFor(2);
  EXPECT_EQ(ReasonOf(answers.told().at("r-2").front()), "");
  engine->Stop();
}

TEST_F(EngineTest, RefusesAtOnceWhatIsTooMuch) {
  options.workers = 1;
  options.queue_max = 3;
  const auto engine = Make();
  Gate gate(*engine);
  std::atomic<int> refused = 0;
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 50; ++i) {
        const std::string id = std::to_string(caller) + "-" + std::to_string(i);
        engine->Submit(Earn(id, Id(MemberNo(i % kMembers)), 1), [&](absl::StatusOr<Answer> answer) {
          if (answer.ok()) {
            ++answered;
            return;
          }
          EXPECT_EQ(ReasonOf(answer), "QUEUE_FULL");
          EXPECT_EQ(answer.status().code(), absl::StatusCode::kResourceExhausted);
          EXPECT_TRUE(base::DetailOf(answer.status())->retry_after_ms.has_value());
          ++refused;
        });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 197);
  EXPECT_EQ(answered, 0);
  EXPECT_EQ(engine->QueueDepth(), 3U);
  EXPECT_EQ(observer.refusals().size(), 197U);
  gate.Open();
  engine->Stop();
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(engine->QueueDepth(), 0U);
  EXPECT_EQ(ReadHistory(world.store).entries.size(), 4U);
}

TEST_F(EngineTest, WhatGathersIsOneGroup) {
  for (const size_t group_max : {400U, 2U}) {
    const size_t before = observer.groups().size();
    options.workers = 1;
    options.group_max = group_max;
    const auto engine = Make();
    Gate gate(*engine);
    for (int i = 0; i < 5; ++i)
      Submit(*engine, Earn(absl::StrCat("r-", i, "-", group_max), Id(MemberNo(i)), 1));
    gate.Open();
    engine->Stop();
    std::vector<size_t> groups = observer.groups();
    groups.erase(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(before));
    if (group_max == 400) {
      EXPECT_THAT(groups, ElementsAre(1U, 5U));
    } else {
      EXPECT_THAT(groups, ElementsAre(2U, 2U, 1U)) << "the gate is a replay by now";
    }
  }
}

TEST_F(EngineTest, AMembersCommandsKeepTheirOrderWhenAnotherWorkerComesIntoUse) {
  options.workers = 2;
  options.group_max = 20;
  const auto engine = Make();
  Gate gate(*engine);
  constexpr int kRounds = 8;
  // Behind the gate; as the queue passes one group the second worker comes into use.
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 1; i < kMembers; ++i)
      Submit(*engine, Earn(absl::StrCat("r-", i, "-", round), Id(MemberNo(i)), 1));
  }
  // By others: so many names, that one falls to it.
  for (int i = 0; i < 40; ++i)
    Submit(*engine, Earn(absl::StrCat("nobody-", i), Phone(absl::StrCat("nobody-", i)), 1));
  answers.WaitFor(1);
  gate.Open();
  engine->Stop();
  for (int i = 1; i < kMembers; ++i) {
    for (int round = 0; round < kRounds; ++round) {
      const auto& answer = answers.told().at(absl::StrCat("r-", i, "-", round)).front();
      ASSERT_EQ(ReasonOf(answer), "");
      EXPECT_EQ(answer->entries.front().seq, round + 1) << i;
    }
  }
}

TEST_F(EngineTest, StopFinishesWhatWasAcceptedAndRefusesTheRest) {
  options.queue_max = 1'000'000;
  const auto engine = Make();
  Gate gate(*engine);
  std::thread stopper([&] { engine->Stop(); });
  int submitted = 0;
  absl::Status refusal;
  std::atomic<int> answered = 0;
  const auto caller = std::this_thread::get_id();
  while (refusal.ok()) {
    const int i = submitted++;
    engine->Submit(Earn("r-" + std::to_string(i), Id(MemberNo(i % kMembers)), 1),
                   [&](absl::StatusOr<Answer> answer) {
                     if (std::this_thread::get_id() == caller) {
                       refusal = answer.status();
                     } else {
                       EXPECT_EQ(ReasonOf(answer), "");
                       ++answered;
                     }
                   });
  }
  EXPECT_EQ(base::ReasonOf(refusal), "STOPPING");
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  gate.Open();
  stopper.join();
  EXPECT_EQ(answered, submitted - 1);
  EXPECT_EQ(engine->QueueDepth(), 0U);
  engine->Stop();
  Submit(*engine, Earn("after", Id(MemberNo(0)), 1));
  EXPECT_EQ(ReasonOf(answers.told().at("after").front()), "STOPPING");
  EXPECT_EQ(engine->QueueDepth(), 0U);
  EXPECT_EQ(static_cast<int>(ReadHistory(world.store).entries.size()), submitted);
}

TEST_F(EngineTest, ItsEndIsAStop) {
  auto engine = Make();
  for (int i = 0; i < 100; ++i)
    Submit(*engine, Earn("r-" + std::to_string(i), Id(MemberNo(i % kMembers)), 1));
  engine.reset();
  EXPECT_EQ(answers.count(), 100U);
  for (const auto& [request_id, told] : answers.told()) EXPECT_EQ(ReasonOf(told.front()), "");
}

TEST_F(EngineTest, OneWorkerTakesWhatOneGroupCanCarry) {
  const auto engine = Make();
  Gate gate(*engine);
  for (int i = 0; i < 100; ++i)
    Submit(*engine, Earn("r-" + std::to_string(i), Id(MemberNo(i % kMembers)), 1));
  gate.Open();
  engine->Stop();
  EXPECT_THAT(observer.groups(), ElementsAre(1U, 100U));
  EXPECT_EQ(ReadHistory(world.store).lanes.size(), 2U) << "the first is the world's own";
}

TEST_F(EngineTest, BasketsGoToAllWorkersBeforeAGroupIsFull) {
  const auto engine = Make();
  Gate gate(*engine);
  for (int i = 0; i < 100; ++i) {
    Command commit = Earn("r-" + std::to_string(i), QuoteOwner{"Q" + std::to_string(i)}, 1);
    commit.operation = checkout::Operation(checkout::CommitBasket{
        .quote_id = "Q" + std::to_string(i), .order_id = "O" + std::to_string(i)});
    Submit(*engine, std::move(commit));
  }
  answers.WaitFor(1);  // by the worker that the gate does not hold
  gate.Open();
  engine->Stop();
  EXPECT_EQ(ReasonOf(answers.told().at("r-0").front()), "QUOTE_NOT_FOUND");
}

TEST_F(EngineTest, MoreGoesToAllWorkersEachWithItsLane) {
  options.group_max = 1;
  options.lease_seconds = 77;
  const auto engine = Make();
  Gate gate(*engine);
  // Half of them by chance: only those can be answered while the gate is closed.
  for (int i = 0; i < 200; ++i)
    Submit(*engine, Earn("r-" + std::to_string(i), Id("nobody-" + std::to_string(i)), 1));
  answers.WaitFor(1);
  gate.Open();
  engine->Stop();
  const History history = ReadHistory(world.store);
  ASSERT_EQ(history.lanes.size(), 3U) << "the first is the world's own";
  EXPECT_EQ((std::set<std::string>{history.lanes[1].owner, history.lanes[2].owner}),
            (std::set<std::string>{"server/0", "server/1"}));
  for (size_t i = 1; i < 3; ++i)
    EXPECT_EQ(history.lanes[i].lease_until, testing::kStart + absl::Seconds(77));
  ExpectJournalHolds(history);
}

TEST_F(EngineTest, AnUnreachableDatabaseIsToldAfterAWhile) {
  options.give_up_after = absl::Milliseconds(20);
  const auto engine = Make();
  world.store.SetDown(true);
  Submit(*engine, Earn("r-1", Id(MemberNo(0)), 1));
  answers.WaitFor(1);
  world.store.SetDown(false);
  Submit(*engine, Earn("r-2", Id(MemberNo(0)), 1));
  engine->Stop();
  EXPECT_EQ(ReasonOf(answers.told().at("r-1").front()), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(ReasonOf(answers.told().at("r-2").front()), "");
}

}  // namespace
}  // namespace fairpoint::engine
