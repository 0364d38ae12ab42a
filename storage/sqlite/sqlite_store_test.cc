// What only a file can suffer: another's file, an older or newer one, no room, no right to write,
// damage, two servers.
#include "storage/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/temp_folder.h"
#include "storage/changes.h"
#include "storage/sqlite/serving_lock.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/sqlite/sqlite_migration.h"
#include "storage/testing/old_rows.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/schema_reader.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using testing::Refused;

constexpr auto kRefused = StatusCode::kFailedPrecondition;

class SqliteStoreTest : public ::testing::Test {
 protected:
  absl::Status Migrate() {
    return MigrateSqlite(path_, base::SystemClock(), MigrationsOf(Dialect::kSqlite)).status();
  }
  absl::Status OpenStatus(bool read_only = false) {
    return OpenSqliteStore(path_, base::SystemClock(), read_only).status();
  }
  std::unique_ptr<SqliteConnection> Connect(SqliteAccess access = SqliteAccess::kReadWrite) {
    auto connection = SqliteConnection::Open(path_, access, base::SystemClock(), nullptr);
    EXPECT_OK(connection.status());
    return *std::move(connection);
  }
  // Members enough to fill many pages.
  static absl::Status Fill(Connection& connection, int members) {
    if (absl::Status status = connection.BeginWrite(); !status.ok()) return status;
    std::vector<ledger::Member> rows;
    for (int i = 0; i < members; ++i)
      rows.push_back(testing::RowOf<ledger::Member>("sample", std::to_string(i)));
    absl::Status status =
        WriteRows(connection, std::span<const ledger::Member>(rows), WriteMode::kInsert);
    if (status.ok()) status = connection.Commit();
    if (!status.ok()) connection.Rollback();
    return status;
  }
  size_t CountMembers(bool read_only) {
    auto store = OpenSqliteStore(path_, base::SystemClock(), read_only);
    EXPECT_OK(store.status());
    if (!store.ok()) return 0;
    auto reader = (*store)->OpenReadSession();
    EXPECT_OK(reader.status());
    if (!reader.ok()) return 0;
    std::vector<ledger::Member> found;
    EXPECT_OK((*reader)->ScanMembers({}, 100000, found));
    return found.size();
  }
  void WriteFile(std::string_view content) { std::ofstream(path_, std::ios::binary) << content; }

  const base::testing::TempFolder temp_folder_;
  const std::string folder_ = temp_folder_.path();
  std::string path_ = temp_folder_.File("store.db");
};

TEST_F(SqliteStoreTest, MigratedOneByOneItHasTheTablesThatAreDescribed) {
  const auto all = MigrationsOf(Dialect::kSqlite);
  for (size_t count = 1; count <= all.size(); ++count) {
    auto report = MigrateSqlite(path_, base::SystemClock(), all.first(count));
    ASSERT_OK(report.status());
    EXPECT_EQ(report->from_version, static_cast<int64_t>(count) - 1);
    EXPECT_EQ(report->to_version, static_cast<int64_t>(count));
    EXPECT_EQ(report->applied, std::vector<std::string>{std::string(all[count - 1].name)});
  }
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
  auto again = MigrateSqlite(path_, base::SystemClock(), all);
  ASSERT_OK(again.status());
  EXPECT_TRUE(again->applied.empty());
  EXPECT_OK(OpenStatus());
}

TEST_F(SqliteStoreTest, OldRowsReadTheSameAfterAMigration) {
  const auto all = MigrationsOf(Dialect::kSqlite);
  ASSERT_OK(MigrateSqlite(path_, base::SystemClock(), all.first(1)).status());
  const testing::OldRows rows;
  ASSERT_OK(rows.Write(*Connect()));
  ASSERT_OK(Migrate());
  auto store = OpenSqliteStore(path_, base::SystemClock(), false);
  ASSERT_OK(store.status());
  rows.ExpectIn(**(*store)->OpenReadSession());
}

