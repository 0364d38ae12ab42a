#include "storage/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/sql_store.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/sqlite/sqlite_migration.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

class SqliteStore final : public SqlStore {
 public:
  SqliteStore(std::string path, base::Clock& clock, bool read_only)
      : path_(std::move(path)), clock_(clock), read_only_(read_only) {}
  // A store at rest is one complete file. SQLite sees to that when the last connection closes, but
  // not if that one only reads, as the kept one does.
  ~SqliteStore() override {
    if (read_only_) return;
    CloseKeptConnection();
    auto last = SqliteConnection::Open(path_, SqliteAccess::kReadWrite, clock_, gate_);
    if (last.ok()) (*last)->CheckpointNow();
  }
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  absl::StatusOr<std::vector<engine::Finding>> Inspect() override {
    std::vector<engine::Finding> findings;
    if (read_only_) return findings;
    auto connection = SqliteConnection::Open(path_, SqliteAccess::kReadWrite, clock_, gate_);
    if (!connection.ok()) return connection.status();
    if (!(*connection)->CanWrite()) {
      // Said once: every table would say it again.
      findings.push_back({.fatal = true,
                          .what = Text(path_, " cannot be written"),
                          .how_to_mend = "make the file and its folder writable for this user, and "
                                         "the file system writable"});
      return findings;
    }
    const std::pair<std::string_view, std::string_view> wanted[] = {
        {"journal_mode", "wal"}, {"synchronous", "2"}, {"recursive_triggers", "1"}};
    for (const auto& [pragma, value] : wanted) {
      auto actual = (*connection)->Pragma(pragma);
      if (!actual.ok()) return actual.status();
      if (*actual == value) continue;
      findings.push_back(
          {.fatal = true,
           .what = Text(path_, ": PRAGMA ", pragma, " is ", *actual, ", not ", value),
           .how_to_mend =
               pragma == "journal_mode"
                   ? Text("stop the server and run: sqlite3 ", path_, " 'PRAGMA journal_mode=WAL'")
                   : "use a SQLite library that was built without leaving this out"});
    }
    if (absl::Status status = ProbeAppendOnly(**connection, findings); !status.ok()) return status;
    return findings;
  }

 protected:
  absl::StatusOr<std::unique_ptr<Connection>> Connect(Purpose purpose) override {
    if (purpose == Purpose::kWrite && read_only_) {
      return absl::FailedPreconditionError(Text(path_, " was opened for reading only"));
    }
    const bool writes = purpose == Purpose::kWrite;
    return SqliteConnection::Open(path_,
                                  writes ? SqliteAccess::kReadWrite : SqliteAccess::kReadOnly,
                                  clock_, writes ? gate_ : nullptr);
  }

 private:
  const std::string path_;
  base::Clock& clock_;
  const bool read_only_;
  const std::shared_ptr<WriterGate> gate_ = std::make_shared<WriterGate>();
};

}  // namespace

absl::StatusOr<std::unique_ptr<engine::Store>> OpenSqliteStore(const std::string& path,
                                                               base::Clock& clock, bool read_only) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) {
    return absl::FailedPreconditionError(Text(
        "there is no store at ", path, ": check the path, or run `fairpoint migrate` to make one"));
  }
  auto connection = SqliteConnection::Open(path, SqliteAccess::kReadOnly, clock, nullptr);
  if (!connection.ok()) return connection.status();
  SqliteMigrationTarget target(**connection);
  if (absl::Status status = CheckSchema(target, MigrationsOf(Dialect::kSqlite)); !status.ok())
    return status;
  return std::make_unique<SqliteStore>(path, clock, read_only);
}

absl::Status CheckSqliteFile(const std::string& path, base::Clock& clock) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::exists(folder, error) && !error) {
    return absl::FailedPreconditionError(Text("there is no folder ", folder.string(), ": make it"));
  }
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return absl::OkStatus();
  auto connection = SqliteConnection::Open(path, SqliteAccess::kReadOnly, clock, nullptr);
  absl::Status status = connection.status();
  if (status.ok()) {
    status = SqliteMigrationTarget(**connection).TableNames().status();
    if (absl::IsFailedPrecondition(status))
      status = absl::FailedPreconditionError(Text(path, ": ", std::string(status.message())));
  }
  // What else there is to say, opening it says when it is locked.
  return absl::IsFailedPrecondition(status) ? status : absl::OkStatus();
}

absl::StatusOr<MigrationReport> MigrateSqlite(const std::string& path, base::Clock& clock,
                                              std::span<const Migration> known,
                                              MissingTriggers missing) {
  auto connection = SqliteConnection::Open(path, SqliteAccess::kCreate, clock, nullptr);
  if (!connection.ok()) return connection.status();
  SqliteMigrationTarget target(**connection);
  return Migrate(target, known, missing);
}

}  // namespace fairpoint::storage
