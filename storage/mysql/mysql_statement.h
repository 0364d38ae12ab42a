#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_STATEMENT_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_STATEMENT_H_

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/driver.h"
#include "storage/mysql/mysql_connection.h"

namespace fairpoint::storage {

// A server-side prepared statement. Goes before its connection does.
class MysqlStatement final : public Statement {
 public:
  MysqlStatement(MysqlConnection& connection, std::unique_ptr<sql::PreparedStatement> statement)
      : connection_(connection), statement_(std::move(statement)) {}

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
  // What a parameter was last set to. The connector allocates for every setting, and many columns
  // repeat from group to group (the programme, a kind, a zero, nothing): those are left as they
  // stand.
  struct Bound {
    enum class Kind : uint8_t { kUnknown, kNull, kNumber, kBytes };
    Kind kind = Kind::kUnknown;
    int64_t number = 0;
    std::string bytes;
  };
  Bound& BoundAt(size_t parameter);

  // Runs `body` unless something failed before; keeps the first failure.
  template <class Body>
  void Try(Body&& body);
  absl::Status TakeStatus();

  MysqlConnection& connection_;
  const std::unique_ptr<sql::PreparedStatement> statement_;
  std::unique_ptr<sql::ResultSet> rows_;
  std::vector<Bound> bound_;
  sql::SQLString bytes_;  // of the last Bytes or BindBytes; kept for its memory
  absl::Status status_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_STATEMENT_H_
