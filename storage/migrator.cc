#include "storage/migrator.h"

#include <algorithm>
#include <utility>

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

absl::Status RestoreTriggers(MigrationTarget& target, std::span<const Migration> applied,
                             std::vector<std::string>& notes) {
  auto present = target.TriggerNames();
  if (!present.ok()) return present.status();
  if (!present->has_value()) return absl::OkStatus();
  for (const Migration& migration : applied) {
    for (const auto& [name, statement] : TriggersIn(migration.sql)) {
      if (std::ranges::find(**present, name) != (*present)->end()) continue;
      if (absl::Status status = target.connection().Execute(statement); !status.ok())
        return absl::Status(status.code(),
                            Text("trigger ", name, ": ", std::string(status.message())));
      notes.push_back(Text("trigger ", name,
                           " was missing and is made again: run `fairpoint verify`, since "
                           "append-only rows may have been changed without it"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> TriggersIn(std::string_view sql) {
  constexpr std::string_view kBegin = "CREATE TRIGGER ";
  constexpr std::string_view kIfNotExists = "IF NOT EXISTS ";
  std::vector<std::pair<std::string, std::string>> triggers;
  for (size_t at = sql.find(kBegin); at != std::string_view::npos; at = sql.find(kBegin, at + 1)) {
    if (at != 0 && sql[at - 1] != '\n') continue;
    const std::string_view rest = sql.substr(at);
    // One with a body of statements ends with END, another at the end of a line.
    const std::string_view head = rest.substr(0, rest.find('\n'));
    const bool has_body = head.ends_with("BEGIN");
    const size_t end = has_body ? rest.find("\nEND;") : rest.find(";\n");
    std::string_view name = rest.substr(kBegin.size());
    if (name.starts_with(kIfNotExists)) name.remove_prefix(kIfNotExists.size());
    triggers.emplace_back(
        name.substr(0, name.find(' ')),
        end == std::string_view::npos ? rest : rest.substr(0, end + (has_body ? 4 : 0)));
  }
  return triggers;
}

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

absl::StatusOr<MigrationReport> Migrate(MigrationTarget& target, std::span<const Migration> known,
                                        MissingTriggers missing) {
  if (absl::Status status = target.Lock(); !status.ok()) return Named(target, status);
  const Locked locked(target);

  std::vector<MigrationRow> applied;
  if (absl::Status status = LoadApplied(target, applied); !status.ok())
    return Named(target, status);
  if (absl::Status status = CheckApplied(applied, known); !status.ok())
    return Named(target, status);

  MigrationReport report;
  report.from_version = report.to_version = static_cast<int64_t>(applied.size());
  if (missing == MissingTriggers::kRestore) {
    if (absl::Status status = RestoreTriggers(target, known.first(applied.size()), report.notes);
        !status.ok())
      return Named(target, status);
  }
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