TEST_F(SqliteStoreTest, WhatIsDeletedIsOverwritten) {
  ASSERT_OK(Migrate());
  auto store = OpenSqliteStore(path_, base::SystemClock(), false);
  ASSERT_OK(store.status());
  const auto commit = [&](const engine::WriteSet& changes) {
    auto session = *(*store)->OpenWriteSession();
    ASSERT_OK(session->Begin());
    ASSERT_OK(session->Write(changes));
    ASSERT_OK(session->Commit());
  };
  const auto is_in_file = [&](std::string_view what) {
    auto connection = Connect();
    EXPECT_OK(connection->Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    std::ifstream file(path_, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    return bytes.find(what) != std::string::npos;
  };
  engine::WriteSet changes;
  for (const char* id : {"A", "B"}) {
    changes.new_identities.push_back(testing::RowOf<ledger::Identity>("sample", id));
    changes.new_identities.back().lookup_hash = id;
    changes.new_identities.back().ciphertext = Text("the identity of ", id);
    changes.new_member_keys.push_back(testing::RowOf<ledger::MemberKey>("sample", id));
    changes.new_member_keys.back().wrapped = Text("the key of ", id);
    changes.tags.push_back(testing::RowOf<ledger::MemberTags>("sample", id));
    changes.tags.back().ciphertext = Text(std::string(6000, '.'), "the tags of ", id);
  }
  commit(changes);
  for (const char* what : {"the identity of A", "the key of A", "the tags of A"})
    EXPECT_TRUE(is_in_file(what)) << what;
  engine::WriteSet later;
  later.deleted_identities = {{base::ProgramId("sample"), "A"}};
  later.deleted_member_keys = {{base::ProgramId("sample"), base::MemberId("A")}};
  commit(later);
  for (const char* what : {"the identity of ", "the key of ", "the tags of "}) {
    EXPECT_FALSE(is_in_file(Text(what, "A"))) << what;
    EXPECT_TRUE(is_in_file(Text(what, "B"))) << what;
  }
}

TEST_F(SqliteStoreTest, AMigrationThatFailsLeavesNothing) {
  ASSERT_OK(Migrate());
  std::vector<Migration> more(MigrationsOf(Dialect::kSqlite).begin(),
                              MigrationsOf(Dialect::kSqlite).end());
  const int64_t next = static_cast<int64_t>(more.size()) + 1;
  more.push_back({next, "9998_good", "CREATE TABLE good (x INTEGER);"});
  more.push_back(
      {next + 1, "9999_bad", "CREATE TABLE half (x INTEGER); CREATE TABLE member (x INTEGER);"});
  EXPECT_THAT(MigrateSqlite(path_, base::SystemClock(), more).status(),
              Refused(StatusCode::kInternal, "migration 9999_bad"));
  EXPECT_EQ(testing::ReadSchema(*Connect()), testing::DescribedSchema());
  EXPECT_OK(OpenStatus());
}

TEST_F(SqliteStoreTest, NoFileOrNoStoreIsRefusedAndLeftAlone) {
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "there is no store at"));
  EXPECT_FALSE(std::filesystem::exists(path_));

  WriteFile("");
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "run `fairpoint migrate`"));

  const std::string garbage(5000, 'x');
  WriteFile(garbage);
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "is no SQLite database"));
  EXPECT_THAT(Migrate(), Refused(kRefused, "is no SQLite database"));
  EXPECT_EQ(std::filesystem::file_size(path_), garbage.size());

  path_ = folder_;
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "cannot open"));
  path_ = folder_ + "/absent/store.db";
  EXPECT_THAT(Migrate(), Refused(kRefused, "check that the folder exists"));
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  for (const char* script : {"CREATE TABLE photos (x);", "CREATE TABLE schema_migration (x);",
                             "PRAGMA application_id=42;",
                             "PRAGMA application_id=42; CREATE TABLE schema_migration (x);"}) {
    SCOPED_TRACE(script);
    ASSERT_OK(Connect(SqliteAccess::kCreate)->Execute(script));
    EXPECT_THAT(OpenStatus(), Refused(kRefused, "no Fairpoint store"));
    EXPECT_THAT(Migrate(), Refused(kRefused, "was left alone"));
    EXPECT_EQ(Connect()->Pragma("journal_mode").value_or(""), "delete");
    std::filesystem::remove(path_);
  }
}

