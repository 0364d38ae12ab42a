// How findings name the rows that the journal lists.
#ifndef FAIRPOINT_AUDIT_LEAF_NAME_H_
#define FAIRPOINT_AUDIT_LEAF_NAME_H_

#include <string>

#include "audit/coverage.h"
#include "engine/store.h"

namespace fairpoint::audit {

// "entry", "receipt" ...
std::string RecordOf(engine::JournalTable table);
// "<member>.<seq>", the request id, or the version.
std::string RowNameOf(const engine::JournalLeaf& leaf);

// "<lane>/<lane_seq>", of a row of the journal.
std::string PositionOf(int64_t lane, int64_t lane_seq);

// Views into the leaf.
inline LeafRef RefOf(const engine::JournalLeaf& leaf, const engine::JournalRow& row) {
  return {leaf.table, leaf.program_id, leaf.key, leaf.seq, leaf.hash, row.lane, row.lane_seq};
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_LEAF_NAME_H_
