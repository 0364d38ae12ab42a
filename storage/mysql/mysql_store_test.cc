// What only a server can do: refuse users, kill connections, break deadlocks, be set up wrongly. On
// a private MariaDB.
#include "storage/mysql/mysql_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/mysql/mysql_error.h"
#include "storage/mysql/mysql_migration.h"
#include "storage/mysql/testing/mysql_test_server.h"
#include "storage/testing/conformance.h"
#include "storage/testing/old_rows.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/schema_reader.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using engine::MemberName;
using testing::Administer;
using testing::One;
using testing::Refused;
using testing::RowOf;

constexpr auto kRefused = StatusCode::kFailedPrecondition;

class MysqlStoreTest : public ::testing::Test {
 protected:
  absl::Status Migrate() {
    return MigrateMysql(database_.options(), MigrationsOf(Dialect::kMysql)).status();
  }
  std::unique_ptr<MysqlConnection> Connect(Purpose purpose = Purpose::kWrite) {
    auto connection = MysqlConnection::Open(database_.options(), purpose);
    EXPECT_OK(connection.status());
    return *std::move(connection);
  }
  std::unique_ptr<engine::Store> Open() {
    auto store = OpenMysqlStore(database_.options(), false);
    EXPECT_OK(store.status());
    return *std::move(store);
  }
  const std::string& name() const { return database_.options().address.database; }

  const testing::ScratchDatabase database_;
};

TEST_F(MysqlStoreTest, MigratedOneByOneBothDialectsAgree) {
  const auto mysql = MigrationsOf(Dialect::kMysql);
  for (size_t count = 1; count <= mysql.size(); ++count) {
    auto report = MigrateMysql(database_.options(), mysql.first(count));
    ASSERT_OK(report.status());
    EXPECT_EQ(report->applied, std::vector<std::string>{std::string(mysql[count - 1].name)});
    EXPECT_TRUE(report->notes.empty());
  }
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
  EXPECT_OK(OpenMysqlStore(database_.options(), false).status());
}

TEST_F(MysqlStoreTest, AnInterruptedMigrationIsRunAgain) {
  // After half of the statements.
  std::vector<std::string> statements = SplitStatements(MigrationsOf(Dialect::kMysql)[0].sql);
  statements.resize(statements.size() / 2);
  for (const std::string& statement : statements) ASSERT_OK(Connect()->Execute(statement));
  EXPECT_THAT(OpenMysqlStore(database_.options(), false).status(),
              Refused(kRefused, "run `fairpoint migrate`"));
  EXPECT_OK(Migrate());
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
}

TEST_F(MysqlStoreTest, AnInterruptedUpgradeIsRunAgainAndOldRowsReadTheSame) {
  const auto all = MigrationsOf(Dialect::kMysql);
  ASSERT_OK(MigrateMysql(database_.options(), all.first(1)).status());
  const testing::OldRows rows;
  ASSERT_OK(rows.Write(*Connect()));
  // After all columns and keys of tables that are there.
  for (const std::string& statement : SplitStatements(all[1].sql)) {
    if (!statement.starts_with("ALTER")) break;
    ASSERT_OK(Connect()->Execute(statement));
  }
  ASSERT_OK(Migrate());
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
  rows.ExpectIn(**Open()->OpenReadSession());
}

TEST_F(MysqlStoreTest, MigratorsWaitForOneAnother) {
  std::vector<std::thread> migrators;
  for (int i = 0; i < 3; ++i) migrators.emplace_back([this] { EXPECT_OK(Migrate()); });
  for (std::thread& migrator : migrators) migrator.join();
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
}

TEST_F(MysqlStoreTest, OtherDatabasesAreRefused) {
  EXPECT_THAT(OpenMysqlStore(database_.options(), false).status(), Refused(kRefused, "is empty"));
  ASSERT_OK(Connect()->Execute("CREATE TABLE photos (x INT)"));
  EXPECT_THAT(OpenMysqlStore(database_.options(), false).status(),
              Refused(kRefused, "not Fairpoint's (photos is one)"));
  EXPECT_THAT(Migrate(), Refused(kRefused, "was left alone"));
  ASSERT_OK(Connect()->Execute("DROP TABLE photos"));
  ASSERT_OK(Migrate());
  auto connection = Connect();
  ASSERT_OK(connection->Execute(Text("INSERT INTO schema_migration VALUES (",
                                     MigrationsOf(Dialect::kMysql).size() + 1,
                                     ", 'x', REPEAT('a', 32), 0)")));
  ASSERT_OK(connection->Commit());
  EXPECT_THAT(Migrate(), Refused(kRefused, "run a Fairpoint at least as new"));
  EXPECT_THAT(OpenMysqlStore(database_.options(), false).status(),
              Refused(kRefused, "run a Fairpoint at least as new"));
}

