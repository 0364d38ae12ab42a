#include "bench/sql_session.h"

#include <cppconn/datatype.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <string>

namespace fairpoint::bench {
namespace {

// Its first use is not thread-safe.
sql::mysql::MySQL_Driver& Driver() {
  static sql::mysql::MySQL_Driver* const driver = sql::mysql::get_mysql_driver_instance();
  return *driver;
}

}  // namespace

SqlSession::SqlSession(const SqlServer& server) {
  Driver().threadInit();
  connection_.reset(Driver().connect("tcp://" + server.host + ":" + std::to_string(server.port),
                                     server.user, server.password));
  connection_->setSchema(server.database);
  connection_->setAutoCommit(false);
}

SqlSession::~SqlSession() {
  statements_.clear();
  connection_.reset();
  Driver().threadEnd();
}

sql::PreparedStatement& SqlSession::Prepared(const std::string& sql) {
  std::unique_ptr<sql::PreparedStatement>& statement = statements_[sql];
  if (!statement) statement.reset(connection_->prepareStatement(sql));
  return *statement;
}

void SqlSession::Execute(const std::string& sql) {
  const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
  statement->execute(sql);
}

SqlBinder& SqlBinder::Bytes(std::string_view bytes) {
  statement_.setString(next_++, sql::SQLString(bytes.data(), bytes.size()));
  return *this;
}

SqlBinder& SqlBinder::Number(int64_t number) {
  statement_.setInt64(next_++, number);
  return *this;
}

SqlBinder& SqlBinder::Null() {
  statement_.setNull(next_++, sql::DataType::BIGINT);
  return *this;
}

}  // namespace fairpoint::bench
