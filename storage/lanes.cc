#include "storage/lanes.h"

#include <map>
#include <span>
#include <string>
#include <vector>

#include "storage/changes.h"
#include "storage/rows.h"
#include "storage/scans.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// One attempt, in an open transaction: takes `candidate` if its lease has still ended, or inserts
// it if it is new.
absl::StatusOr<bool> Take(Connection& connection, engine::JournalLane candidate, bool is_new,
                          const std::string& owner, int64_t lease_seconds) {
  base::Instant now;
  if (is_new) {
    auto clock = connection.Now();
    if (!clock.ok()) return clock.status();
    now = *clock;
  } else {
    engine::LaneLock lock;
    if (absl::Status status = LockLane(connection, candidate.lane, lock); !status.ok())
      return status;
    if (lock.lane.lease_until > lock.now) return false;
    candidate = lock.lane;
    now = lock.now;
  }
  candidate.owner = owner;
  candidate.lease_until = now + absl::Seconds(lease_seconds);
  const auto mode = is_new ? WriteMode::kInsert : WriteMode::kReplace;
  if (absl::Status status =
          WriteRows(connection, std::span<const engine::JournalLane>(&candidate, 1), mode);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = connection.Commit(); !status.ok()) return status;
  return true;
}

}  // namespace

absl::Status LockLane(Connection& connection, int64_t lane, engine::LaneLock& lock) {
  const bool is_mysql = connection.dialect() == Dialect::kMysql;
  const TableInfo& table = InfoOf<engine::JournalLane>();
  // SYSDATE is the time at which the row is put out, after the wait for its lock; NOW would be that
  // of the statement's start.
  auto statement = connection.Prepare(
      Text("SELECT ", ColumnNames(table),
           is_mysql ? ", TIMESTAMPDIFF(MICROSECOND, '1970-01-01', SYSDATE(6))" : "", " FROM ",
           table.name, " WHERE lane = ?", is_mysql ? " FOR UPDATE" : ""));
  if (!statement.ok()) return statement.status();
  Binder(**statement).Number(lane);
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  bool has_row = false;
  if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
  if (!has_row) return absl::NotFoundError(Text("no journal lane ", lane));
  absl::Status status = RowReader(**statement).Read(lock.lane);
  if (is_mysql) lock.now.micros = (*statement)->Number(table.columns.size());
  (*statement)->Finish();
  if (!status.ok() || is_mysql) return status;
  auto now = connection.Now();
  if (now.ok()) lock.now = *now;
  return now.status();
}

absl::StatusOr<int64_t> LeaseLane(Connection& connection, const std::string& owner,
                                  int64_t lease_seconds) {
  // Each failure means that another server took what we saw; it cannot go on for ever unless they
  // are many more than these.
  constexpr int kAttemptsMax = 64;
  absl::Status last;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    auto now = connection.Now();
    if (!now.ok()) return now.status();
    std::vector<engine::JournalLane> lanes;
    std::map<int64_t, std::string> unreadable;
    if (absl::Status status = LoadLanes(connection, lanes, unreadable); !status.ok()) return status;
    // Without a free one, the next number: lanes count from 1.
    engine::JournalLane candidate;
    candidate.lane = lanes.empty() ? 1 : lanes.back().lane + 1;
    bool is_new = true;
    for (const engine::JournalLane& lane : lanes) {
      const bool is_taken = lane.lease_until > *now || unreadable.contains(lane.lane);
      if (lane.lane < 1 || is_taken) continue;
      candidate = lane;
      is_new = false;
      break;
    }
    if (absl::Status status = connection.BeginWrite(); !status.ok()) return status;
    auto taken = Take(connection, candidate, is_new, owner, lease_seconds);
    connection.Rollback();
    if (taken.ok() && *taken) return candidate.lane;
    last = taken.status();
    // UNKNOWN: if it was committed, its lease will end by itself.
    if (!last.ok() && !absl::IsAborted(last) && !absl::IsAlreadyExists(last) &&
        last.code() != absl::StatusCode::kUnknown) {
      return last;
    }
  }
  return last.ok()
             ? absl::AbortedError("other servers took every free journal lane first; try again")
             : last;
}

}  // namespace fairpoint::storage
