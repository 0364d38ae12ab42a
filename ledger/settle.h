// What the clock does: pending points are released, holds end, lots expire, each at its due time
// and in that order at the same instant.
#ifndef FAIRPOINT_LEDGER_SETTLE_H_
#define FAIRPOINT_LEDGER_SETTLE_H_

#include "base/points.h"
#include "base/time.h"
#include "ledger/draft.h"

namespace fairpoint::ledger {

// Books everything due at or before the draft's now. Each due event is a transaction of its own.
void SettleDue(Draft& draft);

// Repays debt from what the lot has available: an earning just became spendable.
void RepayDebt(Draft& draft, int64_t lot_seq, base::Instant at);

// Expires what the lot has available if its expiry is not after `at`, the instant at which points
// came back to it.
void ExpireIfPast(Draft& draft, int64_t lot_seq, base::Instant at);

// Gives held points of a lot back to it; if it expired while they were held, they expire at that
// instant.
void GiveBack(Draft& draft, EntryKind kind, int64_t hold_seq, const HoldSlice& slice,
              base::Instant at);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_SETTLE_H_
