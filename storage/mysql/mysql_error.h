// The error numbers of MySQL, MariaDB and TiDB that mean something to us, named once, and as
// statuses of the port.
#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_ERROR_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace fairpoint::storage {

enum MysqlErrorNumber : int {
  // Keys.
  kDuplicateEntry = 1062,
  // The transaction lost a race.
  kLockDeadlock = 1213,
  kLockWaitTimeout = 1205,
  kRecordChanged = 1020,
  kQueryInterrupted = 1317,
  kStatementTimeoutMariaDb = 1969,
  kStatementTimeoutMysql = 3024,
  kTidbTxnRetryable = 8002,
  kTidbWriteConflictOptimistic = 8005,
  kTidbSchemaChanged = 8028,
  kTidbWriteConflict = 9007,
  // The connection or the server is not there, or full of others.
  kClientSocketError = 2002,
  kClientHostError = 2003,
  kClientUnknownHost = 2005,
  kClientServerGone = 2006,
  kClientServerLost = 2013,
  kClientServerLostExtended = 2055,
  kTooManyConnections = 1040,
  kServerShutdown = 1053,
  kTooManyUserConnections = 1203,
  kConnectionKilled = 1927,
  kNetReadError = 1158,
  kNetReadInterrupted = 1159,
  kNetWriteError = 1160,
  kNetWriteInterrupted = 1161,
  kIdleDisconnect = 4031,
  kTidbServerTimeout = 9002,
  kTidbRegionUnavailable = 9005,
  // TLS.
  kClientTlsError = 2026,
  // No room.
  kDiskFull = 1021,
  kErrorOnWrite = 1026,
  kOutOfMemory = 1037,
  kOutOfSortMemory = 1038,
  kOutOfResources = 1041,
  kTableFull = 1114,
  // Not allowed.
  kDatabaseAccessDenied = 1044,
  kAccessDenied = 1045,
  kTableAccessDenied = 1142,
  kColumnAccessDenied = 1143,
  kSpecificAccessDenied = 1227,
  kAccessDeniedNoPassword = 1698,
  kHostNotPrivileged = 1130,
  kHostBlocked = 1129,
  kOptionPreventsStatement = 1290,  // --read-only
  kReadOnlyTransaction = 1792,
  kReadOnlyMode = 1836,
  kSignal = 1644,  // our triggers
  kBinlogTriggerRights = 1419,
  kPacketTooLarge = 1153,
  kClientPacketTooLarge = 2020,
  // Not ours, or another version.
  kUnknownDatabase = 1049,
  kNoSuchTable = 1146,
  kUnknownColumn = 1054,
  // Broken.
  kCrashedOnUsage = 1194,
  kCrashedOnRepair = 1195,
  kNotKeyfile = 1034,
  kTableCorrupt = 1877,
  kErrorFromEngine = 1030,
  // What this server does not know.
  kUnknownSystemVariable = 1193,
};

// Whether the connection is of no more use.
bool IsConnectionLost(int number);

// `name` names the store in messages: "mysql://fairpoint@db:3306/fairpoint".
absl::Status MysqlStatus(int number, std::string_view message, std::string_view name);

// The same for an error of COMMIT: UNKNOWN unless it is certain that nothing was committed.
absl::Status MysqlCommitStatus(int number, std::string_view message, std::string_view name);

// Why there is no connection to a database that was reached before. What was wrong from the
// beginning ends a start at once; here, where somebody changed a password or dropped a right, it is
// an outage: UNAVAILABLE instead of FAILED_PRECONDITION.
absl::Status WhenServed(const absl::Status& not_connected);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_ERROR_H_
