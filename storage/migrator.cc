#include "storage/migrator.h"

#include <algorithm>

#include "base/sha256.h"
#include "storage/rows.h"
#include "storage/sql.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// Unlocks when it goes.
class Locked {
 public:
  explicit Locked(MigrationTarget& target) : target_(target) {}
  ~Locked() { target_.Unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  MigrationTarget& target_;
};

absl::Status Named(const MigrationTarget& target, const absl::Status& status) {
  return absl::Status(status.code(), Text(target.name(), ": ", std::string(status.message())));
}

// What was applied; nothing for a store without tables. FAILED_PRECONDITION for tables of somebody
// else.
absl::Status LoadApplied(MigrationTarget& target, std::vector<MigrationRow>& applied) {
  applied.clear();
  auto tables = target.TableNames();
  if (!tables.ok()) return tables.status();
  if (tables->empty()) return absl::OkStatus();
  const TableInfo& table = InfoOf<MigrationRow>();
  if (std::ranges::find(*tables, table.name) == tables->end()) {
    return absl::FailedPreconditionError(
        Text("holds tables that are not Fairpoint's (", tables->front(),
             " is one) and was left alone: name an empty database or a new file"));
  }
  auto statement = target.connection().Prepare(
      Text("SELECT ", ColumnNames(table), " FROM ", table.name, " ORDER BY version"));
  if (!statement.ok()) return statement.status();
  return ReadRows(**statement, applied);
}

}  // namespace

absl::Status CheckApplied(std::span<const MigrationRow> applied, std::span<const Migration> known) {
  for (size_t i = 0; i < applied.size(); ++i) {
    const MigrationRow& row = applied[i];
    if (row.version != static_cast<int64_t>(i) + 1) {
      return absl::FailedPreconditionError(
          Text("its list of migrations has no version ", i + 1,
               ": schema_migration was edited; restore it from a backup"));
    }
    if (i >= known.size()) {
      return absl::FailedPreconditionError(
          Text("is at schema version ", applied.back().version, ", this program knows ",
               known.size(), ": run a Fairpoint at least as new as the one that migrated it"));
    }
    if (row.name != known[i].name || row.sha256 != base::Sha256(known[i].sql)) {
      return absl::FailedPreconditionError(
          Text("was migrated by ", row.name, " with checksum ",
               base::ToHex(base::AsBytes(row.sha256)), ", this program has ", known[i].name,
               " with ", base::ToHex(base::AsBytes(base::Sha256(known[i].sql))),
               ": a migration was changed after it was applied; run the build that applied it"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MigrationReport> Migrate(MigrationTarget& target, std::span<const Migration> known) {
  if (absl::Status status = target.Lock(); !status.ok()) return Named(target, status);
  const Locked locked(target);

  std::vector<MigrationRow> applied;
  if (absl::Status status = LoadApplied(target, applied); !status.ok())
    return Named(target, status);
  if (absl::Status status = CheckApplied(applied, known); !status.ok())
    return Named(target, status);

  MigrationReport report;
  report.from_version = report.to_version = static_cast<int64_t>(applied.size());
  for (const Migration& migration : known.subspan(applied.size())) {
    auto now = target.connection().Now();
    if (!now.ok()) return Named(target, now.status());
    const MigrationRow row{migration.version, std::string(migration.name),
                           base::Sha256(migration.sql), *now};
    if (absl::Status status = target.Apply(migration, row, report.notes); !status.ok()) {
      return absl::Status(status.code(), Text(target.name(), ": migration ", migration.name, ": ",
                                              std::string(status.message())));
    }
    report.applied.emplace_back(migration.name);
    report.to_version = migration.version;
  }
  if (absl::Status status = target.Finish(); !status.ok()) return Named(target, status);
  return report;
}

absl::Status CheckSchema(MigrationTarget& target, std::span<const Migration> known) {
  std::vector<MigrationRow> applied;
  if (absl::Status status = LoadApplied(target, applied); !status.ok())
    return Named(target, status);
  if (absl::Status status = CheckApplied(applied, known); !status.ok())
    return Named(target, status);
  if (applied.size() < known.size()) {
    return absl::FailedPreconditionError(
        Text(target.name(), ": ", applied.empty() ? "is empty" : "is from an older Fairpoint",
             " (schema version ", applied.size(), ", needed ", known.size(),
             "): run `fairpoint migrate` on it first"));
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::storage
