#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/calendar.h"
#include "ledger/errors.h"
#include "ledger/operations.h"
#include "ledger/settle.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

constexpr absl::Duration kHoldLongest = absl::Hours(24 * 90);

}  // namespace

Points SumOf(const std::vector<HoldSlice>& slices) {
  Points sum;
  for (const HoldSlice& slice : slices) sum += slice.points;
  return sum;
}

std::vector<HoldSlice> TakeFirst(const std::vector<HoldSlice>& slices, Points points) {
  std::vector<HoldSlice> taken;
  for (const HoldSlice& slice : slices) {
    if (points.value == 0) break;
    const Points part = std::min(slice.points, points);
    taken.push_back({slice.lot_seq, part});
    points -= part;
  }
  return taken;
}

std::vector<HoldSlice> DrawableLots(const Draft& draft, base::Instant effective_at) {
  std::vector<const Lot*> lots;
  draft.ForEachLot([&](const Lot& lot) {
    if (lot.available.value > 0 && lot.effective_at <= effective_at) lots.push_back(&lot);
  });
  std::ranges::sort(lots, {}, [](const Lot* lot) { return DrawingOrder(*lot); });
  std::vector<HoldSlice> drawable;
  drawable.reserve(lots.size());
  for (const Lot* lot : lots) drawable.push_back({lot->lot_seq, lot->available});
  return drawable;
}

absl::Status PlanRedeem(Draft& draft, const RedeemPoints& redeem, base::Instant effective_at) {
  const std::vector<HoldSlice> drawable = DrawableLots(draft, effective_at);
  const Points available = SumOf(drawable);
  const Points from_lots = std::min(available, redeem.points);
  const Points shortfall = redeem.points - from_lots;
  if (shortfall.value > 0) {
    const auto debt = base::CheckedAdd(draft.member().debt, shortfall);
    // A business time within the tolerance is now by another clock: not late.
    const bool late = effective_at + base::kClockTolerance < draft.now();
    if (!late || !debt || *debt > draft.program().debt.late_spend_debt_max)
      return InsufficientPoints(available, redeem.points);
  }
  Draft::Movement movement{.kind = EntryKind::kRedeem,
                           .from = Account::kAvailable,
                           .to = Account::kRedeemed,
                           .effective_at = effective_at};
  for (const HoldSlice& slice : TakeFirst(drawable, from_lots)) {
    movement.points = slice.points;
    movement.lot_seq = slice.lot_seq;
    draft.Book(movement);
  }
  if (shortfall.value > 0) {
    movement.from = Account::kDebt;
    movement.points = shortfall;
    movement.lot_seq = 0;
    draft.Book(movement);
  }
  ExtendByActivity(draft, effective_at);
  return absl::OkStatus();
}

absl::Status PlanHold(Draft& draft, const HoldPoints& hold, base::Instant effective_at) {
  const Program& program = draft.program();
  const base::Instant now = draft.now();
  const base::Instant expires_at =
      hold.expires_at.value_or(AddPeriod(now, program.hold_default, program.zone));
  if (expires_at <= now)
    return HoldExpiryOutOfRange(absl::StrCat("must be after now (", base::ToString(now), ")"));
  if (expires_at > now + kHoldLongest)
    return HoldExpiryOutOfRange("must be within 90 days from now");
  const std::vector<HoldSlice> drawable = DrawableLots(draft, effective_at);
  if (SumOf(drawable) < hold.points) return InsufficientPoints(SumOf(drawable), hold.points);
  for (const HoldSlice& slice : TakeFirst(drawable, hold.points)) {
    draft.Book({.kind = EntryKind::kHold,
                .from = Account::kAvailable,
                .to = Account::kHeld,
                .points = slice.points,
                .effective_at = effective_at,
                .lot_seq = slice.lot_seq,
                .hold_seq = Draft::kNewHold,
                .expires_at = expires_at});
  }
  return absl::OkStatus();
}

absl::Status PlanCapture(Draft& draft, const CaptureHold& capture, base::Instant effective_at) {
  const Hold* const hold = draft.FindHold(capture.hold_seq);
  if (hold == nullptr) return HoldNotFound({draft.member().member_id, capture.hold_seq});
  if (hold->state != HoldState::kOpen) return HoldNotOpen(hold->state);
  const Points captured = capture.points.value_or(hold->points);
  if (captured > hold->points) return CaptureExceedsHold(hold->points, captured);
  // Booking changes the hold that `hold` points to.
  const std::vector<HoldSlice> slices = hold->slices;
  const std::vector<HoldSlice> taken = TakeFirst(slices, captured);
  for (const HoldSlice& slice : taken) {
    draft.Book({.kind = EntryKind::kCapture,
                .from = Account::kHeld,
                .to = Account::kRedeemed,
                .points = slice.points,
                .effective_at = effective_at,
                .lot_seq = slice.lot_seq,
                .hold_seq = capture.hold_seq});
  }
  Points left = captured;
  for (const HoldSlice& slice : slices) {
    const Points used = std::min(left, slice.points);
    left -= used;
    if (slice.points > used)
      GiveBack(draft, EntryKind::kReleaseHold, capture.hold_seq,
               {slice.lot_seq, slice.points - used}, effective_at);
  }
  ExtendByActivity(draft, effective_at);
  return absl::OkStatus();
}

absl::Status PlanReleaseHold(Draft& draft, const ReleaseHold& release, base::Instant effective_at) {
  const Hold* const hold = draft.FindHold(release.hold_seq);
  if (hold == nullptr) return HoldNotFound({draft.member().member_id, release.hold_seq});
  if (hold->state != HoldState::kOpen) return HoldNotOpen(hold->state);
  const std::vector<HoldSlice> slices = hold->slices;
  for (const HoldSlice& slice : slices)
    GiveBack(draft, EntryKind::kReleaseHold, release.hold_seq, slice, effective_at);
  return absl::OkStatus();
}

}  // namespace fairpoint::ledger
