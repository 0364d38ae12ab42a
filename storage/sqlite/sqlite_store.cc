#include "storage/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/sql_store.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/sqlite/sqlite_migration.h"
#include "storage/sqlite/store_files.h"
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
    CloseKeptConnections();
    absl::MutexLock lock(&mutex_);
    anchor_ = nullptr;
    // What took its place is not ours to touch.
    if (files_ != nullptr && !files_->CheckPlace().ok()) return;
    auto last = SqliteConnection::Open(path_, SqliteAccess::kReadWrite, clock_, gate_);
    if (last.ok()) (*last)->CheckpointNow();
  }
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  absl::Status Ping() override {
    {
      absl::MutexLock lock(&mutex_);
      if (anchor_ != nullptr) {
        if (absl::Status status = anchor_->CheckFiles(); !status.ok()) return status;
      }
    }
    return SqlStore::Ping();
  }

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
    auto files = Files(writes);
    if (!files.ok()) return files.status();
    return SqliteConnection::Open(path_,
                                  writes ? SqliteAccess::kReadWrite : SqliteAccess::kReadOnly,
                                  clock_, writes ? gate_ : nullptr, *std::move(files));
  }

 private:
  // What was there when the first connection that writes was opened; null before.
  absl::StatusOr<std::shared_ptr<StoreFiles>> Files(bool writes) {
    absl::MutexLock lock(&mutex_);
    if (anchor_ != nullptr || !writes) return files_;
    auto anchor = SqliteConnection::Open(path_, SqliteAccess::kReadWrite, clock_, nullptr);
    if (!anchor.ok()) return anchor.status();
    auto files = StoreFiles::Remember(path_);
    if (!files.ok()) return files.status();
    // Another, which knows its files; the first keeps them there until then.
    auto knowing = SqliteConnection::Open(path_, SqliteAccess::kReadWrite, clock_, nullptr, *files);
    if (!knowing.ok()) return knowing.status();
    files_ = *std::move(files);
    anchor_ = *std::move(knowing);
    return files_;
  }

  const std::string path_;
  base::Clock& clock_;
  const bool read_only_;
  const std::shared_ptr<WriterGate> gate_ = std::make_shared<WriterGate>();
  absl::Mutex mutex_;
  std::shared_ptr<StoreFiles> files_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<SqliteConnection> anchor_
      ABSL_GUARDED_BY(mutex_);  // open as long as the store: see StoreFiles
};

// A -wal file without its store holds what was committed last; beside a new store SQLite would
// delete it.
absl::Status CheckNothingIsLeft(const std::string& path) {
  const std::string wal = Resolved(path) + "-wal";
  struct stat about {};
  if (stat(wal.c_str(), &about) != 0 || about.st_size == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(Text(
      "there is no store at ", path, ", but ", wal,
      " is what a store left there: it was probably "
      "moved away or deleted. Put it back beside that file; if a new store is wanted, move that "
      "file away first"));
}

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
  if (stat(path.c_str(), &about) != 0 || about.st_size == 0) return CheckNothingIsLeft(path);
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