TEST_F(MysqlStoreTest, WhoMayNotConnectLearnsWhy) {
  MysqlOptions options = database_.options();
  options.password = "wrong";
  EXPECT_THAT(MysqlConnection::Open(options, Purpose::kRead).status(),
              Refused(kRefused, "refuses this user or password"));
  options = database_.options();
  options.address.database = "nowhere";
  EXPECT_THAT(MysqlConnection::Open(options, Purpose::kRead).status(),
              Refused(kRefused, "there is no such database"));
  options = database_.options();
  options.address.port = 1;
  EXPECT_THAT(MysqlConnection::Open(options, Purpose::kRead).status(),
              Refused(StatusCode::kUnavailable, "check that the database runs"));
  options.address.socket = "/nowhere/socket";
  EXPECT_THAT(MysqlConnection::Open(options, Purpose::kRead).status(),
              Refused(StatusCode::kUnavailable, "/nowhere/socket"));
  options.address.socket = std::getenv("FAIRPOINT_TEST_MYSQL_SOCKET");
  EXPECT_OK(MysqlConnection::Open(options, Purpose::kRead).status());
}

TEST_F(MysqlStoreTest, TlsThatCannotBeHadIsNoConnection) {
  MysqlOptions options = database_.options();
  options.tls = true;
  EXPECT_EQ(MysqlConnection::Open(options, Purpose::kRead).status().code(), kRefused)
      << "the server of this test offers no TLS";
}

// A user with the rights that docs/database.md grants to `documented`, read from there and given in
// this test's database.
class DocumentedUser {
 public:
  DocumentedUser(std::string_view documented, const MysqlOptions& owner) : options_(owner) {
    options_.address.user = Text("test_", documented);
    options_.password = "secret";
    Administer(Text("CREATE USER ", options_.address.user, "@'%' IDENTIFIED BY 'secret'"));
    const char* const root = std::getenv("FAIRPOINT_SOURCE_DIR");
    std::ifstream page(Text(root == nullptr ? "." : root, "/docs/database.md"));
    const std::string user = Text(" TO ", documented, "@'%';");
    int grants = 0;
    for (std::string line; std::getline(page, line);) {
      if (!line.starts_with("GRANT ") || !line.ends_with(user)) continue;
      const size_t database = line.find(" ON fairpoint.");
      const size_t rest = database + std::string_view(" ON fairpoint.").size();
      Administer(Text(line.substr(0, database), " ON ", owner.address.database, ".",
                      line.substr(rest, line.size() - user.size() - rest), " TO ",
                      options_.address.user, "@'%'"));
      ++grants;
    }
    EXPECT_GT(grants, 0) << "docs/database.md grants nothing to " << documented;
  }
  ~DocumentedUser() { Administer(Text("DROP USER ", options_.address.user, "@'%'")); }
  DocumentedUser(const DocumentedUser&) = delete;
  DocumentedUser& operator=(const DocumentedUser&) = delete;

  const MysqlOptions& options() const { return options_; }

 private:
  MysqlOptions options_;
};

engine::PriceWriteSet OneOfEachPriceRow() {
  engine::PriceWriteSet rows;
  const auto fill = [](auto&... lists) {
    (lists.push_back(testing::Filled<typename std::decay_t<decltype(lists)>::value_type>(
         testing::Flavour::kSample)),
     ...);
  };
  fill(rows.new_heads, rows.heads, rows.new_channel_heads, rows.channel_heads, rows.facts,
       rows.offers, rows.promotions, rows.reports, rows.evidence, rows.credits, rows.settlements,
       rows.new_listings, rows.new_offer_stocks, rows.offer_stocks, rows.new_protected_orders,
       rows.protected_orders, rows.new_protected_skus, rows.cursors);
  return rows;
}

