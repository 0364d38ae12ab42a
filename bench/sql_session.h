// A connection to MariaDB through Connector/C++, for SQL written by hand.
#ifndef FAIRPOINT_BENCH_SQL_SESSION_H_
#define FAIRPOINT_BENCH_SQL_SESSION_H_

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"
#include "storage/schema.h"

namespace fairpoint::bench {

struct SqlServer {
  std::string host = "127.0.0.1";
  int port = 3306;
  std::string user = "fairpoint";
  std::string password;
  std::string database;
};

// Not thread-safe: one a thread, made and used on it. Errors are sql::SQLException.
class SqlSession {
 public:
  // Autocommit is off.
  explicit SqlSession(const SqlServer& server);
  ~SqlSession();
  SqlSession(const SqlSession&) = delete;
  SqlSession& operator=(const SqlSession&) = delete;

  // Prepared once, kept.
  sql::PreparedStatement& Prepared(const std::string& sql);
  void Commit() { connection_->commit(); }
  void Rollback() { connection_->rollback(); }
  void Execute(const std::string& sql);

 private:
  std::unique_ptr<sql::Connection> connection_;
  std::map<std::string, std::unique_ptr<sql::PreparedStatement>> statements_;
};

// Binds values to consecutive parameters; as a visitor of a row's columns (storage/schema.h), whole
// rows.
class SqlBinder {
 public:
  explicit SqlBinder(sql::PreparedStatement& statement) : statement_(statement) {}

  SqlBinder& Bytes(std::string_view bytes);
  SqlBinder& Number(int64_t number);
  SqlBinder& Null();
  sql::PreparedStatement& statement() { return statement_; }

  template <class Tag>
  void operator()(std::string_view, const base::Id<Tag>& value) {
    Bytes(value.value());
  }
  void operator()(std::string_view, const std::string& value) { Bytes(value); }
  void operator()(std::string_view, const base::Hash& value) { Bytes(base::AsBytes(value)); }
  void operator()(std::string_view, int64_t value) { Number(value); }
  void operator()(std::string_view, base::Points value) { Number(value.value); }
  void operator()(std::string_view, base::Instant value) { Number(value.micros); }
  void operator()(std::string_view, std::optional<int64_t> value) {
    value ? Number(*value) : Null();
  }
  void operator()(std::string_view, std::optional<base::Instant> value) {
    value ? Number(value->micros) : Null();
  }
  template <class Small>
    requires std::is_enum_v<Small> || std::is_same_v<Small, bool>
  void operator()(std::string_view, const Small& value) {
    Number(static_cast<int64_t>(value));
  }
  template <storage::StoredWhole Value>
  void operator()(std::string_view, const Value& value) {
    Bytes(Encode(value));
  }

 private:
  sql::PreparedStatement& statement_;
  unsigned next_ = 1;
};

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_SQL_SESSION_H_
