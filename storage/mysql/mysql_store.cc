#include "storage/mysql/mysql_store.h"

#include <utility>
#include <vector>

#include "storage/mysql/mysql_error.h"
#include "storage/mysql/mysql_migration.h"
#include "storage/sql_store.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

class MysqlStore final : public SqlStore {
 public:
  MysqlStore(MysqlOptions options, bool read_only)
      : options_(std::move(options)), read_only_(read_only) {}

  absl::StatusOr<std::vector<engine::Finding>> Inspect() override {
    std::vector<engine::Finding> findings;
    if (read_only_) return findings;
    auto connection = MysqlConnection::Open(options_, Purpose::kWrite);
    if (!connection.ok()) return connection.status();
    if (absl::Status status = InspectMysql(**connection, findings); !status.ok()) return status;
    if (absl::Status status = ProbeAppendOnly(**connection, findings); !status.ok()) return status;
    return findings;
  }

 protected:
  absl::StatusOr<std::unique_ptr<Connection>> Connect(Purpose purpose) override {
    if (purpose == Purpose::kWrite && read_only_) {
      return absl::FailedPreconditionError(
          Text(ToString(options_.address), " was opened for reading only"));
    }
    auto connection = MysqlConnection::Open(options_, purpose);
    if (!connection.ok()) return WhenServed(connection.status());
    return std::unique_ptr<Connection>(*std::move(connection));
  }

 private:
  const MysqlOptions options_;
  const bool read_only_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<engine::Store>> OpenMysqlStore(const MysqlOptions& options,
                                                              bool read_only) {
  auto connection = MysqlConnection::Open(options, Purpose::kRead);
  if (!connection.ok()) return connection.status();
  MysqlMigrationTarget target(**connection);
  if (absl::Status status = CheckSchema(target, MigrationsOf(Dialect::kMysql)); !status.ok())
    return status;
  return std::make_unique<MysqlStore>(options, read_only);
}

absl::StatusOr<MigrationReport> MigrateMysql(const MysqlOptions& options,
                                             std::span<const Migration> known,
                                             MissingTriggers missing) {
  MysqlOptions patient = options;
  // Changing a table may copy it.
  patient.read_timeout_s = 24 * 60 * 60;
  auto connection = MysqlConnection::Open(patient, Purpose::kWrite);
  if (!connection.ok()) return connection.status();
  MysqlMigrationTarget target(**connection);
  return Migrate(target, known, missing);
}

}  // namespace fairpoint::storage
