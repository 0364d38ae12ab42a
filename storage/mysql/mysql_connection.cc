#include "storage/mysql/mysql_connection.h"

#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "storage/mysql/mysql_guard.h"
#include "storage/mysql/mysql_statement.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// A connection unused for longer is asked before a transaction rests on it.
constexpr absl::Duration kIdleBeforeCheck = absl::Seconds(5);

sql::mysql::MySQL_Driver& Driver() {
  static sql::mysql::MySQL_Driver* const driver = sql::mysql::get_mysql_driver_instance();
  return *driver;
}

// The client library keeps something for every thread that uses it.
void EnterThread() {
  struct Entered {
    Entered() { Driver().threadInit(); }
    ~Entered() { Driver().threadEnd(); }
  };
  thread_local const Entered entered;
  static_cast<void>(entered);
}

}  // namespace

MysqlConnection::MysqlConnection(const MysqlOptions& options, Purpose purpose)
    : options_(options), purpose_(purpose), name_(ToString(options.address)) {}

MysqlConnection::~MysqlConnection() { Drop(); }

absl::StatusOr<std::unique_ptr<MysqlConnection>> MysqlConnection::Open(const MysqlOptions& options,
                                                                       Purpose purpose) {
  std::unique_ptr<MysqlConnection> connection(new MysqlConnection(options, purpose));
  if (absl::Status status = connection->Connect(); !status.ok()) return status;
  return connection;
}

absl::Status MysqlConnection::Failed(int number, std::string_view message) {
  if (IsConnectionLost(number)) broken_ = true;
  return MysqlStatus(number, message, name_);
}

void MysqlConnection::Drop() {
  EnterThread();
  // Closing says goodbye to the server, which throws if it is gone; nothing is left to be done
  // about that.
  static_cast<void>(Guarded(
      [this] {
        statements_.Clear();
        text_ = nullptr;
        connection_ = nullptr;
      },
      [](int, std::string_view) { return absl::OkStatus(); }));
  in_transaction_ = false;
}

absl::Status MysqlConnection::Connect() {
  Drop();
  const MysqlAddress& address = options_.address;
  const bool wants_tls = options_.tls || !options_.tls_ca.empty() || !options_.tls_cert.empty();
  absl::Status status = Guarded(
      [&] {
        sql::ConnectOptionsMap map;
        map["hostName"] = sql::SQLString(address.socket.empty() ? Text("tcp://", address.host)
                                                                : Text("unix://", address.socket));
        if (address.socket.empty()) map["port"] = static_cast<int>(address.port);
        map["userName"] = sql::SQLString(address.user);
        map["password"] = sql::SQLString(options_.password);
        map["schema"] = sql::SQLString(address.database);
        map["OPT_CONNECT_TIMEOUT"] = static_cast<int>(options_.connect_timeout_s);
        map["OPT_READ_TIMEOUT"] = static_cast<int>(options_.read_timeout_s);
        map["OPT_WRITE_TIMEOUT"] = static_cast<int>(options_.read_timeout_s);
        map["OPT_RECONNECT"] = false;
        if (wants_tls) {
          map["sslEnforce"] = true;
          if (!options_.tls_ca.empty()) {
            map["sslCA"] = sql::SQLString(options_.tls_ca);
            map["sslVerify"] = true;
          }
          if (!options_.tls_cert.empty()) {
            map["sslCert"] = sql::SQLString(options_.tls_cert);
            map["sslKey"] = sql::SQLString(options_.tls_key);
          }
        }
        connection_.reset(Driver().connect(map));
        text_.reset(connection_->createStatement());
      },
      [this](int number, std::string_view message) { return MysqlStatus(number, message, name_); });
  if (status.ok() && wants_tls) status = CheckTls();
  if (status.ok()) status = ConfigureSession();
  if (!status.ok()) Drop();
  last_use_ = absl::Now();
  return status;
}

absl::Status MysqlConnection::CheckTls() {
  // The connector's own options have let connections pass in the clear: believe the server only.
  auto rows = QueryText("SHOW STATUS LIKE 'Ssl_cipher'");
  if (!rows.ok()) return rows.status();
  if (!rows->empty() && rows->front().size() == 2 && !rows->front()[1].empty())
    return absl::OkStatus();
  return absl::FailedPreconditionError(Text(name_,
                                            ": TLS was asked for, but the connection is in the "
                                            "clear: make the server offer TLS (docs/database.md)"));
}

absl::Status MysqlConnection::ConfigureSession() {
  const bool writes = purpose_ == Purpose::kWrite;
  const std::string settings[] = {
      // Bytes are bytes in both directions.
      "SET NAMES binary",
      // A reader's transactions are snapshots; a writer must see what was committed while it waited
      // for a lock.
      Text("SET SESSION TRANSACTION ISOLATION LEVEL ",
           writes ? "READ COMMITTED" : "REPEATABLE READ"),
      Text("SET SESSION time_zone='+00:00', sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
           "innodb_lock_wait_timeout=",
           options_.lock_wait_timeout_s, ", lock_wait_timeout=",
           std::min<int64_t>(options_.read_timeout_s / 2, 30), ", autocommit=", writes ? 0 : 1),
  };
  for (const std::string& setting : settings) {
    if (absl::Status status = Execute(setting); !status.ok()) return status;
  }
  // Diving into the index once a key costs as much as the query; an index is forced anyway.
  int number = 0;
  absl::Status status = Execute("SET SESSION eq_range_index_dive_limit=1", number);
  if (!status.ok() && number != kUnknownSystemVariable) return status;
  if (!writes) return absl::OkStatus();
  // MariaDB ends idle transactions, those too that have only locked rows and written none yet;
  // elsewhere the whole idle connection has to go, and comes back when needed.
  const int64_t idle_s = options_.idle_transaction_timeout_s;
  status = Execute(Text("SET SESSION idle_transaction_timeout=", idle_s,
                        ", idle_write_transaction_timeout=", idle_s,
                        ", idle_readonly_transaction_timeout=", idle_s),
                   number);
  if (number == kUnknownSystemVariable)
    status = Execute(Text("SET SESSION wait_timeout=", options_.idle_transaction_timeout_s));
  return status;
}

