// Two writers never see the same row unlocked; readers see one instant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::MemberName;

// Long enough for a call that does not wait to be done.
constexpr absl::Duration kLongerThanACall = absl::Milliseconds(150);

class LocksConformance : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    engine::WriteSet changes;
    for (const MemberName& name : {a_, b_}) {
      changes.new_members.push_back(
          RowOf<ledger::Member>(name.program_id.value(), name.member_id.value()));
      changes.new_members.back().available.value = 0;
    }
    changes.new_program_heads = {Head(1)};
    ASSERT_OK(Commit(changes));
  }

  ledger::ProgramHead Head(int64_t version) {
    auto head = Filled<ledger::ProgramHead>(Flavour::kSample);
    head.program_id = a_.program_id;
    head.latest_version = version;
    return head;
  }
  // Locks the member, adds to its points, in the session's transaction.
  absl::Status Add(engine::WriteSession& session, const MemberName& name, int64_t points) {
    std::vector<ledger::Member> found;
    if (absl::Status status = session.LockMembers(One(name), found); !status.ok()) return status;
    engine::WriteSet changes;
    changes.members = found;
    changes.members.at(0).available.value += points;
    return session.Write(changes);
  }
  int64_t PointsOf(engine::ReadSession& reader, const MemberName& name) {
    std::vector<ledger::Member> found;
    EXPECT_OK(reader.FindMembers(One(name), found));
    return found.size() == 1 ? found.front().available.value : -1;
  }

  const MemberName a_{base::ProgramId("sample"), base::MemberId("A")};
  const MemberName b_{base::ProgramId("sample"), base::MemberId("B")};
};

TEST_F(LocksConformance, ASecondWriterWaitsForTheFirstAndSeesWhatItDid) {
  auto first = Writer();
  ASSERT_OK(first->Begin());
  ASSERT_OK(Add(*first, a_, 5));

  absl::Notification done;
  absl::Status status;
  int64_t seen = -1;
  std::thread other([&] {
    auto second = Writer();
    status = second->Begin();
    std::vector<ledger::Member> found;
    if (status.ok()) status = second->LockMembers(One(a_), found);
    if (found.size() == 1) seen = found.front().available.value;
    done.Notify();
    second->Rollback();
  });
  EXPECT_FALSE(done.WaitForNotificationWithTimeout(kLongerThanACall)) << "the second did not wait";
  EXPECT_OK(first->Commit());
  other.join();
  EXPECT_OK(status);
  EXPECT_EQ(seen, 5);
}

TEST_F(LocksConformance, ASecondWriterWaitsForALockedOrder) {
  engine::WriteSet changes;
  changes.new_orders = {RowOf<checkout::Order>("sample", "A")};
  ASSERT_OK(Commit(changes));
  const engine::OrderName name{a_.program_id, changes.new_orders.front().order_id};
  auto first = Writer();
  ASSERT_OK(first->Begin());
  std::vector<checkout::Order> locked;
  ASSERT_OK(first->LockOrders(One(name), locked));
  engine::WriteSet taken;
  taken.orders = locked;
  taken.orders.front().taken = base::Points{77};
  ASSERT_OK(first->Write(taken));

  absl::Notification done;
  absl::Status status;
  std::vector<checkout::Order> seen;
  std::thread other([&] {
    auto second = Writer();
    status = second->Begin();
    if (status.ok()) status = second->LockOrders(One(name), seen);
    done.Notify();
    second->Rollback();
  });
  EXPECT_FALSE(done.WaitForNotificationWithTimeout(kLongerThanACall)) << "the second did not wait";
  EXPECT_OK(first->Commit());
  other.join();
  EXPECT_OK(status);
  EXPECT_EQ(seen, taken.orders);
}

TEST_F(LocksConformance, APublisherWaitsForPostings) {
  auto posting = Writer();
  ASSERT_OK(posting->Begin());
  std::vector<ledger::ProgramHead> heads;
  ASSERT_OK(posting->LockProgramHeads(One(a_.program_id), /*exclusive=*/false, heads));
  EXPECT_THAT(heads, ::testing::ElementsAre(Head(1)));

  absl::Notification done;
  absl::Status status;
  std::thread publisher([&] {
    auto session = Writer();
    status = session->Begin();
    std::vector<ledger::ProgramHead> found;
    if (status.ok())
      status = session->LockProgramHeads(One(a_.program_id), /*exclusive=*/true, found);
    done.Notify();
    engine::WriteSet changes;
    changes.program_heads = {Head(2)};
    if (status.ok()) status = session->Write(changes);
    if (status.ok()) status = session->Commit();
  });
  EXPECT_FALSE(done.WaitForNotificationWithTimeout(kLongerThanACall))
      << "the publisher did not wait";
  EXPECT_OK(posting->Commit());
  publisher.join();
  EXPECT_OK(status);
  std::vector<ledger::ProgramHead> found;
  std::map<base::ProgramId, std::string> unreadable;
  EXPECT_OK(Reader()->LoadProgramHeads(found, unreadable));
  EXPECT_THAT(found, ::testing::ElementsAre(Head(2)));
}

