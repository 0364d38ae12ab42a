// Transactions that meet deadlocks, waits without end and killed connections; and that statements
// touch only their rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/changes.h"
#include "storage/loads.h"
#include "storage/mysql/mysql_store.h"
#include "storage/mysql/testing/mysql_test_server.h"
#include "storage/scans.h"
#include "storage/sessions.h"
#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using engine::MemberName;
using testing::One;
using testing::Refused;
using testing::RowOf;

// Waits until the condition holds; false if it does not in ten seconds.
template <class Condition>
bool Eventually(Condition&& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class MysqlTransactionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = database_.options();
    ASSERT_OK(MigrateMysql(options_, MigrationsOf(Dialect::kMysql)).status());
    auto connection = Connect();
    std::vector<ledger::Member> members;
    for (int i = 0; i < 2000; ++i) members.push_back(RowOf<ledger::Member>("sample", Id(i)));
    ASSERT_OK(WriteRows(*connection, std::span<const ledger::Member>(members), WriteMode::kInsert));
    ASSERT_OK(connection->Commit());
  }
  static std::string Id(int number) {
    const std::string digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits;
  }
  static MemberName Name(int number) {
    return {base::ProgramId("sample"), base::MemberId(Id(number))};
  }
  std::unique_ptr<MysqlConnection> Connect(Purpose purpose = Purpose::kWrite) {
    auto connection = MysqlConnection::Open(options_, purpose);
    EXPECT_OK(connection.status());
    return *std::move(connection);
  }
  std::unique_ptr<engine::WriteSession> Writer() { return MakeWriteSession(Connect()); }
  // The ids of all connections to this test's database.
  std::vector<std::string> Connections() {
    auto admin = MysqlConnection::Open(testing::TestServerOptions(), Purpose::kRead);
    auto rows =
        (*admin)->QueryText(Text("SELECT id FROM information_schema.processlist WHERE db = '",
                                 options_.address.database, "'"));
    EXPECT_OK(rows.status());
    std::vector<std::string> ids;
    for (const auto& row : *rows) ids.push_back(row[0]);
    return ids;
  }
  void KillAll() {
    for (const std::string& id : Connections()) testing::Administer(Text("KILL ", id));
    ASSERT_TRUE(Eventually([&] { return Connections().empty(); }));
  }
  absl::Status LockOne(engine::WriteSession& session, int number) {
    std::vector<ledger::Member> found;
    return session.LockMembers(One(Name(number)), found);
  }
  absl::Status AddMember(engine::WriteSession& session, std::string_view id) {
    engine::WriteSet changes;
    changes.new_members = {RowOf<ledger::Member>("sample", id)};
    return session.Write(changes);
  }
  bool IsThere(std::string_view id) {
    auto connection = Connect(Purpose::kRead);
    std::vector<ledger::Member> found;
    EXPECT_OK(LoadMembers(*connection,
                          One(MemberName{base::ProgramId("sample"), base::MemberId(id)}),
                          RowLock::kNone, found));
    return !found.empty();
  }

  testing::ScratchDatabase database_;
  MysqlOptions options_;
};

TEST_F(MysqlTransactionTest, AWaitWithoutEndIsAbortedAndRollbackUndoesAll) {
  options_.lock_wait_timeout_s = 1;
  auto first = Writer();
  auto second = Writer();
  ASSERT_OK(first->Begin());
  ASSERT_OK(LockOne(*first, 1));
  ASSERT_OK(second->Begin());
  ASSERT_OK(AddMember(*second, "half"));
  EXPECT_EQ(LockOne(*second, 1).code(), StatusCode::kAborted);
  second->Rollback();
  EXPECT_FALSE(IsThere("half")) << "a lock wait timeout undoes only its statement";
  // The same session, the same group, later.
  ASSERT_OK(first->Commit());
  ASSERT_OK(second->Begin());
  ASSERT_OK(AddMember(*second, "half"));
  ASSERT_OK(LockOne(*second, 1));
  ASSERT_OK(second->Commit());
  EXPECT_TRUE(IsThere("half"));
}

TEST_F(MysqlTransactionTest, OneOfADeadlockIsAborted) {
  auto first = Writer();
  auto second = Writer();
  ASSERT_OK(first->Begin());
  ASSERT_OK(second->Begin());
  ASSERT_OK(LockOne(*first, 1));
  ASSERT_OK(LockOne(*second, 2));
  absl::Status of_first;
  std::thread other([&] {
    of_first = LockOne(*first, 2);
    if (!of_first.ok()) first->Rollback();
  });
  const absl::Status of_second = LockOne(*second, 1);
  if (!of_second.ok()) second->Rollback();
  other.join();
  EXPECT_NE(of_first.ok(), of_second.ok()) << of_first << " " << of_second;
  EXPECT_EQ((of_first.ok() ? of_second : of_first).code(), StatusCode::kAborted);
}

TEST_F(MysqlTransactionTest, AKilledConnectionIsUnavailableAndComesBack) {
  auto session = Writer();
  ASSERT_OK(session->Begin());
  ASSERT_OK(AddMember(*session, "lost"));
  KillAll();
  EXPECT_EQ(LockOne(*session, 1).code(), StatusCode::kUnavailable);
  EXPECT_EQ(LockOne(*session, 1).code(), StatusCode::kUnavailable)
      << "not on another connection, in the middle of a transaction";
  session->Rollback();
  EXPECT_FALSE(IsThere("lost"));
  ASSERT_OK(session->Begin());
  ASSERT_OK(AddMember(*session, "kept"));
  ASSERT_OK(session->Commit());
  EXPECT_TRUE(IsThere("kept"));
}

