#include "storage/sqlite/sqlite_statement.h"

#include <utility>

#include "storage/sqlite/sqlite_error.h"

namespace fairpoint::storage {

absl::StatusOr<std::unique_ptr<SqliteStatement>> SqliteStatement::Make(sqlite3* db,
                                                                       const std::string& path,
                                                                       std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteStatus(code, db, path);
  return std::unique_ptr<SqliteStatement>(new SqliteStatement(db, path, statement));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

void SqliteStatement::BindBytes(size_t parameter, std::string_view bytes) {
  const int index = static_cast<int>(parameter) + 1;
  // Without bytes there may be no address either, and binding none would bind NULL.
  Note(bytes.empty()
           ? sqlite3_bind_zeroblob(statement_, index, 0)
           : sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_STATIC));
}

void SqliteStatement::BindNumber(size_t parameter, int64_t number) {
  Note(sqlite3_bind_int64(statement_, static_cast<int>(parameter) + 1, number));
}

void SqliteStatement::BindNull(size_t parameter) {
  Note(sqlite3_bind_null(statement_, static_cast<int>(parameter) + 1));
}

absl::Status SqliteStatement::TakeBindStatus() {
  return SqliteStatus(std::exchange(bind_code_, SQLITE_OK), db_, path_);
}

absl::Status SqliteStatement::Execute() {
  if (absl::Status status = TakeBindStatus(); !status.ok()) return status;
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  // Before the reset, which changes the message.
  absl::Status status = SqliteStatus(code, db_, path_);
  sqlite3_reset(statement_);
  return status;
}

absl::Status SqliteStatement::Query() { return TakeBindStatus(); }

absl::Status SqliteStatement::Next(bool& has_row) {
  const int code = sqlite3_step(statement_);
  has_row = code == SQLITE_ROW;
  if (has_row) return absl::OkStatus();
  absl::Status status = SqliteStatus(code, db_, path_);
  sqlite3_reset(statement_);
  return status;
}

void SqliteStatement::Finish() { sqlite3_reset(statement_); }

bool SqliteStatement::IsNull(size_t column) {
  return sqlite3_column_type(statement_, static_cast<int>(column)) == SQLITE_NULL;
}

int64_t SqliteStatement::Number(size_t column) {
  return sqlite3_column_int64(statement_, static_cast<int>(column));
}

std::string_view SqliteStatement::Bytes(size_t column) {
  const int index = static_cast<int>(column);
  const void* const data = sqlite3_column_blob(statement_, index);
  if (data == nullptr) return "";
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_, index))};
}

}  // namespace fairpoint::storage
