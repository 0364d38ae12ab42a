// Lanes, keys, facts, and what a store says of itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "storage/open.h"
#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

class StoreConformance : public Conformance {
 protected:
  engine::LaneLock Lock(int64_t lane) {
    auto session = Writer();
    EXPECT_OK(session->Begin());
    engine::LaneLock lock;
    EXPECT_OK(session->LockLane(lane, lock));
    return lock;
  }
};

TEST_F(StoreConformance, LanesAreLeasedOnceAndTakenOverWhenTheLeaseEnds) {
  auto first = store_->LeaseLane("one", 3600);
  ASSERT_OK(first.status());
  EXPECT_EQ(*first, 1);
  auto second = store_->LeaseLane("two", 3600);
  ASSERT_OK(second.status());
  EXPECT_EQ(*second, 2);

  engine::LaneLock lock = Lock(1);
  EXPECT_EQ(lock.lane.owner, "one");
  EXPECT_EQ(lock.lane.lane_seq, 0);
  EXPECT_EQ(lock.lane.head_hash, base::kZeroHash);
  EXPECT_GT(lock.lane.lease_until, lock.now + absl::Seconds(3590));

  // The owner ends its lease; what the lane holds stays.
  engine::WriteSet changes;
  changes.lane = lock.lane;
  changes.lane->lane_seq = 41;
  changes.lane->head_hash.fill(7);
  changes.lane->lease_until = lock.now;
  ASSERT_OK(Commit(changes));
  auto third = store_->LeaseLane("three", 60);
  ASSERT_OK(third.status());
  EXPECT_EQ(*third, 1);
  lock = Lock(1);
  EXPECT_EQ(lock.lane.owner, "three");
  EXPECT_EQ(lock.lane.lane_seq, 41);
  EXPECT_EQ(lock.lane.head_hash, changes.lane->head_hash);
  EXPECT_LT(lock.lane.lease_until, lock.now + absl::Seconds(61));
}

TEST_F(StoreConformance, ServersThatLeaseAtOnceGetLanesOfTheirOwn) {
  constexpr int kServers = 6;
  absl::Mutex mutex;
  std::multiset<int64_t> lanes;
  std::vector<std::thread> servers;
  for (int i = 0; i < kServers; ++i) {
    servers.emplace_back([&, i] {
      auto store = OpenOne();
      auto lane = store->LeaseLane("server" + std::to_string(i), 60);
      EXPECT_OK(lane.status());
      const absl::MutexLock lock(&mutex);
      lanes.insert(lane.value_or(-1));
    });
  }
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(std::set<int64_t>(lanes.begin(), lanes.end()).size(), static_cast<size_t>(kServers));
}

// Each sees the same lane whose lease has ended; only one may have it.
TEST_F(StoreConformance, OneServerTakesOverALane) {
  constexpr int kServers = 6;
  constexpr int kRounds = 5;
  for (int round = 0; round < kRounds; ++round) {
    for (int64_t lane = 1; lane <= kServers; ++lane) {
      engine::WriteSet changes;
      changes.lane = engine::JournalLane{};
      changes.lane->lane = lane;
      ASSERT_OK(Commit(changes));
    }
    std::vector<std::unique_ptr<engine::Store>> stores;
    for (int i = 0; i < kServers; ++i) stores.push_back(OpenOne());
    absl::Notification start;
    absl::Mutex mutex;
    std::set<int64_t> lanes;
    std::vector<std::thread> servers;
    for (int i = 0; i < kServers; ++i) {
      servers.emplace_back([&, i] {
        start.WaitForNotification();
        auto lane = stores[static_cast<size_t>(i)]->LeaseLane("server" + std::to_string(i), 60);
        EXPECT_OK(lane.status());
        const absl::MutexLock lock(&mutex);
        lanes.insert(lane.value_or(-1));
      });
    }
    start.Notify();
    for (std::thread& server : servers) server.join();
    ASSERT_EQ(lanes.size(), static_cast<size_t>(kServers)) << "two servers have the same lane";
  }
}

TEST_F(StoreConformance, NoSuchLane) {
  auto session = Writer();
  ASSERT_OK(session->Begin());
  engine::LaneLock lock;
  EXPECT_EQ(session->LockLane(99, lock).code(), absl::StatusCode::kNotFound);
}

// A lane's clock is read after the wait for its row, or entries would be recorded before what they
// came after.
TEST_F(StoreConformance, TheClockIsReadAfterTheLock) {
  const int64_t lane = store_->LeaseLane("one", 3600).value_or(-1);
  auto first = Writer();
  ASSERT_OK(first->Begin());
  engine::LaneLock held;
  ASSERT_OK(first->LockLane(lane, held));
  engine::LaneLock waited;
  absl::Notification done;
  std::thread other([&] {
    auto second = Writer();
    EXPECT_OK(second->Begin());
    EXPECT_OK(second->LockLane(lane, waited));
    done.Notify();
  });
  EXPECT_FALSE(done.WaitForNotificationWithTimeout(absl::Milliseconds(300)));
  auto reader = Reader();
  auto before_commit = reader->Now();
  ASSERT_OK(before_commit.status());
  EXPECT_OK(first->Commit());
  other.join();
  EXPECT_GE(waited.now, *before_commit);
  EXPECT_GT(waited.now, held.now);
}

TEST_F(StoreConformance, NowIsNow) {
  const base::Instant before = base::FromAbsl(absl::Now());
  auto now = Reader()->Now();
  ASSERT_OK(now.status());
  // Both clocks are this machine's.
  EXPECT_GE(now->micros, before.micros - 1);
  EXPECT_LE(now->micros, base::FromAbsl(absl::Now()).micros + 1);
}

