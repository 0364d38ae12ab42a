// Points given by one member to another. Pure, like ledger/plan.h.
#ifndef FAIRPOINT_LEDGER_TRANSFER_H_
#define FAIRPOINT_LEDGER_TRANSFER_H_

#include "absl/status/statusor.h"
#include "base/points.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/plan.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger {

struct TransferChanges {
  Changes giver;
  Changes taker;
};

// Draws the giver's lots as a spend does, gives each to the taker as a lot of its own with the old
// one's expiry, and repays the taker's debt from them; the fee is drawn besides. All at `now`. It
// is no activity of either: nothing is extended. `given_today`: what the giver has given since
// DayBegin(now). `now` is not before either member's last record. Errors: TRANSFER_REFUSED,
// INSUFFICIENT_POINTS, BALANCE_OVERFLOW, MEMBER_NOT_ACTIVE (of either), PHONE_MAY_NOT_SPEND,
// LEDGER_MOVED, and DATA_LOSS. Requires both ledgers' open rows.
absl::StatusOr<TransferChanges> PlanTransfer(const Ledger& giver, const Ledger& taker,
                                             const TransferPoints& transfer, const Posting& posting,
                                             const Program& program, base::Points given_today,
                                             base::Instant now);

// The programme's last midnight at or before `now`.
base::Instant DayBegin(base::Instant now, const Program& program);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_TRANSFER_H_
