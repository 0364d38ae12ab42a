// What every append-only row of prices is checked for.
#ifndef FAIRPOINT_AUDIT_PRICE_ROWS_H_
#define FAIRPOINT_AUDIT_PRICE_ROWS_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/context.h"
#include "audit/findings.h"
#include "audit/leaf_name.h"
#include "audit/leaf_of.h"

namespace fairpoint::audit {

// A source key is 16 bytes of a hash.
inline std::string ShownKey(const std::string& key) { return base::ToHex(key); }

template <class Row>
void FindOf(Context& context, const Row& row, std::string what, std::string expected,
            std::string found) {
  const engine::JournalLeaf leaf = LeafOf(row, base::Hash());
  context.findings.Add({RecordOf(leaf.table), leaf.program_id, RowNameOf(leaf), std::move(what),
                        std::move(expected), std::move(found)});
}

// That it hashes to what it says, and is found by what its source calls it; and counts it for the
// journal. `hash` is recomputed.
template <class Row>
void CheckRow(Context& context, const Row& row, const base::Hash& hash) {
  const engine::JournalLeaf leaf = LeafOf(row, hash);
  context.coverage.AddRow(
      {leaf.table, leaf.program_id, leaf.key, leaf.seq, hash, row.lane, row.lane_seq});
  if (row.hash != hash) FindOf(context, row, "hash", Shown(hash), Shown(row.hash));
  if constexpr (requires { row.source_key; }) {
    const std::string key = SourceKey(row);
    if (row.source_key != key)
      FindOf(context, row, "source_key", ShownKey(key), ShownKey(row.source_key));
  }
}

// The rest of the pass was not read.
void ReportUnreadable(Context& context, const char* record, const base::ProgramId& program_id,
                      const std::string& after, const absl::Status& why);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_ROWS_H_
