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

// Nothing if there is none.
absl::StatusOr<std::optional<ledger::Entry>> FindEntry(engine::ReadSession& session,
                                                       const engine::MemberSeq& name);
absl::StatusOr<std::optional<ledger::MemberEvent>> FindEvent(engine::ReadSession& session,
                                                             const engine::MemberSeq& name);
absl::StatusOr<std::optional<engine::Receipt>> FindReceipt(engine::ReadSession& session,
                                                           const engine::RequestName& name);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_LOOKUP_H_
