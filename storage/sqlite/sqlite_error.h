// SQLite's result codes as statuses of the port, with what to do about them.
#ifndef FAIRPOINT_STORAGE_SQLITE_SQLITE_ERROR_H_
#define FAIRPOINT_STORAGE_SQLITE_SQLITE_ERROR_H_

#include <sqlite3.h>

#include <string_view>

#include "absl/status/status.h"

namespace fairpoint::storage {

// `code` is an extended result code; `db` gives its message and may be null. OK for SQLITE_OK, ROW
// and DONE.
absl::Status SqliteStatus(int code, sqlite3* db, std::string_view path);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SQLITE_ERROR_H_
