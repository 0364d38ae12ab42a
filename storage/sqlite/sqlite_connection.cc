#include "storage/sqlite/sqlite_connection.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "storage/sqlite/sqlite_error.h"
#include "storage/sqlite/sqlite_statement.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// For the URI that says `immutable`.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '?' || c == '#' || c == '%' || byte <= ' ' || byte >= 0x7f) {
      uri.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    } else {
      uri.push_back(c);
    }
  }
  return uri.append("?immutable=1");
}

bool HasContent(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && about.st_size > 0;
}

// A new store is its owner's alone, whatever the umask; SQLite gives the files beside it the same
// rights. If this fails, opening says why.
void MakePrivate(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
}

}  // namespace

bool WriterGate::Enter(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto is_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !taken_; };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_free), timeout)) return false;
  taken_ = true;
  return true;
}

void WriterGate::Leave() {
  absl::MutexLock lock(&mutex_);
  taken_ = false;
}

SqliteConnection::SqliteConnection(std::string path, base::Clock& clock,
                                   std::shared_ptr<WriterGate> gate,
                                   std::shared_ptr<StoreFiles> files)
    : path_(std::move(path)), clock_(clock), gate_(std::move(gate)), files_(std::move(files)) {}

SqliteConnection::~SqliteConnection() {
  Rollback();
  statements_.Clear();
  sqlite3_close(db_);
}

absl::Status SqliteConnection::Status(int code) const { return SqliteStatus(code, db_, path_); }

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(
    const std::string& path, SqliteAccess access, base::Clock& clock,
    std::shared_ptr<WriterGate> gate, std::shared_ptr<StoreFiles> files) {
  if (files != nullptr) {
    if (absl::Status status = files->CheckPlace(); !status.ok()) return status;
  }
  struct stat about {};
  if (stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode)) {
    return absl::FailedPreconditionError(
        Text("cannot open ", path, ": it is a folder or device; name a file"));
  }
  if (access == SqliteAccess::kCreate) MakePrivate(path);
  std::unique_ptr<SqliteConnection> connection(
      new SqliteConnection(path, clock, std::move(gate), std::move(files)));
  int flags = SQLITE_OPEN_READONLY;
  if (access == SqliteAccess::kReadWrite) flags = SQLITE_OPEN_READWRITE;
  if (access == SqliteAccess::kCreate) flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  absl::Status status = connection->OpenFile(path, flags);
  if (!status.ok() && access == SqliteAccess::kReadOnly && HasContent(path) &&
      !HasContent(path + "-wal")) {
    // Reading in WAL mode needs a file beside the store. Where that cannot be made and nothing is
    // left to be replayed, nobody can be writing either, and the file may be read as it lies.
    if (connection->OpenFile(UriOf(path), flags | SQLITE_OPEN_URI).ok()) status = absl::OkStatus();
  }
  if (status.ok()) status = connection->Configure(access);
  if (status.ok()) status = connection->CheckFiles();
  if (!status.ok()) return status;
  return connection;
}

absl::Status SqliteConnection::OpenFile(const std::string& name, int flags) {
  statements_.Clear();
  sqlite3_close(std::exchange(db_, nullptr));
  if (const int code = sqlite3_open_v2(name.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
      code != SQLITE_OK) {
    return Status(code);
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, static_cast<int>(absl::ToInt64Milliseconds(kSqliteBusyTimeout)));
  // SQLite opens lazily: only now is anything read.
  return Execute("SELECT count(*) FROM sqlite_schema");
}

absl::Status SqliteConnection::Configure(SqliteAccess access) {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (absl::Status status = Execute(
          "PRAGMA foreign_keys=OFF; PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF;"
          "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384");
      !status.ok()) {
    return status;
  }
  if (access == SqliteAccess::kReadOnly) return Execute("PRAGMA query_only=ON");
  // secure_delete: what erasure deletes is overwritten.
  return Execute(
      "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=16000; PRAGMA "
      "journal_size_limit=67108864");
}

absl::StatusOr<Statement*> SqliteConnection::Prepare(std::string_view sql) {
  if (Statement* const found = statements_.Find(sql)) return found;
  auto made = SqliteStatement::Make(db_, path_, sql);
  if (!made.ok()) return made.status();
  return statements_.Add(sql, *std::move(made));
}

absl::Status SqliteConnection::Execute(std::string_view sql) {
  return Status(sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr));
}

absl::StatusOr<int64_t> SqliteConnection::BytesWanted() {
  int64_t bytes = 1;
  for (const char* factor : {"page_count", "page_size"}) {
    auto value = Pragma(factor);
    if (!value.ok()) return value.status();
    bytes *= std::atoll(value->c_str());
  }
  return bytes;
}

absl::Status SqliteConnection::CheckFiles() {
  if (files_ == nullptr) return absl::OkStatus();
  return files_->Check([this] { return BytesWanted(); });
}

absl::Status SqliteConnection::BeginWrite() {
  if (gate_ != nullptr && !in_gate_) {
    if (!gate_->Enter(kSqliteBusyTimeout)) {
      return absl::AbortedError(
          Text("another transaction of this process holds ", path_, " for too long; try again"));
    }
    in_gate_ = true;
  }
  absl::Status status = Execute("BEGIN IMMEDIATE");
  // From here on nobody else changes how long the file is to be.
  if (status.ok() && files_ != nullptr) {
    const auto wanted = BytesWanted();
    status = wanted.ok() ? CheckFiles() : wanted.status();
    if (wanted.ok()) bytes_wanted_ = *wanted;
    if (!status.ok()) static_cast<void>(Execute("ROLLBACK"));
  }
  if (!status.ok()) LeaveGate();
  return status;
}

absl::Status SqliteConnection::BeginSnapshot() {
  if (absl::Status status = Execute("BEGIN"); !status.ok()) return status;
  // The snapshot is taken by the first read.
  return Execute("SELECT count(*) FROM sqlite_schema");
}

absl::Status SqliteConnection::Commit() {
  if (files_ != nullptr) {
    const auto wanted = [this] { return bytes_wanted_; };
    if (absl::Status status = files_->Check(wanted); !status.ok()) return status;
  }
  const int code = sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) {
    LeaveGate();
    // Taken away in this very moment: perhaps before, and then it is lost.
    const absl::Status place = files_ == nullptr ? absl::OkStatus() : files_->CheckPlace();
    return place.ok() ? place : absl::UnknownError(place.message());
  }
  absl::Status status = Status(code);
  // What was written before a sync failed may yet be replayed after a crash.
  if ((code & 0xff) == SQLITE_IOERR) return absl::UnknownError(status.message());
  return status;
}

void SqliteConnection::Rollback() {
  if (db_ != nullptr && sqlite3_get_autocommit(db_) == 0)
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  LeaveGate();
}

void SqliteConnection::LeaveGate() {
  if (std::exchange(in_gate_, false)) gate_->Leave();
}

void SqliteConnection::CheckpointNow() {
  sqlite3_busy_timeout(db_, 0);
  // If it fails, what was committed stands in the -wal file as before.
  static_cast<void>(Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  sqlite3_busy_timeout(db_, static_cast<int>(absl::ToInt64Milliseconds(kSqliteBusyTimeout)));
}

absl::StatusOr<std::string> SqliteConnection::Pragma(std::string_view name) {
  auto statement = SqliteStatement::Make(db_, path_, Text("PRAGMA ", name));
  if (!statement.ok()) return statement.status();
  bool has_row = false;
  if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
  return has_row ? std::string((*statement)->Bytes(0)) : std::string();
}

}  // namespace fairpoint::storage
