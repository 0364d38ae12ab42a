// One planner an operation. Each works on a settled draft, in which BeginOperation was called, and
// either books everything or returns an error from ledger/errors.h having booked nothing.
// `effective_at` is the posting's business time, never after the draft's now.
#ifndef FAIRPOINT_LEDGER_OPERATIONS_H_
#define FAIRPOINT_LEDGER_OPERATIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/draft.h"

namespace fairpoint::ledger {

absl::Status PlanEarn(Draft& draft, const EarnPoints& earn, base::Instant effective_at);
absl::Status PlanRedeem(Draft& draft, const RedeemPoints& redeem, base::Instant effective_at);
absl::Status PlanHold(Draft& draft, const HoldPoints& hold, base::Instant effective_at);
absl::Status PlanCapture(Draft& draft, const CaptureHold& capture, base::Instant effective_at);
absl::Status PlanReleaseHold(Draft& draft, const ReleaseHold& release, base::Instant effective_at);
absl::Status PlanReleasePending(Draft& draft, const ReleasePending& release,
                                base::Instant effective_at);
// A correction is no activity: it extends no lots.
absl::Status PlanAdjust(Draft& draft, const AdjustPoints& adjust, base::Instant effective_at);
// One lot each, from before Fairpoint. OPENING_TOO_LATE when there are entries already.
absl::Status PlanOpen(Draft& draft, const std::vector<OpeningLot>& lots);
struct ReverseOutcome {
  int64_t txn_seq = 0;  // the transaction undone
  int64_t deduct_minor_units = 0;
};
absl::StatusOr<ReverseOutcome> PlanReverse(Draft& draft, const ReverseEntry& reverse,
                                           const TargetTransaction& target,
                                           base::Instant effective_at);

struct TakeBackOutcome {
  std::vector<TakenBack> parts;  // parallel to what was asked for
  int64_t deduct_minor_units = 0;
};
absl::StatusOr<TakeBackOutcome> PlanTakeBackParts(Draft& draft, const TakeBackParts& take_back,
                                                  base::Instant effective_at);

// The lots a spend at `effective_at` draws from, in order: those that expire first, then the
// oldest.
std::vector<HoldSlice> DrawableLots(const Draft& draft, base::Instant effective_at);

base::Points SumOf(const std::vector<HoldSlice>& slices);
// The first slices that make up `points`, the last one cut; requires that they suffice.
std::vector<HoldSlice> TakeFirst(const std::vector<HoldSlice>& slices, base::Points points);

// Where the policy extends lots by activity, moves every open lot's expiry to what it would be if
// earned at `active_at`.
void ExtendByActivity(Draft& draft, base::Instant active_at);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_OPERATIONS_H_
