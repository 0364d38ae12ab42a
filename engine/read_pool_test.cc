#include "engine/read_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <thread>

#include "base/error.h"
#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::World;

SilentObserver silent;

size_t CountMembers(ReadSession& session) {
  std::vector<ledger::Member> members;
  EXPECT_TRUE(session.ScanMembers({}, 100, members).ok());
  return members.size();
}

// Submits, and waits for the read to be over. Returns the reason of a refusal. (A status that two
// threads share looks like a race to ThreadSanitizer: abseil is not built with it.)
std::string ReadAndWait(ReadPool& pool, const std::function<void(ReadSession&)>& body) {
  const auto told = std::make_shared<std::promise<std::string>>();
  pool.Submit([&body, told](const absl::Status& status, ReadSession* session) {
    EXPECT_EQ(session != nullptr, status.ok());
    if (session != nullptr) body(*session);
    told->set_value(status.ok() ? "" : base::ReasonOf(status));
  });
  return told->get_future().get();
}

TEST(ReadPool, ReadsOneInstantOnAThreadOfItsOwn) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1});
  const std::string refusal = ReadAndWait(pool, [&](ReadSession& session) {
    EXPECT_EQ(CountMembers(session), 0U);
    EXPECT_TRUE(world.Do(testing::Enrol("e-1", "alice", {testing::Card("1")})).ok());
    EXPECT_EQ(CountMembers(session), 0U) << "what is committed meanwhile is not seen";
  });
  EXPECT_EQ(refusal, "");
  size_t members = 0;
  std::thread::id thread;
  ReadAndWait(pool, [&](ReadSession& session) {
    members = CountMembers(session);
    thread = std::this_thread::get_id();
  });
  EXPECT_EQ(members, 1U) << "the next read begins a snapshot of its own";
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(ReadPool, ReadsOnAllItsThreadsAtOnce) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 3});
  std::latch together(3);
  for (int i = 0; i < 3; ++i) {
    pool.Submit([&](const absl::Status& status, ReadSession*) {
      EXPECT_TRUE(status.ok());
      together.arrive_and_wait();
    });
  }
  together.wait();
  pool.Stop();
}

TEST(ReadPool, ADeadSessionIsReplacedUnnoticed) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1});
  const auto nothing = [](ReadSession& session) { CountMembers(session); };
  EXPECT_EQ(ReadAndWait(pool, nothing), "");
  world.store.SetDown(true);
  world.store.SetDown(false);
  EXPECT_EQ(ReadAndWait(pool, nothing), "");
}

TEST(ReadPool, TellsThatTheDatabaseIsOutOfReachWhileItIs) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1});
  const auto nothing = [](ReadSession& session) { CountMembers(session); };
  EXPECT_EQ(ReadAndWait(pool, nothing), "");
  world.store.SetDown(true);
  EXPECT_EQ(ReadAndWait(pool, nothing), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(ReadAndWait(pool, nothing), "DATABASE_UNAVAILABLE");
  world.store.SetDown(false);
  EXPECT_EQ(ReadAndWait(pool, nothing), "");
}

TEST(ReadPool, RefusesAtOnceWhatIsTooMuch) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1, .queue_max = 2});
  std::latch begun(1);
  std::latch gate(1);
  pool.Submit([&](const absl::Status&, ReadSession*) {
    begun.count_down();
    gate.wait();
  });
  begun.wait();
  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  const auto submit = [&] {
    pool.Submit(
        [&, caller = std::this_thread::get_id()](const absl::Status& status, ReadSession* session) {
          if (status.ok()) {
            ++accepted;
            return;
          }
          EXPECT_EQ(session, nullptr);
          EXPECT_EQ(base::ReasonOf(status), "READS_FULL");
          EXPECT_TRUE(base::DetailOf(status)->retry_after_ms.has_value());
          EXPECT_EQ(std::this_thread::get_id(), caller) << "told at once";
          ++refused;
        });
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int n = 0; n < 25; ++n) submit();
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 98);
  EXPECT_EQ(accepted, 0) << "the only thread is busy";
  gate.count_down();
  pool.Stop();
  EXPECT_EQ(accepted, 2);
}

TEST(ReadPool, StopFinishesWhatWasAcceptedAndRefusesTheRest) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1, .queue_max = 1'000'000});
  std::latch gate(1);
  std::atomic<int> read = 0;
  int submitted = 0;
  pool.Submit([&](const absl::Status&, ReadSession*) { gate.wait(); });
  std::thread stopper([&] { pool.Stop(); });
  absl::Status refusal;
  while (refusal.ok()) {
    ++submitted;
    pool.Submit([&](const absl::Status& status, ReadSession* session) {
      if (session != nullptr) {
        ++read;
      } else {
        refusal = status;  // on the calling thread
      }
    });
  }
  EXPECT_EQ(base::ReasonOf(refusal), "STOPPING");
  gate.count_down();
  stopper.join();
  EXPECT_EQ(read, submitted - 1);
  pool.Stop();
  absl::Status after;
  pool.Submit([&](const absl::Status& status, ReadSession*) { after = status; });
  EXPECT_EQ(base::ReasonOf(after), "STOPPING");
}

TEST(ReadPool, ItsEndIsAStop) {
  World world;
  std::atomic<int> read = 0;
  {
    ReadPool pool(world.store, silent, {.threads = 2});
    for (int i = 0; i < 100; ++i)
      pool.Submit([&](const absl::Status& status, ReadSession*) { read += status.ok() ? 1 : 0; });
  }
  EXPECT_EQ(read, 100);
}

TEST(ReadPool, RefusesAtOnceWhileTheDatabaseIsKnownToBeAway) {
  World world;
  ReadPool pool(world.store, silent, {.threads = 1});
  const auto nothing = [](ReadSession& session) { CountMembers(session); };
  std::latch begun(1);
  std::latch go_on(1);
  pool.Submit([&](const absl::Status&, ReadSession*) {
    begun.count_down();
    go_on.wait();
  });
  begun.wait();
  std::string waiting = "not told";
  pool.Submit([&](const absl::Status& status, ReadSession*) { waiting = base::ReasonOf(status); });
  pool.SetReachable(false);
  EXPECT_EQ(waiting, "DATABASE_UNAVAILABLE") << "also who waited before, though one thread hangs";
  std::string later = "not told";
  pool.Submit([&](const absl::Status& status, ReadSession*) { later = base::ReasonOf(status); });
  EXPECT_EQ(later, "DATABASE_UNAVAILABLE");
  go_on.count_down();
  pool.SetReachable(true);
  EXPECT_EQ(ReadAndWait(pool, nothing), "");
}

}  // namespace
}  // namespace fairpoint::engine
