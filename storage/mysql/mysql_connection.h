// One connection to MySQL, MariaDB or TiDB through Connector/C++. Its exceptions end here.
#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_CONNECTION_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_CONNECTION_H_

#include <cppconn/connection.h>
#include <cppconn/statement.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"
#include "storage/driver.h"
#include "storage/mysql/mysql_url.h"
#include "storage/sql_store.h"
#include "storage/statement_cache.h"

namespace fairpoint::storage {

struct MysqlOptions {
  MysqlAddress address;
  std::string password;
  // TLS fails closed: with any of these set there is no connection in the clear.
  bool tls = false;  // encrypted; the certificate is checked only if tls_ca is given
  // A PEM file: the server's certificate must be signed by it and bear the host's name.
  std::string tls_ca;
  std::string tls_cert;  // client certificate and key, PEM files
  std::string tls_key;
  int64_t connect_timeout_s = 5;
  int64_t read_timeout_s = 10;              // for one answer: longer than any lock wait
  int64_t lock_wait_timeout_s = 2;          // then ABORTED
  int64_t idle_transaction_timeout_s = 10;  // a cut-off server's locks go after this
};

class MysqlConnection final : public Connection {
 public:
  static absl::StatusOr<std::unique_ptr<MysqlConnection>> Open(const MysqlOptions& options,
                                                               Purpose purpose);
  ~MysqlConnection() override;

  Dialect dialect() const override { return Dialect::kMysql; }
  absl::StatusOr<Statement*> Prepare(std::string_view sql) override;
  absl::Status Execute(std::string_view sql) override;
  absl::Status BeginWrite() override;
  absl::Status BeginSnapshot() override;
  absl::Status Commit() override;
  void Rollback() override;
  absl::StatusOr<base::Instant> Now() override;

  // The rows of a query without parameters, every column as text. Not through a prepared statement:
  // SHOW has none everywhere.
  absl::StatusOr<std::vector<std::vector<std::string>>> QueryText(std::string_view sql);

  // As Execute, telling the error's number: 0 for none.
  absl::Status Execute(std::string_view sql, int& error_number);

  const std::string& name() const { return name_; }

  // For statements: notes an error of the connection and makes it a status.
  absl::Status Failed(int number, std::string_view message);

 private:
  MysqlConnection(const MysqlOptions& options, Purpose purpose);
  absl::Status Connect();
  absl::Status ConfigureSession();
  absl::Status CheckTls();
  // Connects again if the connection broke, or was idle so long that it may have.
  absl::Status EnsureConnected();
  void Drop();

  const MysqlOptions options_;
  const Purpose purpose_;
  const std::string name_;
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::Statement> text_;
  StatementCache statements_;
  bool in_transaction_ = false;
  bool broken_ = false;
  absl::Time last_use_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_CONNECTION_H_
