#include "storage/mysql/mysql_error.h"

#include <string>

#include "storage/text.h"

namespace fairpoint::storage {

bool IsConnectionLost(int number) {
  switch (number) {
    case kClientSocketError:
    case kClientHostError:
    case kClientUnknownHost:
    case kClientServerGone:
    case kClientServerLost:
    case kClientServerLostExtended:
    case kServerShutdown:
    case kConnectionKilled:
    case kNetReadError:
    case kNetReadInterrupted:
    case kNetWriteError:
    case kNetWriteInterrupted:
    case kIdleDisconnect:
    case kClientTlsError:
      return true;
    default:
      return false;
  }
}

absl::Status MysqlStatus(int number, std::string_view message, std::string_view name) {
  const std::string said = Text(" (", number, ": ", message, ")");
  switch (number) {
    case kDuplicateEntry:
      return absl::AlreadyExistsError(Text("a key is taken", said));

    case kLockDeadlock:
    case kLockWaitTimeout:
    case kRecordChanged:
    case kQueryInterrupted:
    case kStatementTimeoutMariaDb:
    case kStatementTimeoutMysql:
    case kTidbTxnRetryable:
    case kTidbWriteConflictOptimistic:
    case kTidbSchemaChanged:
    case kTidbWriteConflict:
      return absl::AbortedError(Text(name, ": the transaction lost a race", said));

    case kTooManyConnections:
    case kTooManyUserConnections:
      return absl::UnavailableError(Text(
          name, " takes no more connections: raise max_connections, or run fewer servers", said));
    case kTidbServerTimeout:
    case kTidbRegionUnavailable:
      return absl::UnavailableError(Text(name, " is not available", said));

    case kClientTlsError:
      return absl::FailedPreconditionError(
          Text(name,
               ": no TLS connection: check that the server offers TLS, that its certificate names "
               "this host, and the CA file",
               said));

    case kDiskFull:
    case kErrorOnWrite:
    case kOutOfMemory:
    case kOutOfSortMemory:
    case kOutOfResources:
    case kTableFull:
      return absl::ResourceExhaustedError(Text(
          name, " has no room left: free disk space or raise its limits, then try again", said));

    case kAccessDenied:
    case kAccessDeniedNoPassword:
      return absl::FailedPreconditionError(
          Text(name,
               " refuses this user or password: check the user in --store and the password in "
               "--store-password-file or FAIRPOINT_STORE_PASSWORD",
               said));
    case kDatabaseAccessDenied:
    case kTableAccessDenied:
    case kColumnAccessDenied:
    case kSpecificAccessDenied:
      return absl::FailedPreconditionError(
          Text(name, ": this user lacks a right; docs/database.md lists what to grant", said));
    case kHostNotPrivileged:
    case kHostBlocked:
      return absl::FailedPreconditionError(
          Text(name, " takes no connections from this host: create the user for it, or FLUSH HOSTS",
               said));
    case kOptionPreventsStatement:
    case kReadOnlyTransaction:
    case kReadOnlyMode:
      return absl::FailedPreconditionError(
          Text(name, " is read-only: connect to the primary, or make it writable", said));
    case kSignal:
      return absl::FailedPreconditionError(Text("the store refused the change", said));
    case kBinlogTriggerRights:
      return absl::FailedPreconditionError(
          Text(name,
               " lets this user make no triggers while the binary log is on: SET GLOBAL "
               "log_bin_trust_function_creators=1 for the "
               "time of the migration, or migrate as a user with SUPER",
               said));
    case kPacketTooLarge:
    case kClientPacketTooLarge:
      return absl::FailedPreconditionError(
          Text(name, ": a statement is too large: set max_allowed_packet to 64M", said));

    case kUnknownDatabase:
      return absl::FailedPreconditionError(
          Text(name, ": there is no such database: create it (docs/database.md)", said));
    case kNoSuchTable:
    case kUnknownColumn:
      return absl::FailedPreconditionError(
          Text(name, " lacks a table or column: run `fairpoint migrate` on it", said));

    case kCrashedOnUsage:
    case kCrashedOnRepair:
    case kNotKeyfile:
    case kTableCorrupt:
      return absl::DataLossError(
          Text(name, ": a table is damaged: restore it from a backup", said));
    case kErrorFromEngine:
      // "Got error 28 ..." is ENOSPC.
      if (message.find("error 28") != std::string_view::npos) {
        return absl::ResourceExhaustedError(Text(name, " has no disk space left", said));
      }
      return absl::UnavailableError(
          Text(name, ": the storage engine failed; look at the database's log", said));
    default:
      break;
  }
  if (IsConnectionLost(number)) {
    return absl::UnavailableError(
        Text(name, " cannot be reached or went away: check that the database runs and the network",
             said));
  }
  return absl::InternalError(Text(name, ": unexpected error", said));
}

absl::Status MysqlCommitStatus(int number, std::string_view message, std::string_view name) {
  switch (number) {
    case kLockDeadlock:
    case kLockWaitTimeout:
    case kRecordChanged:
    case kOptionPreventsStatement:
    case kReadOnlyMode:
    case kTidbWriteConflict:
    case kTidbSchemaChanged:
      return MysqlStatus(number, message, name);
    default:
      return absl::UnknownError(Text(name,
                                     ": it is not known whether the transaction was committed (",
                                     number, ": ", message, ")"));
  }
}

absl::Status WhenServed(const absl::Status& not_connected) {
  if (!absl::IsFailedPrecondition(not_connected)) return not_connected;
  return absl::UnavailableError(Text(std::string(not_connected.message()),
                                     "; it let this server in before: mend what was changed there, "
                                     "or start the server anew with what holds now"));
}

}  // namespace fairpoint::storage
