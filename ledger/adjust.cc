// Points that no purchase gave: an operator's correction, a balance from before Fairpoint.
#include <limits>

#include "ledger/calendar.h"
#include "ledger/credit.h"
#include "ledger/errors.h"
#include "ledger/operations.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

absl::Status Give(Draft& draft, const AdjustPoints& adjust, base::Instant effective_at) {
  const Program& program = draft.program();
  const std::optional<base::Instant> expires_at =
      adjust.expires_at ? adjust.expires_at : ExpiryOf(effective_at, program.expiry, program.zone);
  if (expires_at && *expires_at <= draft.now())
    return LotExpiryOutOfRange(*expires_at, draft.now());
  if (!Fits(draft.member(), adjust.points)) return BalanceOverflow();
  Credit(draft, {.kind = EntryKind::kAdjust,
                 .from = Account::kAdjusted,
                 .points = adjust.points,
                 .effective_at = effective_at,
                 .expires_at = expires_at});
  return absl::OkStatus();
}

absl::Status TakeAway(Draft& draft, Points points, base::Instant effective_at) {
  const std::vector<HoldSlice> drawable = DrawableLots(draft, effective_at);
  if (SumOf(drawable) < points) return InsufficientPoints(SumOf(drawable), points);
  for (const HoldSlice& slice : TakeFirst(drawable, points)) {
    draft.Book({.kind = EntryKind::kAdjust,
                .from = Account::kAvailable,
                .to = Account::kAdjusted,
                .points = slice.points,
                .effective_at = effective_at,
                .lot_seq = slice.lot_seq});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PlanAdjust(Draft& draft, const AdjustPoints& adjust, base::Instant effective_at) {
  const Points most = draft.program().adjustments.points_max;
  const bool limited = most.value > 0;
  if (limited && (adjust.points > most || adjust.points.value < -most.value))
    return AdjustmentAboveLimit(most, adjust.points);
  if (adjust.points.value > 0) return Give(draft, adjust, effective_at);
  // It has no opposite, and nobody has so much.
  if (adjust.points.value == std::numeric_limits<int64_t>::min())
    return InsufficientPoints(draft.member().available, base::kPointsMax);
  return TakeAway(draft, Points{-adjust.points.value}, effective_at);
}

absl::Status PlanOpen(Draft& draft, const std::vector<OpeningLot>& lots) {
  if (lots.empty()) return absl::OkStatus();
  if (draft.member().entry_seq > 0) return OpeningTooLate();
  const base::Instant now = draft.now();
  std::optional<Points> sum = base::kNoPoints;
  for (const OpeningLot& lot : lots) {
    if (lot.earned_at && *lot.earned_at > now)
      return EffectiveTimeOutOfRange(*lot.earned_at, "of an opening balance is in the future");
    if (lot.expires_at && *lot.expires_at <= now) return LotExpiryOutOfRange(*lot.expires_at, now);
    if (sum) sum = base::CheckedAdd(*sum, lot.points);
  }
  if (!sum || !Fits(draft.member(), *sum)) return BalanceOverflow();
  for (const OpeningLot& lot : lots) {
    Credit(draft, {.kind = EntryKind::kOpen,
                   .from = Account::kIssued,
                   .points = lot.points,
                   .effective_at = lot.earned_at.value_or(now),
                   .expires_at = lot.expires_at});
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::ledger
