// What somebody with write access to the database may do to cover tracks.
#ifndef FAIRPOINT_AUDIT_TESTING_TAMPER_H_
#define FAIRPOINT_AUDIT_TESTING_TAMPER_H_

#include <cstdint>

#include "audit/testing/memory_store.h"

namespace fairpoint::audit {

// Makes the member's row, lots and holds what its entries and events fold to.
void FixProjections(Tables& tables, const engine::MemberName& member);
// Makes balances after, links and hashes anew from the entry on, then the projections.
void FixChain(Tables& tables, const engine::MemberName& member, int64_t from_seq);
// Makes the leaves that rows claim in the journal row what the rows hash to, leaves out those whose
// rows are gone, and makes the lane's hashes anew from there on, with its head.
void FixJournal(Tables& tables, int64_t lane, int64_t lane_seq);
// Makes the lane's hashes anew from the row on, with its head.
void FixLane(Tables& tables, int64_t lane, int64_t from_lane_seq);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_TAMPER_H_
