#include "storage/mysql/mysql_migration.h"

#include <span>

#include "absl/strings/str_split.h"

#include "storage/changes.h"
#include "storage/mysql/mysql_error.h"
#include "storage/text.h"

namespace fairpoint::storage {

std::vector<std::string> SplitStatements(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  while (!script.empty()) {
    const size_t end = std::min(script.find('\n'), script.size());
    std::string_view line = script.substr(0, end);
    script.remove_prefix(std::min(end + 1, script.size()));
    if (line.starts_with("--")) continue;
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (!statement.empty()) statement.push_back('\n');
    statement.append(line);
    if (!line.ends_with(';')) continue;
    statement.pop_back();
    statements.push_back(std::move(statement));
    statement.clear();
  }
  if (!statement.empty()) statements.push_back(std::move(statement));
  return statements;
}

absl::StatusOr<std::vector<std::string>> MysqlMigrationTarget::TableNames() {
  auto rows = connection_.QueryText(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY "
      "table_name");
  if (!rows.ok()) return rows.status();
  std::vector<std::string> names;
  for (const auto& row : *rows) names.push_back(row.front());
  return names;
}

absl::StatusOr<std::optional<std::vector<std::string>>> MysqlMigrationTarget::TriggerNames() {
  auto version = connection_.QueryText("SELECT VERSION()");
  if (!version.ok()) return version.status();
  if (version->front().front().find("TiDB") != std::string::npos)
    return std::optional<std::vector<std::string>>();
  // A user without the right TRIGGER sees none here, and is refused when one is made.
  auto rows = connection_.QueryText(
      "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()");
  if (!rows.ok()) return rows.status();
  std::vector<std::string> names;
  for (const auto& row : *rows) names.push_back(row.front());
  return std::optional(std::move(names));
}

absl::Status MysqlMigrationTarget::Lock() {
  auto rows = connection_.QueryText(
      "SELECT GET_LOCK(CONCAT('fairpoint migrate ', LEFT(DATABASE(), 40)), 30)");
  if (!rows.ok()) return rows.status();
  if (!rows->empty() && rows->front().front() == "1") return absl::OkStatus();
  return absl::AbortedError(
      "another `fairpoint migrate` has been running for half a minute; try again when it is done");
}

void MysqlMigrationTarget::Unlock() {
  // If this fails the connection is gone, and the lock with it.
  static_cast<void>(connection_.Execute(
      "SELECT RELEASE_LOCK(CONCAT('fairpoint migrate ', LEFT(DATABASE(), 40)))"));
  connection_.Rollback();
}

absl::StatusOr<bool> MysqlMigrationTarget::IsThere(const std::string& statement) {
  const std::vector<std::string> words = absl::StrSplit(statement, ' ');
  const bool adds = words.size() > 5 && words[0] == "ALTER" && words[3] == "ADD";
  if (!adds) return false;
  const bool key = words[4] == "KEY";
  auto rows = connection_.QueryText(
      Text("SELECT COUNT(*) FROM information_schema.", key ? "statistics" : "columns",
           " WHERE table_schema = DATABASE() AND table_name = '", words[2], "' AND ",
           key ? "index_name" : "column_name", " = '", words[5], "'"));
  if (!rows.ok()) return rows.status();
  return rows->front().front() != "0";
}

absl::Status MysqlMigrationTarget::Apply(const Migration& migration, const MigrationRow& row,
                                         std::vector<std::string>& notes) {
  auto version = connection_.QueryText("SELECT VERSION()");
  if (!version.ok()) return version.status();
  const bool is_tidb = version->front().front().find("TiDB") != std::string::npos;
  bool noted = false;
  for (const std::string& statement : SplitStatements(migration.sql)) {
    if (is_tidb && statement.starts_with("CREATE TRIGGER")) {
      if (!noted) {
        notes.emplace_back(
            "TiDB has no triggers: connect `serve` as a user who may only SELECT and INSERT in "
            "append-only tables "
            "(docs/database.md)");
      }
      noted = true;
      continue;
    }
    auto added = IsThere(statement);
    if (!added.ok()) return added.status();
    if (*added) continue;
    if (absl::Status status = connection_.Execute(statement); !status.ok()) {
      return absl::Status(status.code(), Text(std::string(status.message()),
                                              " in: ", statement.substr(0, statement.find('\n')),
                                              "; mend that and run `fairpoint migrate` again"));
    }
  }
  if (absl::Status status =
          WriteRows(connection_, std::span<const MigrationRow>(&row, 1), WriteMode::kInsert);
      !status.ok()) {
    return status;
  }
  return connection_.Commit();
}

}  // namespace fairpoint::storage