TEST_F(SqliteStoreTest, OtherVersionsAreRefused) {
  ASSERT_OK(Migrate());
  const auto run = [&](std::string_view sql) { ASSERT_OK(Connect()->Execute(sql)); };
  run("INSERT INTO schema_migration VALUES (99, x'41', x'00', 0)");
  EXPECT_THAT(OpenStatus(), testing::Refused(StatusCode::kDataLoss, "column sha256"));
  run("UPDATE schema_migration SET sha256 = zeroblob(32) WHERE version = 99");
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "has no version"));
  const int64_t newer = static_cast<int64_t>(MigrationsOf(Dialect::kSqlite).size()) + 1;
  run(Text("UPDATE schema_migration SET version = ", newer, " WHERE version = 99"));
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "run a Fairpoint at least as new"));
  EXPECT_THAT(Migrate(), Refused(kRefused, "run a Fairpoint at least as new"));
  run(Text("DELETE FROM schema_migration WHERE version = ", newer));
  EXPECT_OK(OpenStatus());
  run("UPDATE schema_migration SET sha256 = zeroblob(32) WHERE version = 1");
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "was changed after it was applied"));
  EXPECT_THAT(Migrate(), Refused(kRefused, path_));
  run("DELETE FROM schema_migration");
  EXPECT_THAT(OpenStatus(), Refused(kRefused, "run `fairpoint migrate`"));
}

TEST_F(SqliteStoreTest, AFullDiskIsSaidAndNothingIsHalfWritten) {
  ASSERT_OK(Migrate());
  auto connection = Connect();
  const std::string pages = connection->Pragma("page_count").value_or("");
  ASSERT_OK(connection->Execute(Text("PRAGMA max_page_count=", std::stoi(pages) + 5)));
  EXPECT_THAT(Fill(*connection, 2000), Refused(StatusCode::kResourceExhausted, "free disk space"));
  EXPECT_EQ(CountMembers(false), 0u);
  // And goes on when there is room again.
  ASSERT_OK(connection->Execute("PRAGMA max_page_count=1000000"));
  EXPECT_OK(Fill(*connection, 2000));
  EXPECT_EQ(CountMembers(false), 2000u);
}

TEST_F(SqliteStoreTest, DamageIsFound) {
  ASSERT_OK(Migrate());
  const size_t first_page = std::filesystem::file_size(path_) / 4096;  // that is for rows alone
  ASSERT_OK(Fill(*Connect(), 2000));
  ASSERT_OK(Connect()->Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = std::filesystem::file_size(path_);
    ASSERT_LT(first_page * 4096, size);
    for (size_t page = first_page; page * 4096 < size; ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(4096, '\x5a');
    }
  }
  auto store = OpenSqliteStore(path_, base::SystemClock(), true);
  ASSERT_OK(store.status());
  auto reader = (*store)->OpenReadSession();
  ASSERT_OK(reader.status());
  std::vector<ledger::Member> found;
  EXPECT_THAT((*reader)->ScanMembers({}, 100000, found),
              Refused(StatusCode::kDataLoss, "restore the file from a backup"));
}

TEST_F(SqliteStoreTest, AColumnThatHoldsSomethingElseIsNamed) {
  ASSERT_OK(Migrate());
  ASSERT_OK(Fill(*Connect(), 3));
  ASSERT_OK(Connect()->Execute(
      "UPDATE member SET head_hash = x'0102' WHERE member_id = CAST('1' AS BLOB)"));
  auto reader = *(*OpenSqliteStore(path_, base::SystemClock(), true))->OpenReadSession();
  std::vector<ledger::Member> found;
  EXPECT_THAT(reader->ScanMembers({}, 10, found),
              Refused(StatusCode::kDataLoss, "table member, row (sample, 1): column head_hash"));
  // The session goes on.
  EXPECT_OK(reader->ScanMembers({{base::ProgramId("sample"), base::MemberId("1")}, std::nullopt},
                                10, found));
  EXPECT_EQ(found.size(), 1u);
}