TEST_F(MysqlStoreTest, ANarrowUserServesAndNeedsNoTriggers) {
  const DocumentedUser owner("fairpoint_owner", database_.options());
  ASSERT_OK(MigrateMysql(owner.options(), MigrationsOf(Dialect::kMysql)).status());
  const DocumentedUser user("fairpoint", database_.options());
  for (const TableInfo* table : AllTables()) {
    if (table->kind != TableKind::kAppendOnly) continue;
    for (const char* verb : {"update", "delete"})
      ASSERT_OK(Connect()->Execute(Text("DROP TRIGGER ", table->name, "_no_", verb)));
  }
  auto store = OpenMysqlStore(user.options(), false);
  ASSERT_OK(store.status());
  auto findings = (*store)->Inspect();
  ASSERT_OK(findings.status());
  EXPECT_TRUE(findings->empty()) << findings->front().what;
  auto lane = (*store)->LeaseLane("one", 60);
  EXPECT_OK(lane.status());
  EXPECT_OK((*store)->InsertApiKey(testing::Filled<engine::ApiKey>(testing::Flavour::kSample)));

  auto session = *(*store)->OpenWriteSession();
  ASSERT_OK(session->Begin());
  engine::WriteSet changes;
  changes.new_members = {RowOf<ledger::Member>("sample", "A")};
  changes.entries = {RowOf<ledger::Entry>("sample", "A")};
  changes.placements = {RowOf<checkout::Placement>("sample", "A")};
  changes.order_returns = {RowOf<checkout::OrderReturn>("sample", "A")};
  changes.order_claims = {RowOf<checkout::OrderClaim>("sample", "A")};
  changes.new_orders = changes.orders = {RowOf<checkout::Order>("sample", "A")};
  changes.new_order_lines = changes.order_lines = {RowOf<checkout::OrderLine>("sample", "A")};
  changes.new_return_parts = {testing::Filled<checkout::ReturnPart>(testing::Flavour::kSample)};
  changes.new_identities = {RowOf<ledger::Identity>("sample", "A")};
  changes.new_member_keys = {RowOf<ledger::MemberKey>("sample", "A")};
  changes.tags = {RowOf<ledger::MemberTags>("sample", "A")};
  changes.prices = OneOfEachPriceRow();
  EXPECT_OK(session->Write(changes));
  EXPECT_OK(session->Commit());
  // Merged, then erased.
  engine::WriteSet later;
  later.identities = changes.new_identities;
  later.tags = changes.tags;
  later.deleted_identities = {{base::ProgramId("sample"), later.identities[0].lookup_hash}};
  later.deleted_member_keys = {{base::ProgramId("sample"), base::MemberId("A")}};
  ASSERT_OK(session->Begin());
  EXPECT_OK(session->Write(later));
  EXPECT_OK(session->Commit());
  EXPECT_OK(MigrateMysql(user.options(), MigrationsOf(Dialect::kMysql))
                .status());  // there is nothing to do
  auto connection = MysqlConnection::Open(user.options(), Purpose::kWrite);
  ASSERT_OK(connection.status());
  EXPECT_THAT((*connection)->Execute("UPDATE entry SET points = 1"),
              Refused(kRefused, "lacks a right"));
  EXPECT_THAT((*connection)->Execute("TRUNCATE TABLE entry"), Refused(kRefused, "lacks a right"));
  for (const TableInfo* table : AllTables()) {
    const bool is_persons =
        table->name == "identity" || table->name == "member_key" || table->name == "member_tag";
    const absl::Status deleted = (*connection)->Execute(Text("DELETE FROM ", table->name));
    EXPECT_EQ(deleted.ok(), is_persons) << table->name << ": " << deleted;
  }
}

// Sets a global variable and puts it back.
class GlobalSetting {
 public:
  GlobalSetting(std::string_view name, std::string_view value, std::string_view restore)
      : restore_(Text("SET GLOBAL ", name, "=", restore)) {
    Administer(Text("SET GLOBAL ", name, "=", value));
  }
  ~GlobalSetting() { Administer(restore_); }

 private:
  const std::string restore_;
};

TEST_F(MysqlStoreTest, SettingsThatBreakPromisesAreFound) {
  ASSERT_OK(Migrate());
  auto store = Open();
  const auto fatal = [&] {
    std::string all;
    auto findings = store->Inspect();
    EXPECT_OK(findings.status());
    for (const engine::Finding& finding : *findings) {
      EXPECT_FALSE(finding.how_to_mend.empty());
      if (finding.fatal) all += finding.what + ";";
    }
    return all;
  };
  EXPECT_EQ(fatal(), "");
  {
    const GlobalSetting setting("innodb_flush_log_at_trx_commit", "2", "1");
    EXPECT_THAT(fatal(), ::testing::HasSubstr("innodb_flush_log_at_trx_commit is 2"));
  }
  {
    const GlobalSetting setting("max_allowed_packet", "1048576", "67108864");
    EXPECT_THAT(fatal(), ::testing::HasSubstr("max_allowed_packet is 1048576"));
  }
  ASSERT_OK(Connect()->Execute("ALTER TABLE store_meta ENGINE=Aria"));
  EXPECT_THAT(fatal(), ::testing::HasSubstr("table store_meta is kept by Aria"));
}

