#include "storage/sqlite/sqlite_migration.h"

#include <span>

#include "storage/changes.h"
#include "storage/text.h"

namespace fairpoint::storage {

absl::StatusOr<std::vector<std::string>> SqliteMigrationTarget::TableNames() {
  auto statement =
      connection_.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  if (!statement.ok()) return statement.status();
  std::vector<std::string> names;
  while (true) {
    bool has_row = false;
    if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
    if (!has_row) break;
    names.emplace_back((*statement)->Bytes(0));
  }
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
