// A store in MySQL, MariaDB or TiDB.
#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_STORE_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_STORE_H_

#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "engine/store.h"
#include "storage/migrator.h"
#include "storage/mysql/mysql_connection.h"

namespace fairpoint::storage {

// Connects, and refuses any schema but this program's. UNAVAILABLE if the database is away: try
// again. Its Now is the database's clock. With `read_only` OpenWriteSession and whatever else
// writes is FAILED_PRECONDITION.
absl::StatusOr<std::unique_ptr<engine::Store>> OpenMysqlStore(const MysqlOptions& options,
                                                              bool read_only);

// The database must exist; the user needs CREATE, TRIGGER, SELECT and INSERT in it.
absl::StatusOr<MigrationReport> MigrateMysql(const MysqlOptions& options,
                                             std::span<const Migration> known,
                                             MissingTriggers missing = MissingTriggers::kLeave);

// Settings of the server and of `connection`, which writes, that break a promise.
absl::Status InspectMysql(MysqlConnection& connection, std::vector<engine::Finding>& findings);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_STORE_H_
