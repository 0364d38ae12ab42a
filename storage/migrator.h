// Numbered, checksummed, forward-only migrations, embedded into the program from
// migrations/<dialect>/NNNN_name.sql.
#ifndef FAIRPOINT_STORAGE_MIGRATOR_H_
#define FAIRPOINT_STORAGE_MIGRATOR_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/driver.h"
#include "storage/tables.h"

namespace fairpoint::storage {

struct Migration {
  int64_t version = 0;    // 1, 2, 3 ... without gaps
  std::string_view name;  // "0001_ledger"
  std::string_view sql;
};
// Generated from the files; ascending.
std::span<const Migration> MigrationsOf(Dialect dialect);

struct MigrationReport {
  int64_t from_version = 0;
  int64_t to_version = 0;
  std::vector<std::string> applied;  // names
  std::vector<std::string>
      notes;  // what the operator should know: "this database has no triggers ..."
};

// What a driver adds to its connection so that it can be migrated.
class MigrationTarget {
 public:
  virtual ~MigrationTarget() = default;
  virtual Connection& connection() = 0;
  // Names the store in messages.
  virtual std::string_view name() const = 0;
  // Of all tables there are, whoever made them.
  virtual absl::StatusOr<std::vector<std::string>> TableNames() = 0;
  // Of all triggers there are; nothing for a database that has none.
  virtual absl::StatusOr<std::optional<std::vector<std::string>>> TriggerNames() = 0;
  // One migrator at a time: waits a while for another, then ABORTED.
  virtual absl::Status Lock() = 0;
  // Also gives up what was applied and not finished, where that can be.
  virtual void Unlock() = 0;
  // Runs the migration and records `row`: all or nothing on SQLite; on MySQL so that it can be run
  // again.
  virtual absl::Status Apply(const Migration& migration, const MigrationRow& row,
                             std::vector<std::string>& notes) = 0;
  // Makes what was applied stand.
  virtual absl::Status Finish() = 0;
};

// Whether Migrate makes triggers again that are missing. Not when a server starts: that the history
// lay open is for somebody to see.
enum class MissingTriggers : uint8_t { kLeave, kRestore };

// The statements of a migration that make triggers, by the trigger's name, without the last
// semicolon.
std::vector<std::pair<std::string, std::string>> TriggersIn(std::string_view sql);

// Brings the store up to the last of `known`. FAILED_PRECONDITION, and nothing done, for what
// CheckSchema refuses (but for being older), and for a database that holds tables of somebody else.
absl::StatusOr<MigrationReport> Migrate(MigrationTarget& target, std::span<const Migration> known,
                                        MissingTriggers missing = MissingTriggers::kLeave);

// OK if exactly `known` were applied. FAILED_PRECONDITION, saying how to mend it, for a store that
// is none of Fairpoint's, older, newer, or whose migrations were other ones.
absl::Status CheckSchema(MigrationTarget& target, std::span<const Migration> known);

// The judgement alone: whether `applied` (ascending) is a prefix of `known`.
absl::Status CheckApplied(std::span<const MigrationRow> applied, std::span<const Migration> known);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MIGRATOR_H_
