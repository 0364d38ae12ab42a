#include "storage/sqlite/sqlite_error.h"

#include <string>

#include "storage/text.h"

namespace fairpoint::storage {

absl::Status SqliteStatus(int code, sqlite3* db, std::string_view path) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return absl::OkStatus();
  const std::string said =
      Text(" (SQLite ", code, ": ", db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code), ")");

  switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(Text("a key is taken", said));
    case SQLITE_CONSTRAINT_TRIGGER:
      return absl::FailedPreconditionError(Text("the store refused the change", said));
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
      return absl::AbortedError(
          Text(path, " is being written by another process; try again", said));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          Text("no room is left for ", path, ": free disk space or raise the quota, then try again",
               said));
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(Text("out of memory while using ", path, said));
    case SQLITE_READONLY:
      return absl::FailedPreconditionError(
          Text(path,
               " cannot be written: make the file and its folder writable for this user, and the "
               "file system writable",
               said));
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return absl::FailedPreconditionError(
          Text("cannot open ", path,
               ": check that the folder exists and that this user may read and write it", said));
    case SQLITE_NOTADB:
      return absl::FailedPreconditionError(
          Text(path, " is no SQLite database: name another file", said));
    case SQLITE_CORRUPT:
      return absl::DataLossError(
          Text(path, " is damaged: stop the server and restore the file from a backup", said));
    case SQLITE_IOERR:
      return absl::UnavailableError(Text("reading or writing ", path,
                                         " failed: look at the disk and the system's log", said));
    default:
      return absl::InternalError(Text("SQLite failed on ", path, said));
  }
}

}  // namespace fairpoint::storage