absl::Status MysqlConnection::EnsureConnected() {
  EnterThread();
  const absl::Time now = absl::Now();
  if (connection_ != nullptr && !broken_ && now - last_use_ > kIdleBeforeCheck) {
    bool is_valid = false;
    static_cast<void>(Guarded([&] { is_valid = connection_->isValid(); },
                              [](int, std::string_view) { return absl::OkStatus(); }));
    broken_ = !is_valid;
  }
  last_use_ = now;
  if (connection_ != nullptr && !broken_) return absl::OkStatus();
  broken_ = false;
  return WhenServed(Connect());
}

absl::StatusOr<Statement*> MysqlConnection::Prepare(std::string_view sql) {
  if (!in_transaction_) {
    if (absl::Status status = EnsureConnected(); !status.ok()) return status;
  } else if (connection_ == nullptr || broken_) {
    return absl::UnavailableError(
        Text(name_, ": the connection broke in the middle of the transaction"));
  }
  if (Statement* const found = statements_.Find(sql)) return found;
  EnterThread();
  std::unique_ptr<sql::PreparedStatement> prepared;
  absl::Status status = Guarded(
      [&] {
        prepared.reset(connection_->prepareStatement(sql::SQLString(sql.data(), sql.size())));
      },
      [this](int number, std::string_view message) { return Failed(number, message); });
  if (!status.ok()) return status;
  return statements_.Add(sql, std::make_unique<MysqlStatement>(*this, std::move(prepared)));
}

absl::Status MysqlConnection::Execute(std::string_view sql) {
  int number = 0;
  return Execute(sql, number);
}

absl::Status MysqlConnection::Execute(std::string_view sql, int& error_number) {
  error_number = 0;
  if (connection_ == nullptr || broken_)
    return absl::UnavailableError(Text(name_, ": the connection broke"));
  return Guarded(
      [&] {
        // A result set, if there is one, is drained by being destroyed.
        if (text_->execute(sql::SQLString(sql.data(), sql.size()))) {
          const std::unique_ptr<sql::ResultSet> unwanted(text_->getResultSet());
        }
      },
      [&](int number, std::string_view message) {
        error_number = number;
        return Failed(number, message);
      });
}

absl::StatusOr<std::vector<std::vector<std::string>>> MysqlConnection::QueryText(
    std::string_view sql) {
  if (connection_ == nullptr || broken_)
    return absl::UnavailableError(Text(name_, ": the connection broke"));
  std::vector<std::vector<std::string>> found;
  absl::Status status = Guarded(
      [&] {
        const std::unique_ptr<sql::ResultSet> rows(
            text_->executeQuery(sql::SQLString(sql.data(), sql.size())));
        const uint32_t columns = rows->getMetaData()->getColumnCount();
        while (rows->next()) {
          std::vector<std::string>& row = found.emplace_back();
          for (uint32_t i = 1; i <= columns; ++i) row.push_back(rows->getString(i).asStdString());
        }
      },
      [this](int number, std::string_view message) { return Failed(number, message); });
  if (!status.ok()) return status;
  return found;
}

absl::Status MysqlConnection::BeginWrite() {
  if (absl::Status status = EnsureConnected(); !status.ok()) return status;
  // autocommit is off: the first statement begins the transaction, without a round trip of its own.
  in_transaction_ = true;
  return absl::OkStatus();
}

absl::Status MysqlConnection::BeginSnapshot() {
  if (absl::Status status = EnsureConnected(); !status.ok()) return status;
  if (absl::Status status = Execute("START TRANSACTION WITH CONSISTENT SNAPSHOT"); !status.ok())
    return status;
  in_transaction_ = true;
  return absl::OkStatus();
}

absl::Status MysqlConnection::Commit() {
  if (connection_ == nullptr || broken_) {
    // It broke before COMMIT was sent: the server rolls back.
    return absl::UnavailableError(
        Text(name_, ": the connection broke in the middle of the transaction"));
  }
  absl::Status status = Guarded([this] { text_->execute("COMMIT"); },
                                [this](int number, std::string_view message) {
                                  static_cast<void>(Failed(number, message));
                                  return MysqlCommitStatus(number, message, name_);
                                });
  if (status.ok()) in_transaction_ = false;
  last_use_ = absl::Now();
  return status;
}

void MysqlConnection::Rollback() {
  // With autocommit off even a plain read began something.
  if (connection_ != nullptr && !broken_ && (in_transaction_ || purpose_ == Purpose::kWrite)) {
    // A connection that cannot even roll back is closed, which does.
    if (!Execute("ROLLBACK").ok()) broken_ = true;
  }
  if (broken_) Drop();
  in_transaction_ = false;
}

absl::StatusOr<base::Instant> MysqlConnection::Now() {
  auto statement = Prepare("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', SYSDATE(6))");
  if (!statement.ok()) return statement.status();
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  bool has_row = false;
  if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
  const base::Instant now{(*statement)->Number(0)};
  (*statement)->Finish();
  return now;
}

}  // namespace fairpoint::storage
