#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_MIGRATION_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_MIGRATION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/migrator.h"
#include "storage/mysql/mysql_connection.h"

namespace fairpoint::storage {

// One migrator at a time by GET_LOCK. DDL commits by itself, so statements are written to be run
// again after an interruption. TiDB has no triggers: there they are left out, with a note that
// append-only tables rest on rights alone.
class MysqlMigrationTarget final : public MigrationTarget {
 public:
  explicit MysqlMigrationTarget(MysqlConnection& connection) : connection_(connection) {}

  Connection& connection() override { return connection_; }
  std::string_view name() const override { return connection_.name(); }
  absl::StatusOr<std::vector<std::string>> TableNames() override;
  absl::StatusOr<std::optional<std::vector<std::string>>> TriggerNames() override;
  absl::Status Lock() override;
  void Unlock() override;
  absl::Status Apply(const Migration& migration, const MigrationRow& row,
                     std::vector<std::string>& notes) override;
  absl::Status Finish() override { return absl::OkStatus(); }

 private:
  // Whether the statement adds a column or key that an interrupted run has added already.
  absl::StatusOr<bool> IsThere(const std::string& statement);

  MysqlConnection& connection_;
};

// A migration's statements without comments: each ends with a semicolon at the end of a line.
std::vector<std::string> SplitStatements(std::string_view script);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_MIGRATION_H_
