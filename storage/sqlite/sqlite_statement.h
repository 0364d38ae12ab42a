#ifndef FAIRPOINT_STORAGE_SQLITE_SQLITE_STATEMENT_H_
#define FAIRPOINT_STORAGE_SQLITE_SQLITE_STATEMENT_H_

#include <sqlite3.h>

#include <memory>
#include <string>

#include "storage/driver.h"

namespace fairpoint::storage {

class SqliteStatement final : public Statement {
 public:
  // `path` is for messages and outlives the statement, as `db` does.
  static absl::StatusOr<std::unique_ptr<SqliteStatement>> Make(sqlite3* db, const std::string& path,
                                                               std::string_view sql);
  ~SqliteStatement() override;
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void BindBytes(size_t parameter, std::string_view bytes) override;
  void BindNumber(size_t parameter, int64_t number) override;
  void BindNull(size_t parameter) override;
  absl::Status Execute() override;
  absl::Status Query() override;
  absl::Status Next(bool& has_row) override;
  void Finish() override;
  bool IsNull(size_t column) override;
  int64_t Number(size_t column) override;
  std::string_view Bytes(size_t column) override;

 private:
  SqliteStatement(sqlite3* db, const std::string& path, sqlite3_stmt* statement)
      : db_(db), path_(path), statement_(statement) {}
  void Note(int code) {
    if (code != SQLITE_OK && bind_code_ == SQLITE_OK) bind_code_ = code;
  }
  absl::Status TakeBindStatus();

  sqlite3* const db_;
  const std::string& path_;
  sqlite3_stmt* const statement_;
  int bind_code_ = SQLITE_OK;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SQLITE_STATEMENT_H_
