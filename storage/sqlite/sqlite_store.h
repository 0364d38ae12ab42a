// A store in one SQLite file.
#ifndef FAIRPOINT_STORAGE_SQLITE_SQLITE_STORE_H_
#define FAIRPOINT_STORAGE_SQLITE_SQLITE_STORE_H_

#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "engine/store.h"
#include "storage/migrator.h"

namespace fairpoint::storage {

// Opens a store that is there and at exactly the schema of this program; FAILED_PRECONDITION says
// what is wrong with any other. `clock` is the store's Now and outlives it. With `read_only`
// nothing is written, not even beside the file where that can be helped; OpenWriteSession and
// whatever else writes is FAILED_PRECONDITION.
absl::StatusOr<std::unique_ptr<engine::Store>> OpenSqliteStore(const std::string& path,
                                                               base::Clock& clock, bool read_only);

// OK for no file, for an empty one (unless a -wal file was left there) and for a store of
// Fairpoint's, whatever its version; FAILED_PRECONDITION for a file of somebody else, and where
// there is no folder. Writes nothing: to be asked before anything is made beside the file.
absl::Status CheckSqliteFile(const std::string& path, base::Clock& clock);

// Makes the file if there is none, and migrates it in one transaction. The caller sees to it that
// no server serves it (ServingLock).
absl::StatusOr<MigrationReport> MigrateSqlite(const std::string& path, base::Clock& clock,
                                              std::span<const Migration> known,
                                              MissingTriggers missing = MissingTriggers::kLeave);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SQLITE_STORE_H_
