#ifndef FAIRPOINT_STORAGE_SQLITE_SQLITE_MIGRATION_H_
#define FAIRPOINT_STORAGE_SQLITE_SQLITE_MIGRATION_H_

#include <optional>
#include <string>
#include <vector>

#include "storage/migrator.h"
#include "storage/sqlite/sqlite_connection.h"

namespace fairpoint::storage {

// Lock begins one transaction that Finish commits: all migrations or none. The file is marked as
// Fairpoint's by its application_id.
class SqliteMigrationTarget final : public MigrationTarget {
 public:
  explicit SqliteMigrationTarget(SqliteConnection& connection) : connection_(connection) {}

  Connection& connection() override { return connection_; }
  std::string_view name() const override { return connection_.path(); }
  absl::StatusOr<std::vector<std::string>> TableNames() override;
  absl::StatusOr<std::optional<std::vector<std::string>>> TriggerNames() override;
  absl::Status Lock() override;
  void Unlock() override;
  absl::Status Apply(const Migration& migration, const MigrationRow& row,
                     std::vector<std::string>& notes) override;
  absl::Status Finish() override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SQLITE_MIGRATION_H_
