// Writes what a transaction decided: a few multi-row statements a table.
#ifndef FAIRPOINT_STORAGE_CHANGES_H_
#define FAIRPOINT_STORAGE_CHANGES_H_

#include <cstddef>
#include <span>

#include "absl/status/status.h"
#include "engine/store.h"
#include "storage/driver.h"
#include "storage/rows.h"
#include "storage/sql.h"

namespace fairpoint::storage {

enum class WriteMode : uint8_t { kInsert, kReplace };

// All rows, in as few statements as WriteWidth allows.
template <class Row>
absl::Status WriteRows(Connection& connection, std::span<const Row> rows, WriteMode mode) {
  while (!rows.empty()) {
    const size_t width = WriteWidth(rows.size());
    auto statement = connection.Prepare(
        mode == WriteMode::kInsert ? InsertSql(InfoOf<Row>(), width)
                                   : UpsertSql(connection.dialect(), InfoOf<Row>(), width));
    if (!statement.ok()) return statement.status();
    Binder binder(**statement);
    for (const Row& row : rows.first(width)) binder.BindRow(row);
    if (absl::Status status = (*statement)->Execute(); !status.ok()) return status;
    rows = rows.subspan(width);
  }
  return absl::OkStatus();
}

absl::Status WriteChanges(Connection& connection, const engine::WriteSet& changes);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_CHANGES_H_