// As a user who is not root, because root may write everywhere; in a process of its own.
template <class Body>
int InProcessOfNobody(Body&& body) {
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0)) _exit(100);
    _exit(body());
  }
  int state = 0;
  waitpid(child, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 101;
}

TEST_F(SqliteStoreTest, WhatMayNotBeWrittenIsReadAndWritingSaysWhy) {
  ASSERT_OK(Migrate());
  ASSERT_OK(Fill(*Connect(), 3));
  ASSERT_FALSE(std::filesystem::exists(path_ + "-wal")) << "the last connection tidies up";
  chmod(path_.c_str(), 0444);
  chmod(folder_.c_str(), 0555);
  EXPECT_EQ(InProcessOfNobody([&] { return CountMembers(true) == 3 ? 0 : 1; }), 0);
  EXPECT_EQ(InProcessOfNobody([&] {
              auto store = OpenSqliteStore(path_, base::SystemClock(), false);
              if (!store.ok()) return 1;
              auto session = (*store)->OpenWriteSession();
              absl::Status status = session.ok() ? (*session)->Begin() : session.status();
              return status.code() == kRefused ? 0 : 2;
            }),
            0);
  EXPECT_EQ(InProcessOfNobody(
                [&] { return ServingLock::Acquire(path_).status().code() == kRefused ? 0 : 1; }),
            0);
}

TEST_F(SqliteStoreTest, ItIsReadWhileItIsServed) {
  ASSERT_OK(Migrate());
  auto server = Connect();
  ASSERT_OK(Fill(*server, 3));
  ASSERT_OK(server->BeginWrite());
  EXPECT_EQ(CountMembers(true), 3u);
  chmod(folder_.c_str(), 0555);
  EXPECT_EQ(CountMembers(true), 3u);
}

TEST_F(SqliteStoreTest, ClosedItIsOneCompleteFile) {
  ASSERT_OK(Migrate());
  const auto copied = [this] {
    const std::string copy = folder_ + "/copy.db";
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    const std::string original = std::exchange(path_, copy);
    const size_t members = CountMembers(true);
    path_ = original;
    return members;
  };
  {
    auto store = OpenSqliteStore(path_, base::SystemClock(), false);
    ASSERT_OK(store.status());
    ASSERT_OK((*store)->Ping());  // keeps a connection that only reads
    ASSERT_OK(Fill(*Connect(), 3));
  }
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  EXPECT_EQ(copied(), 3u);
  // Somebody reads on: the file is complete all the same.
  auto reader = OpenSqliteStore(path_, base::SystemClock(), true);
  ASSERT_OK(reader.status());
  {
    auto store = OpenSqliteStore(path_, base::SystemClock(), false);
    ASSERT_OK(store.status());
    ASSERT_OK((*reader)->Ping());
    auto writer = Connect();
    ASSERT_OK(writer->BeginWrite());
    ASSERT_OK(writer->Execute("DELETE FROM member"));
    ASSERT_OK(writer->Commit());
  }
  EXPECT_EQ(copied(), 0u);
}