TEST_F(StoreConformance, ACertificateIsOneCallersUntilItIsRevoked) {
  engine::ApiKey first;
  first.key_id = "first";
  first.secret_sha256 = std::string(32, '\x03');
  first.is_certificate = true;
  first.role = "operator";
  engine::ApiKey second = first;
  second.key_id = "second";
  second.role = "auditor";
  engine::ApiKey secret = first;  // the same bytes, but no certificate
  secret.key_id = "secret";
  secret.is_certificate = false;
  EXPECT_OK(store_->InsertApiKey(secret));
  EXPECT_OK(store_->InsertApiKey(first));
  EXPECT_THAT(store_->InsertApiKey(second),
              Refused(absl::StatusCode::kFailedPrecondition,
                      "already registered as first, role operator: revoke it first"));
  EXPECT_OK(store_->RevokeApiKey("first"));
  EXPECT_OK(store_->InsertApiKey(second));
}

TEST_F(StoreConformance, ACertificateThatManyRegisterAtOnceIsOneCallers) {
  constexpr int kMany = 8;
  for (int round = 0; round < 5; ++round) {
    std::latch together(kMany);
    std::atomic<int> stored = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kMany; ++i) {
      threads.emplace_back([&, i] {
        engine::ApiKey key;
        key.key_id = Text("key-", round, "-", i);
        key.secret_sha256 = std::string(32, static_cast<char>(round));
        key.is_certificate = true;
        key.role = "operator";
        const auto store = OpenOne();
        together.arrive_and_wait();
        const absl::Status status = store->InsertApiKey(key);
        stored += status.ok() ? 1 : 0;
        EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(stored, 1);
  }
}

TEST_F(StoreConformance, ApiKeys) {
  EXPECT_OK(store_->Ping());
  engine::ApiKey key{"till-1", std::string(32, '\x01'), false,       "pos", "S1",
                     "Till 1", base::Instant{5},        std::nullopt};
  engine::ApiKey admin{"root", std::string(32, '\x02'), true,        "admin", "",
                       "",     base::Instant{6},        std::nullopt};
  EXPECT_OK(store_->InsertApiKey(key));
  EXPECT_OK(store_->InsertApiKey(admin));
  EXPECT_EQ(store_->InsertApiKey(key).code(), absl::StatusCode::kAlreadyExists);
  auto keys = store_->LoadApiKeys();
  ASSERT_OK(keys.status());
  EXPECT_THAT(*keys, ::testing::ElementsAre(admin, key));

  EXPECT_OK(store_->RevokeApiKey("till-1"));
  keys = OpenOne()->LoadApiKeys();
  ASSERT_OK(keys.status());
  ASSERT_EQ(keys->size(), 2u);
  ASSERT_TRUE((*keys)[1].revoked_at.has_value());
  EXPECT_FALSE((*keys)[0].revoked_at.has_value());
  const base::Instant revoked_at = *(*keys)[1].revoked_at;
  EXPECT_LE(revoked_at, base::FromAbsl(absl::Now()) + absl::Milliseconds(1));

  EXPECT_OK(store_->RevokeApiKey("till-1"));  // harmless
  keys = store_->LoadApiKeys();
  ASSERT_OK(keys.status());
  EXPECT_EQ((*keys)[1].revoked_at, revoked_at);
  EXPECT_EQ(store_->RevokeApiKey("nobody").code(), absl::StatusCode::kNotFound);
}

TEST_F(StoreConformance, AFactIsSetOnce) {
  EXPECT_EQ(*store_->SetMetaOnce("keyring", std::string("\0first", 6)), std::string("\0first", 6));
  EXPECT_EQ(*store_->SetMetaOnce("keyring", "second"), std::string("\0first", 6));
  EXPECT_EQ(*OpenOne()->SetMetaOnce("keyring", "third"), std::string("\0first", 6));
  EXPECT_EQ(*store_->SetMetaOnce("Keyring", "other"), "other");
  const std::map<std::string, std::string> all = {{"keyring", std::string("\0first", 6)},
                                                  {"Keyring", "other"}};
  EXPECT_EQ(*store_->LoadMeta(), all);
}

TEST_F(StoreConformance, InspectFindsNothingFatalAndLeavesNothing) {
  auto findings = store_->Inspect();
  ASSERT_OK(findings.status());
  for (const engine::Finding& finding : *findings) {
    EXPECT_FALSE(finding.fatal) << finding.what << ": " << finding.how_to_mend;
  }
  std::vector<ledger::Entry> entries;
  EXPECT_OK(Reader()->ScanEntries({}, std::nullopt, 10, entries));
  EXPECT_TRUE(entries.empty());
  std::vector<engine::JournalRow> rows;
  EXPECT_OK(Reader()->ScanJournal(-1, -1, 10, rows));
  EXPECT_TRUE(rows.empty());
}

TEST_F(StoreConformance, ReadOnlyReadsAndRefusesToWrite) {
  engine::WriteSet changes;
  changes.new_members = {RowOf<ledger::Member>("sample", "A")};
  ASSERT_OK(Commit(changes));
  auto store = under_test_->OpenReadOnly();
  ASSERT_OK(store.status());
  auto reader = (*store)->OpenReadSession();
  ASSERT_OK(reader.status());
  std::vector<ledger::Member> found;
  EXPECT_OK((*reader)->BeginSnapshot());
  EXPECT_OK((*reader)->ScanMembers({}, 10, found));
  EXPECT_EQ(found, changes.new_members);
  (*reader)->EndSnapshot();
  EXPECT_OK((*store)->Ping());
  EXPECT_OK((*store)->Inspect().status());
  EXPECT_EQ((*store)->OpenWriteSession().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*store)->LeaseLane("one", 5).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*store)->InsertApiKey({}).code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace fairpoint::storage::testing