TEST_F(MysqlStoreTest, EveryIdleTimeoutIsInspected) {
  ASSERT_OK(Migrate());
  for (const char* name : {"idle_transaction_timeout", "idle_write_transaction_timeout",
                           "idle_readonly_transaction_timeout"}) {
    auto connection = Connect();
    std::vector<engine::Finding> findings;
    ASSERT_OK(InspectMysql(*connection, findings));
    EXPECT_TRUE(std::ranges::none_of(findings, &engine::Finding::fatal));
    findings.clear();
    ASSERT_OK(connection->Execute(Text("SET SESSION ", name, "=0")));
    ASSERT_OK(InspectMysql(*connection, findings));
    const auto found = std::ranges::find(findings, true, &engine::Finding::fatal);
    ASSERT_NE(found, findings.end()) << name;
    EXPECT_THAT(found->what, ::testing::HasSubstr(std::string(name) + " is 0"));
  }
}

// What an inspection writes and rolls back is in nobody's way.
TEST_F(MysqlStoreTest, ServersThatStartTogetherDoNotWaitForOneAnother) {
  ASSERT_OK(Migrate());
  auto store = Open();
  auto other = *store->OpenWriteSession();
  ASSERT_OK(other->Begin());
  engine::WriteSet changes;
  changes.receipts = {engine::Receipt{}};
  changes.entries = {ledger::Entry{}};
  changes.journal.emplace();
  changes.journal->lane = -1;
  ASSERT_OK(other->Write(changes));
  EXPECT_OK(store->Inspect().status());

  std::vector<std::thread> servers;
  for (int i = 0; i < 4; ++i) servers.emplace_back([&] { EXPECT_OK(store->Inspect().status()); });
  for (std::thread& server : servers) server.join();
  other->Rollback();
}

TEST_F(MysqlStoreTest, AReadOnlyServerIsSaid) {
  ASSERT_OK(Migrate());
  const DocumentedUser user("fairpoint", database_.options());
  auto session = *(*OpenMysqlStore(user.options(), false))->OpenWriteSession();
  const GlobalSetting setting("read_only", "1", "0");
  ASSERT_OK(session->Begin());
  engine::WriteSet changes;
  changes.new_members = {RowOf<ledger::Member>("sample", "A")};
  EXPECT_THAT(session->Write(changes), Refused(kRefused, "is read-only"));
}

TEST_F(MysqlStoreTest, SharedLocksAreShared) {
  ASSERT_OK(Migrate());
  auto store = Open();
  auto first = *store->OpenWriteSession();
  auto second = *store->OpenWriteSession();
  ASSERT_OK(first->Begin());
  engine::WriteSet changes;
  changes.new_program_heads = {testing::Filled<ledger::ProgramHead>(testing::Flavour::kSample)};
  ASSERT_OK(first->Write(changes));
  ASSERT_OK(first->Commit());
  ASSERT_OK(first->Begin());
  ASSERT_OK(second->Begin());
  std::vector<ledger::ProgramHead> found;
  EXPECT_OK(first->LockProgramHeads(One(changes.new_program_heads[0].program_id), false, found));
  EXPECT_OK(second->LockProgramHeads(One(changes.new_program_heads[0].program_id), false, found));
  EXPECT_EQ(found.size(), 1u);
}

TEST(MysqlError, CodesOfThePort) {
  const auto code = [](int number) { return MysqlStatus(number, "said", "store").code(); };
  EXPECT_EQ(code(1062), StatusCode::kAlreadyExists);
  for (const int number : {1213, 1205, 1020, 1317, 1969, 3024, 9007})
    EXPECT_EQ(code(number), StatusCode::kAborted) << number;
  for (const int number : {2002, 2003, 2006, 2013, 1053, 1040, 1927, 4031})
    EXPECT_EQ(code(number), StatusCode::kUnavailable) << number;
  for (const int number : {1021, 1114, 1041})
    EXPECT_EQ(code(number), StatusCode::kResourceExhausted) << number;
  for (const int number : {1290, 1792, 1142, 1045, 1049, 1146, 1644, 2026, 1153})
    EXPECT_EQ(code(number), kRefused) << number;
  EXPECT_EQ(code(1194), StatusCode::kDataLoss);
  EXPECT_EQ(code(1030), StatusCode::kUnavailable);
  EXPECT_EQ(
      MysqlStatus(1030, "Got error 28 \"No space left on device\" from storage engine", "s").code(),
      StatusCode::kResourceExhausted);
  EXPECT_EQ(code(1406), StatusCode::kInternal);
  EXPECT_EQ(code(0), StatusCode::kInternal);
  const auto commit = [](int number) { return MysqlCommitStatus(number, "said", "store").code(); };
  for (const int number : {1213, 1205, 1020})
    EXPECT_EQ(commit(number), StatusCode::kAborted) << number;
  for (const int number : {2006, 2013, 1927, 1317, 1030, 0})
    EXPECT_EQ(commit(number), StatusCode::kUnknown) << number;
}

}  // namespace
}  // namespace fairpoint::storage
