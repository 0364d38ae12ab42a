// Single rows, by what the journal calls them.
#ifndef FAIRPOINT_AUDIT_LOOKUP_H_
#define FAIRPOINT_AUDIT_LOOKUP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/coverage.h"
#include "base/sha256.h"
#include "engine/store.h"

namespace fairpoint::audit {

// What is stored under a leaf's name.
struct FoundRow {
  base::Hash hash{};  // recomputed
  int64_t lane = 0;   // where it says the journal has it
  int64_t lane_seq = 0;
};
absl::StatusOr<std::optional<FoundRow>> FindRow(engine::ReadSession& session,
                                                const engine::JournalLeaf& leaf);

// The hash that the journal holds for a row, at the position that the row claims: nothing if there
// is none there.
absl::StatusOr<std::optional<base::Hash>> JournalHashOf(engine::ReadSession& session,
                                                        const LeafRef& row);

// Which request made the placement, return, claim, evidence or settlement that the leaf names;
// nothing if it is gone, or none did.
absl::StatusOr<std::optional<base::RequestId>> FindRequest(engine::ReadSession& session,
                                                           const engine::JournalLeaf& leaf);

// The range that holds this order and no other.
engine::OrderRange JustThis(const engine::OrderName& name);

// Nothing if there is none.
absl::StatusOr<std::optional<ledger::Entry>> FindEntry(engine::ReadSession& session,
                                                       const engine::MemberSeq& name);
absl::StatusOr<std::optional<ledger::MemberEvent>> FindEvent(engine::ReadSession& session,
                                                             const engine::MemberSeq& name);
absl::StatusOr<std::optional<engine::Receipt>> FindReceipt(engine::ReadSession& session,
                                                           const engine::RequestName& name);

// The event by which a member was merged into another; nothing if it was not, or its row cannot be
// read (that is named where it stands).
absl::StatusOr<std::optional<ledger::MemberEvent>> FindMergeOf(engine::ReadSession& session,
                                                               const engine::MemberName& name);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_LOOKUP_H_