TEST_F(SqliteStoreTest, MissingTriggersAreMadeAgainWhenAskedFor) {
  ASSERT_OK(Migrate());
  const auto shape = [this] {
    auto connection = Connect();
    auto statement = connection->Prepare("SELECT name, sql FROM sqlite_schema ORDER BY name");
    std::vector<std::string> rows;
    for (bool has_row = true; statement.ok();) {
      EXPECT_OK((*statement)->Next(has_row));
      if (!has_row) break;
      rows.push_back(Text((*statement)->Bytes(0), ": ", (*statement)->Bytes(1)));
    }
    return rows;
  };
  const std::vector<std::string> whole = shape();
  ASSERT_OK(Connect()->Execute("DROP TRIGGER entry_no_update; DROP TRIGGER journal_no_delete"));
  ASSERT_OK(Migrate());
  EXPECT_EQ(shape().size(), whole.size() - 2) << "a server that starts leaves them for the eye";
  const auto findings = (*OpenSqliteStore(path_, base::SystemClock(), false))->Inspect();
  ASSERT_OK(findings.status());
  ASSERT_EQ(findings->size(), 2u);
  EXPECT_THAT(findings->front().how_to_mend, ::testing::HasSubstr("run `fairpoint migrate`"));
  const auto restore = [this] {
    return MigrateSqlite(path_, base::SystemClock(), MigrationsOf(Dialect::kSqlite),
                         MissingTriggers::kRestore);
  };
  auto restored = restore();
  ASSERT_OK(restored.status());
  EXPECT_THAT(restored->notes,
              ::testing::ElementsAre(::testing::HasSubstr("entry_no_update was missing"),
                                     ::testing::HasSubstr("journal_no_delete was missing")));
  EXPECT_EQ(shape(), whole);
  restored = restore();
  ASSERT_OK(restored.status());
  EXPECT_TRUE(restored->notes.empty());
}

TEST_F(SqliteStoreTest, WhatCannotBeWrittenIsSaidOnce) {
  ASSERT_OK(Migrate());
  chmod(path_.c_str(), 0444);
  chmod(folder_.c_str(), 0777);
  EXPECT_EQ(InProcessOfNobody([&] {
              auto store = OpenSqliteStore(path_, base::SystemClock(), false);
              if (!store.ok()) return 1;
              const auto findings = (*store)->Inspect();
              if (!findings.ok() || findings->size() != 1) return 2;
              const engine::Finding& only = findings->front();
              return only.fatal && only.what == path_ + " cannot be written" ? 0 : 3;
            }),
            0);
}

TEST_F(SqliteStoreTest, AFileOfAnotherKindIsToldFromAStore) {
  const auto check = [&] { return CheckSqliteFile(path_, base::SystemClock()); };
  EXPECT_OK(check());
  WriteFile("");
  EXPECT_OK(check());
  ASSERT_OK(Migrate());
  EXPECT_OK(check());
  std::filesystem::remove(path_);
  WriteFile("# A letter\n" + std::string(5000, 'x'));
  EXPECT_THAT(check(), Refused(kRefused, "is no SQLite database"));
  std::filesystem::remove(path_);
  ASSERT_OK(Connect(SqliteAccess::kCreate)->Execute("CREATE TABLE photos (x);"));
  EXPECT_THAT(check(), Refused(kRefused, "no Fairpoint store"));
  path_ = folder_ + "/absent/store.db";
  EXPECT_THAT(check(), Refused(kRefused, Text("there is no folder ", folder_, "/absent: make it")));
}

TEST_F(SqliteStoreTest, ANewStoreIsItsOwnersAlone) {
  const mode_t before = umask(0);
  ASSERT_OK(Migrate());
  auto connection = Connect();
  ASSERT_OK(Fill(*connection, 3));
  umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat about {};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &about), 0) << suffix;
    EXPECT_EQ(about.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(SqliteStoreTest, EveryConnectionIsDurableAndGuarded) {
  ASSERT_OK(Migrate());
  auto connection = Connect();
  EXPECT_EQ(connection->Pragma("journal_mode").value_or(""), "wal");
  EXPECT_EQ(connection->Pragma("synchronous").value_or(""), "2");
  EXPECT_EQ(connection->Pragma("recursive_triggers").value_or(""), "1");
  EXPECT_EQ(connection->Pragma("foreign_keys").value_or(""), "0");
  EXPECT_EQ(Connect(SqliteAccess::kReadOnly)->Pragma("query_only").value_or(""), "1");
}

}  // namespace
}  // namespace fairpoint::storage