TEST_F(LocksConformance, NoUpdateIsLost) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 25;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      // Half of them through another server's store.
      auto store = OpenOne();
      auto session = *store->OpenWriteSession();
      for (int round = 0; round < kRounds;) {
        absl::Status status = session->Begin();
        // In opposite orders, so that deadlocks happen and are survived.
        if (status.ok()) status = Add(*session, i % 2 == 0 ? a_ : b_, 1);
        if (status.ok()) status = Add(*session, i % 2 == 0 ? b_ : a_, 1);
        if (status.ok()) status = session->Commit();
        if (status.ok()) {
          ++round;
          continue;
        }
        session->Rollback();
        if (!absl::IsAborted(status)) {
          ADD_FAILURE() << status;
          ++failures;
          return;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  auto reader = Reader();
  EXPECT_EQ(PointsOf(*reader, a_), kThreads * kRounds);
  EXPECT_EQ(PointsOf(*reader, b_), kThreads * kRounds);
}

TEST_F(LocksConformance, ADuplicateInsertedMeanwhileIsMetOrFound) {
  // Two servers with the same request id, neither of which saw a receipt.
  auto first = Writer();
  ASSERT_OK(first->Begin());
  engine::WriteSet changes;
  changes.receipts = {RowOf<engine::Receipt>("sample", "A")};
  ASSERT_OK(first->Write(changes));
  absl::Status status;
  std::thread other([&] {
    auto store = OpenOne();
    auto second = *store->OpenWriteSession();
    status = second->Begin();
    if (status.ok()) status = second->Write(changes);
    if (status.ok()) status = second->Commit();
  });
  EXPECT_OK(first->Commit());
  other.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
}

TEST_F(LocksConformance, ASnapshotStandsStill) {
  auto reader = Reader();
  ASSERT_OK(reader->BeginSnapshot());
  EXPECT_EQ(PointsOf(*reader, a_), 0);

  auto writer = Writer();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(Add(*writer, a_, 1));
  ASSERT_OK(Add(*writer, b_, 2));
  engine::WriteSet changes;
  changes.entries = {RowOf<ledger::Entry>("sample", "A")};
  ASSERT_OK(writer->Write(changes));
  ASSERT_OK(writer->Commit());

  EXPECT_EQ(PointsOf(*reader, a_), 0);
  EXPECT_EQ(PointsOf(*reader, b_), 0) << "not read before, and yet of the same instant";
  std::vector<ledger::Entry> entries;
  EXPECT_OK(reader->ScanEntries({}, std::nullopt, 10, entries));
  EXPECT_TRUE(entries.empty());
  reader->EndSnapshot();
  reader->EndSnapshot();  // harmless

  EXPECT_EQ(PointsOf(*reader, a_), 1);
  EXPECT_EQ(PointsOf(*reader, b_), 2);
  ASSERT_OK(reader->BeginSnapshot());
  EXPECT_EQ(PointsOf(*reader, b_), 2);
  reader->EndSnapshot();
}

TEST_F(LocksConformance, ASnapshotIsTakenWhenItBegins) {
  auto reader = Reader();
  ASSERT_OK(reader->BeginSnapshot());
  auto writer = Writer();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(Add(*writer, a_, 1));
  ASSERT_OK(writer->Commit());
  EXPECT_EQ(PointsOf(*reader, a_), 0);
}

TEST_F(LocksConformance, ReadersDoNotWaitForWritersNorSeeThem) {
  auto writer = Writer();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(Add(*writer, a_, 1));
  auto reader = Reader();
  EXPECT_EQ(PointsOf(*reader, a_), 0);
  ASSERT_OK(writer->Commit());
  EXPECT_EQ(PointsOf(*reader, a_), 1);
}

}  // namespace
}  // namespace fairpoint::storage::testing
