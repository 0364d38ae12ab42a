// One connection to a SQLite file.
#ifndef FAIRPOINT_STORAGE_SQLITE_SQLITE_CONNECTION_H_
#define FAIRPOINT_STORAGE_SQLITE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/time.h"
#include "storage/driver.h"
#include "storage/sqlite/store_files.h"
#include "storage/statement_cache.h"

namespace fairpoint::storage {

inline constexpr absl::Duration kSqliteBusyTimeout = absl::Seconds(5);
// Written into the file's header: "FPLG".
inline constexpr int64_t kSqliteApplicationId = 0x46504c47;

// Writers of one process queue here: SQLite's own waiting is sleeping and looking again.
// Thread-safe.
class WriterGate {
 public:
  // False if the gate stayed closed for the whole time.
  bool Enter(absl::Duration timeout);
  void Leave();

 private:
  absl::Mutex mutex_;
  bool taken_ ABSL_GUARDED_BY(mutex_) = false;
};

enum class SqliteAccess : uint8_t {
  kCreate,     // makes the file where there is none
  kReadWrite,  // the file must be there
  kReadOnly,   // also where neither the file nor its folder can be written
};

class SqliteConnection final : public Connection {
 public:
  // `clock` outlives the connection. `gate` is null for connections that only read. What is in the
  // file is not looked at. With `files` it opens no others, and commits nothing once they are gone.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(
      const std::string& path, SqliteAccess access, base::Clock& clock,
      std::shared_ptr<WriterGate> gate, std::shared_ptr<StoreFiles> files = nullptr);
  ~SqliteConnection() override;

  Dialect dialect() const override { return Dialect::kSqlite; }
  absl::StatusOr<Statement*> Prepare(std::string_view sql) override;
  // Here also a script of many statements.
  absl::Status Execute(std::string_view sql) override;
  absl::Status BeginWrite() override;
  absl::Status BeginSnapshot() override;
  absl::Status Commit() override;
  void Rollback() override;
  absl::StatusOr<base::Instant> Now() override { return clock_.Now(); }

  // SQLite opens a file that may not be written for reading, and says nothing until the first
  // write.
  bool CanWrite() const { return sqlite3_db_readonly(db_, "main") == 0; }
  // Brings into the file itself as much as can be without waiting for anybody.
  void CheckpointNow();

  // That the files are still those that it was opened with (`files`). Not in a transaction: there
  // the file may be longer on paper than it is yet.
  absl::Status CheckFiles();

  // The first column of a pragma's first row.
  absl::StatusOr<std::string> Pragma(std::string_view name);

  const std::string& path() const { return path_; }

 private:
  SqliteConnection(std::string path, base::Clock& clock, std::shared_ptr<WriterGate> gate,
                   std::shared_ptr<StoreFiles> files);
  absl::Status OpenFile(const std::string& name, int flags);
  absl::Status Configure(SqliteAccess access);
  absl::Status Status(int code) const;
  void LeaveGate();
  absl::StatusOr<int64_t> BytesWanted();

  const std::string path_;
  base::Clock& clock_;
  const std::shared_ptr<WriterGate> gate_;
  const std::shared_ptr<StoreFiles> files_;
  int64_t bytes_wanted_ = 0;  // of the store, as the transaction under way began
  bool in_gate_ = false;
  sqlite3* db_ = nullptr;
  StatementCache statements_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SQLITE_CONNECTION_H_
