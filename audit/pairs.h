// Movements between members: points given and taken, members merged. Each is told by two rows, one
// of each member, in one transaction; they must tell the same.
#ifndef FAIRPOINT_AUDIT_PAIRS_H_
#define FAIRPOINT_AUDIT_PAIRS_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/coverage.h"
#include "ledger/entry.h"
#include "ledger/member.h"

namespace fairpoint::audit {

// Whether transactions that begin with such an entry are the other side of another member's: their
// request's receipt is that member's.
bool ComesIn(ledger::EntryKind kind);

// One row's side. Views are of the row.
struct PairSide {
  PairRef pair;
  bool gives = false;
};
// Nothing for rows that have no other side.
std::optional<PairSide> SideOf(const ledger::Entry& entry);
std::optional<PairSide> SideOf(const ledger::MemberEvent& event);

template <class Row>
void AddPair(const Row& row, Coverage& coverage) {
  const std::optional<PairSide> side = SideOf(row);
  if (!side) [[likely]]
    return;
  if (side->gives) {
    coverage.AddGiven(side->pair);
  } else {
    coverage.AddTaken(side->pair);
  }
}

// Reads the journal's rows of a sum whose pairs differ again, and names the rows whose other side
// is not there or tells something else.
absl::Status ExplainPairs(Context& context, size_t sum);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PAIRS_H_
