#include "storage/sqlite/sqlite_migration.h"

#include <span>
#include <utility>

#include "storage/changes.h"
#include "storage/text.h"

namespace fairpoint::storage {

namespace {

absl::Status NamesOf(SqliteConnection& connection, std::string_view type,
                     std::vector<std::string>& names) {
  auto statement = connection.Prepare(
      Text("SELECT name FROM sqlite_schema WHERE type = '", type, "' ORDER BY name"));
  if (!statement.ok()) return statement.status();
  while (true) {
    bool has_row = false;
    if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
    if (!has_row) return absl::OkStatus();
    names.emplace_back((*statement)->Bytes(0));
  }
}

}  // namespace

absl::StatusOr<std::optional<std::vector<std::string>>> SqliteMigrationTarget::TriggerNames() {
  std::vector<std::string> names;
  if (absl::Status status = NamesOf(connection_, "trigger", names); !status.ok()) return status;
  return std::optional(std::move(names));
}

absl::StatusOr<std::vector<std::string>> SqliteMigrationTarget::TableNames() {
  std::vector<std::string> names;
  if (absl::Status status = NamesOf(connection_, "table", names); !status.ok()) return status;
  // Somebody else's mark weighs more than a table that happens to bear our name.
  auto mark = connection_.Pragma("application_id");
  if (!mark.ok()) return mark.status();
  if (*mark != Text(kSqliteApplicationId) && (!names.empty() || *mark != "0")) {
    return absl::FailedPreconditionError(
        Text("is a SQLite file, but no Fairpoint store (its application_id is ", *mark,
             "), and was left alone: name another file"));
  }
  return names;
}

absl::Status SqliteMigrationTarget::Lock() {
  // Kept in the file; cannot be changed inside a transaction.
  auto tables = TableNames();
  if (!tables.ok()) return tables.status();
  auto mode = connection_.Pragma("journal_mode=WAL");
  if (!mode.ok()) return mode.status();
  if (*mode != "wal") {
    return absl::FailedPreconditionError(Text("cannot be put into WAL mode (it is in ", *mode,
                                              " mode): keep the store on a local file system"));
  }
  return connection_.BeginWrite();
}

void SqliteMigrationTarget::Unlock() { connection_.Rollback(); }

absl::Status SqliteMigrationTarget::Apply(const Migration& migration, const MigrationRow& row,
                                          std::vector<std::string>&) {
  if (absl::Status status =
          connection_.Execute(Text("PRAGMA application_id=", kSqliteApplicationId));
      !status.ok())
    return status;
  if (absl::Status status = connection_.Execute(migration.sql); !status.ok()) return status;
  return WriteRows(connection_, std::span<const MigrationRow>(&row, 1), WriteMode::kInsert);
}

absl::Status SqliteMigrationTarget::Finish() { return connection_.Commit(); }

}  // namespace fairpoint::storage