TEST_F(MysqlTransactionTest, KilledBetweenTransactions) {
  auto session = Writer();
  ASSERT_OK(session->Begin());
  ASSERT_OK(LockOne(*session, 1));
  ASSERT_OK(session->Commit());
  KillAll();
  // Noticed by the first statement at the latest; the next attempt works.
  ASSERT_OK(session->Begin());
  EXPECT_EQ(LockOne(*session, 1).code(), StatusCode::kUnavailable);
  session->Rollback();
  ASSERT_OK(session->Begin());
  EXPECT_OK(LockOne(*session, 1));
}

TEST_F(MysqlTransactionTest, KilledBeforeCommitIsUnknownBecauseNobodyCanTell) {
  auto session = Writer();
  ASSERT_OK(session->Begin());
  ASSERT_OK(AddMember(*session, "lost"));
  KillAll();
  EXPECT_EQ(session->Commit().code(), StatusCode::kUnknown);
  session->Rollback();
  EXPECT_FALSE(IsThere("lost"));
  ASSERT_OK(session->Begin());
  ASSERT_OK(AddMember(*session, "lost"));
  EXPECT_OK(session->Commit());
}

TEST_F(MysqlTransactionTest, AReaderComesBack) {
  auto reader = MakeReadSession(Connect(Purpose::kRead));
  std::vector<ledger::Member> found;
  ASSERT_OK(reader->BeginSnapshot());
  ASSERT_OK(reader->FindMembers(One(Name(1)), found));
  KillAll();
  EXPECT_EQ(reader->FindMembers(One(Name(1)), found).code(), StatusCode::kUnavailable);
  EXPECT_EQ(reader->FindMembers(One(Name(1)), found).code(), StatusCode::kUnavailable)
      << "the snapshot is gone";
  reader->EndSnapshot();
  ASSERT_OK(reader->BeginSnapshot());
  EXPECT_OK(reader->FindMembers(One(Name(1)), found));
  EXPECT_EQ(found.size(), 1u);
  reader->EndSnapshot();
  KillAll();
  EXPECT_EQ(reader->FindMembers(One(Name(1)), found).code(), StatusCode::kUnavailable);
  EXPECT_OK(reader->FindMembers(One(Name(1)), found));
}

TEST_F(MysqlTransactionTest, AServerThatStandsStillLosesItsLocks) {
  options_.idle_transaction_timeout_s = 1;
  auto still = Writer();
  ASSERT_OK(still->Begin());
  ASSERT_OK(AddMember(*still, "lost"));
  ASSERT_OK(LockOne(*still, 1));
  auto other = Writer();
  ASSERT_OK(other->Begin());
  EXPECT_OK(LockOne(*other, 1)) << "within the lock wait timeout";
  EXPECT_EQ(LockOne(*still, 2).code(), StatusCode::kUnavailable);
  still->Rollback();
  EXPECT_FALSE(IsThere("lost"));
}

// Statements must find their rows by the key, whatever the statistics say: a scan would lock the
// whole table.
TEST_F(MysqlTransactionTest, StatementsReadOnlyTheirRows) {
  auto connection = Connect();
  const auto rows_read = [&](auto&& body) {
    const auto count = [&] {
      int64_t sum = 0;
      const auto rows = connection->QueryText("SHOW SESSION STATUS LIKE 'Handler_read%'");
      for (const auto& row : *rows) sum += std::stoll(row[1]);
      return sum;
    };
    // The first use of a table reads the server's own statistics of it.
    EXPECT_OK(body());
    connection->Rollback();
    const int64_t before = count();
    EXPECT_OK(body());
    const int64_t after = count();
    connection->Rollback();
    return after - before;
  };
  // SHOW STATUS reads rows of its own.
  const int64_t own = rows_read([] { return absl::OkStatus(); });

  for (const int count : {1, 100, 300, 500}) {
    std::vector<MemberName> names;
    for (int i = 0; i < count; ++i) names.push_back(Name(i * 3));
    std::vector<ledger::Member> members;
    EXPECT_LE(rows_read([&] {
                return LoadMembers(*connection, names, RowLock::kExclusive, members);
              }) - own,
              2 * count + 2)
        << count;
    EXPECT_EQ(members.size(), static_cast<size_t>(count));
    std::vector<ledger::Lot> lots;
    EXPECT_LE(rows_read([&] { return LoadOpenLots(*connection, names, lots); }) - own,
              2 * count + 2)
        << count;
    std::vector<engine::MemberSeq> seqs;
    for (const MemberName& name : names) seqs.push_back({name, 1});
    EXPECT_LE(rows_read([&] { return LoadLots(*connection, seqs, lots); }) - own, 3 * count + 10)
        << count;
  }
  std::vector<ledger::Member> page;
  const engine::MemberRange range{Name(1000), Name(1900)};
  EXPECT_LE(
      rows_read([&] { return ScanMemberRows(*connection, range, std::nullopt, 50, page); }) - own,
      60);
  EXPECT_EQ(page.size(), 50u);
  std::vector<engine::DueMember> due;
  EXPECT_LE(rows_read([&] {
              return ScanDueMembers(*connection, base::Instant{1}, std::nullopt, 10, due);
            }) - own,
            20);
}

}  // namespace
}  // namespace fairpoint::storage
