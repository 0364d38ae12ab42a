#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "storage/mysql/mysql_store.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

constexpr int64_t kTimeoutSecondsMax = 60;
constexpr int64_t kPacketBytesMin = 4 << 20;

std::optional<int64_t> NumberOf(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  int64_t number = 0;
  if (found == variables.end()) return std::nullopt;
  const auto [end, error] =
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  return error == std::errc() ? std::optional<int64_t>(number) : std::nullopt;
}

bool Is(const Variables& variables, std::string_view name, std::string_view value) {
  const auto found = variables.find(name);
  return found != variables.end() && found->second == value;
}

void Add(std::vector<engine::Finding>& findings, bool fatal, std::string what,
         std::string how_to_mend) {
  findings.push_back({fatal, std::move(what), std::move(how_to_mend)});
}

void InspectDurability(const Variables& variables, std::vector<engine::Finding>& findings) {
  // TiDB has neither variable that matters: its log is always synced.
  const auto flush = NumberOf(variables, "innodb_flush_log_at_trx_commit");
  if (flush && *flush != 1) {
    Add(findings, true,
        Text("innodb_flush_log_at_trx_commit is ", *flush,
             ": a crash loses commits that were acknowledged"),
        "SET GLOBAL innodb_flush_log_at_trx_commit=1, and the same in the server's configuration");
  }
  const auto sync = NumberOf(variables, "sync_binlog");
  if (Is(variables, "log_bin", "ON") && sync && *sync != 1) {
    Add(findings, true,
        Text("the binary log is on and sync_binlog is ", *sync,
             ": a crash loses commits that were acknowledged"),
        "SET GLOBAL sync_binlog=1, and the same in the server's configuration");
  }
  if (Is(variables, "innodb_doublewrite", "OFF")) {
    Add(findings, false, "innodb_doublewrite is OFF: a crash may tear pages",
        "set innodb_doublewrite=ON in the server's configuration, unless the file system writes "
        "pages atomically");
  }
  const auto recovery = NumberOf(variables, "innodb_force_recovery");
  if (recovery && *recovery != 0) {
    Add(findings, true, Text("innodb_force_recovery is ", *recovery),
        "repair the database, then start it without innodb_force_recovery");
  }
}

// MariaDB counts a transaction that has only locked as reading, so each name matters that it has;
// MySQL has only the connection's.
void InspectIdleTimeouts(const Variables& variables, std::vector<engine::Finding>& findings) {
  const auto inspect = [&](std::string_view name) {
    const auto idle = NumberOf(variables, name);
    if (idle && *idle >= 1 && *idle <= kTimeoutSecondsMax) return;
    Add(findings, true,
        Text("a server cut off from the database would hold its locks: ", name, " is ",
             idle.value_or(0), " s in our session (0: for ever)"),
        Text("let the user set its session's ", name));
  };
  bool is_mariadb = false;
  for (const std::string_view name : {"idle_transaction_timeout", "idle_write_transaction_timeout",
                                      "idle_readonly_transaction_timeout"}) {
    if (!variables.contains(name)) continue;
    is_mariadb = true;
    inspect(name);
  }
  if (!is_mariadb) inspect("wait_timeout");
}

void InspectSession(const Variables& variables, std::vector<engine::Finding>& findings) {
  // The name differs between MariaDB and MySQL.
  if (!Is(variables, "tx_isolation", "READ-COMMITTED") &&
      !Is(variables, "transaction_isolation", "READ-COMMITTED")) {
    Add(findings, true, "transactions do not run at READ COMMITTED",
        "let the user set its session's isolation level");
  }
  const auto lock_wait = NumberOf(variables, "innodb_lock_wait_timeout");
  if (!lock_wait || *lock_wait < 1 || *lock_wait > kTimeoutSecondsMax) {
    Add(findings, true,
        Text("innodb_lock_wait_timeout is ", lock_wait.value_or(0), " s in our session"),
        "let the user set its session's innodb_lock_wait_timeout");
  }
  InspectIdleTimeouts(variables, findings);
  const auto mode = variables.find("sql_mode");
  if (mode == variables.end() || mode->second.find("STRICT_ALL_TABLES") == std::string::npos) {
    Add(findings, true, "sql_mode is not strict: values would be cut short silently",
        "let the user set its session's sql_mode");
  }
  if (Is(variables, "sysdate_is_now", "ON") || Is(variables, "tidb_sysdate_is_now", "ON")) {
    Add(findings, true,
        "the server runs with sysdate-is-now: its clock would be read before a lock is waited for",
        "start the server without --sysdate-is-now");
  }
  const auto packet = NumberOf(variables, "max_allowed_packet");
  if (packet && *packet < kPacketBytesMin) {
    Add(findings, true,
        Text("max_allowed_packet is ", *packet, " bytes: large groups could not be written"),
        "SET GLOBAL max_allowed_packet=67108864, and the same in the server's configuration");
  }
}

absl::Status InspectTables(MysqlConnection& connection, std::vector<engine::Finding>& findings) {
  auto rows = connection.QueryText(
      "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE() "
      "AND engine <> 'InnoDB'");
  if (!rows.ok()) return rows.status();
  for (const auto& row : *rows) {
    Add(findings, true,
        Text("table ", row[0], " is kept by ", row[1], ", which has no transactions"),
        Text("ALTER TABLE ", row[0], " ENGINE=InnoDB"));
  }
  return absl::OkStatus();
}

absl::Status InspectRights(MysqlConnection& connection, std::vector<engine::Finding>& findings) {
  auto rows = connection.QueryText("SHOW GRANTS");
  if (!rows.ok()) return rows.status();
  for (const auto& row : *rows) {
    const std::string& grant = row.front();
    const std::string rights = grant.substr(0, grant.find(" ON "));
    if (rights.find("ALL PRIVILEGES") == std::string::npos &&
        rights.find("DROP") == std::string::npos && rights.find("ALTER") == std::string::npos &&
        rights.find("TRIGGER") == std::string::npos) {
      continue;
    }
    Add(findings, false,
        "this database user may drop, alter or truncate tables and their triggers: append-only "
        "tables are not safe from it",
        "serve as a user with the narrow rights of docs/database.md");
    break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InspectMysql(MysqlConnection& connection, std::vector<engine::Finding>& findings) {
  auto rows = connection.QueryText(
      "SHOW VARIABLES WHERE Variable_name IN ('innodb_flush_log_at_trx_commit', 'log_bin', "
      "'sync_binlog', 'innodb_doublewrite', "
      "'innodb_force_recovery', 'tx_isolation', 'transaction_isolation', "
      "'innodb_lock_wait_timeout', 'idle_transaction_timeout', "
      "'idle_write_transaction_timeout', 'idle_readonly_transaction_timeout', "
      "'wait_timeout', 'sql_mode', 'sysdate_is_now', 'tidb_sysdate_is_now', 'max_allowed_packet')");
  if (!rows.ok()) return rows.status();
  Variables variables;
  for (const auto& row : *rows) variables[row[0]] = row[1];
  InspectDurability(variables, findings);
  InspectSession(variables, findings);
  if (absl::Status status = InspectTables(connection, findings); !status.ok()) return status;
  return InspectRights(connection, findings);
}

}  // namespace fairpoint::storage
