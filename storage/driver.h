// What a driver gives: one connection with prepared statements, and the few words in which its SQL
// differs. Everything above it (sessions, loads, scans, migrations) is written once. Statuses are
// those of engine/store.h.
#ifndef FAIRPOINT_STORAGE_DRIVER_H_
#define FAIRPOINT_STORAGE_DRIVER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/time.h"

namespace fairpoint::storage {

enum class Dialect : uint8_t { kSqlite, kMysql };

// A prepared statement: bind all parameters, then Execute; or Query, then Next until it says no,
// reading columns in between. Not thread-safe. Parameters and columns count from 0. A failure while
// binding or reading is reported by the next Execute, Query or Next.
class Statement {
 public:
  virtual ~Statement() = default;

  // The bytes must outlive the Execute or Query that follows.
  virtual void BindBytes(size_t parameter, std::string_view bytes) = 0;
  virtual void BindNumber(size_t parameter, int64_t number) = 0;
  virtual void BindNull(size_t parameter) = 0;

  virtual absl::Status Execute() = 0;

  virtual absl::Status Query() = 0;
  // Sets `has_row`; after false the statement is ready to be bound again.
  virtual absl::Status Next(bool& has_row) = 0;
  // Ends a result that is not wanted to its end.
  virtual void Finish() = 0;

  virtual bool IsNull(size_t column) = 0;
  virtual int64_t Number(size_t column) = 0;
  // Valid until the next call.
  virtual std::string_view Bytes(size_t column) = 0;
};

// Not thread-safe, but may be handed from thread to thread. A connection that broke comes back by
// itself at the next BeginWrite or BeginSnapshot or, outside a transaction, at the next Prepare:
// statements prepared before are gone then.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Dialect dialect() const = 0;

  // The statement lives as long as the connection holds; the same text gives the same statement.
  virtual absl::StatusOr<Statement*> Prepare(std::string_view sql) = 0;
  // One statement as text, its rows (if any) thrown away.
  virtual absl::Status Execute(std::string_view sql) = 0;

  // Begins a transaction that may write, at READ COMMITTED (SQLite: BEGIN IMMEDIATE, which waits
  // for other writers).
  virtual absl::Status BeginWrite() = 0;
  // Begins a transaction that only reads and sees one instant.
  virtual absl::Status BeginSnapshot() = 0;
  virtual absl::Status Commit() = 0;
  // Ends the transaction whatever its state; harmless when there is none.
  virtual void Rollback() = 0;

  // The database's clock at this moment (SQLite: the clock given at opening).
  virtual absl::StatusOr<base::Instant> Now() = 0;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_DRIVER_H_
