// The pool that reads: when it is full, and when there is no database.
#include "engine/read_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

#include "base/error.h"
#include "engine/testing/fake_store.h"

namespace fairpoint::engine {
namespace {

class Troubles final : public Observer {
 public:
  void OnStage(std::string_view, absl::Duration) override {}
  void OnGroup(size_t) override {}
  void OnRetry(const absl::Status&) override {}
  void OnRefusal(const absl::Status&) override {}
  void OnTrouble(const absl::Status& what) override { told.push_back(what); }

  std::vector<absl::Status> told;
};

TEST(ReadPool, WhenFullRefusesAtOnce) {
  FakeStore store;
  Troubles troubles;
  ReadPool pool(store, troubles, {.threads = 1, .queue_max = 2});
  std::latch begun(1);
  std::latch go_on(1);
  std::latch done(3);
  pool.Submit([&](const absl::Status& status, ReadSession*) {
    EXPECT_TRUE(status.ok()) << status;
    begun.count_down();
    go_on.wait();
    done.count_down();
  });
  begun.wait();
  for (int i = 0; i < 2; ++i) {
    pool.Submit([&](const absl::Status& status, ReadSession*) {
      EXPECT_TRUE(status.ok()) << status;
      done.count_down();
    });
  }
  absl::Status refused;
  pool.Submit([&](absl::Status status, ReadSession* session) {
    EXPECT_EQ(session, nullptr);
    refused = std::move(status);
  });
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_EQ(base::ReasonOf(refused), "READS_FULL");
  EXPECT_TRUE(base::DetailOf(refused)->retry_after_ms);
  go_on.count_down();
  done.wait();
}

TEST(ReadPool, SaysWhyThereIsNoDatabase) {
  FakeStore store;
  store.SetDown(true);
  Troubles troubles;
  ReadPool pool(store, troubles, {.threads = 1});
  std::latch done(1);
  pool.Submit([&](const absl::Status& status, ReadSession*) {
    EXPECT_EQ(base::ReasonOf(status), "DATABASE_UNAVAILABLE");
    done.count_down();
  });
  done.wait();
  ASSERT_EQ(troubles.told.size(), 1U);
  EXPECT_EQ(base::ReasonOf(troubles.told[0]), "UNAVAILABLE") << "the store's own words";
  pool.Stop();
  pool.Submit([&](const absl::Status& status, ReadSession*) {
    EXPECT_EQ(base::ReasonOf(status), "STOPPING");
  });
}

}  // namespace
}  // namespace fairpoint::engine
