#include "ledger/take_back.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "ledger/errors.h"
#include "ledger/operations.h"

namespace fairpoint::ledger {

using base::Points;

namespace {

// The earning's lot; where it came over with its member, as if it had been one all along.
Lot WholeLot(Draft& draft, const TakeBackPart& part) {
  if (!part.merged) return draft.LotOf(part.lot_seq);
  Lot lot = part.lot_seq != 0 ? draft.LotOf(part.lot_seq) : Lot{};
  lot.points += part.merged->points;
  lot.expired += part.merged->expired;
  lot.repaid += part.merged->repaid;
  return lot;
}

}  // namespace

void TakeBack::Book(const Piece& piece, const TakeBackPart& part) {
  Draft::Movement movement{.kind = kind_,
                           .from = piece.from,
                           .to = Account::kClawedBack,
                           .points = piece.points,
                           .effective_at = effective_at_,
                           .lot_seq = piece.lot_seq};
  if (part.merged) {
    movement.peer_id = part.merged->member_id;
    movement.peer_seq = part.merged->earn_seq;
  } else {
    movement.reverses_seq = part.lot_seq;
  }
  draft_.Book(movement);
}

bool TakeBack::Fits(const std::vector<Piece>& pieces) const {
  std::optional<Points> debt = draft_.member().debt;
  std::optional<Points> lifetime_earned = draft_.member().lifetime_earned;
  for (const Piece& piece : pieces) {
    if (piece.from == Account::kDebt && debt) debt = base::CheckedAdd(*debt, piece.points);
    if (lifetime_earned) lifetime_earned = base::CheckedSub(*lifetime_earned, piece.points);
  }
  return debt && lifetime_earned;
}

absl::StatusOr<TakenBack> TakeBack::Take(const TakeBackPart& part) {
  std::vector<Piece> pieces;
  const TakenBack taken = Choose(part, pieces);
  if (!Fits(pieces)) return BalanceOverflow();
  for (const Piece& piece : pieces) Book(piece, part);
  not_found_ = base::CheckedAdd(not_found_, taken.deducted).value_or(base::kPointsMax);
  return taken;
}

TakenBack TakeBack::Choose(const TakeBackPart& part, std::vector<Piece>& pieces) {
  const Lot lot = WholeLot(draft_, part);
  const TakeBackPolicy policy = draft_.program().debt.take_back;
  Points left = part.points;
  const auto at_most = [&left](Points there) {
    const Points share = std::clamp(there, base::kNoPoints, left);
    left -= share;
    return share;
  };
  TakenBack taken;
  taken.lot_seq = part.lot_seq;
  const auto take = [&](Account from, Points points, int64_t lot_seq) {
    if (points.value > 0) pieces.push_back({from, points, lot_seq});
    taken.taken += points;
  };

  take(Account::kPending, at_most(lot.pending), lot.lot_seq);
  if (policy == TakeBackPolicy::kOnlyPending) return taken;
  take(Account::kAvailable, at_most(lot.available), lot.lot_seq);
  taken.restored = at_most(lot.repaid - part.restored_before);
  take(Account::kDebt, taken.restored, lot.lot_seq);

  // What expired is gone already. What other earnings' reversals drew from this lot was theirs:
  // this earning still owes its own.
  Points spent = lot.points - lot.expired - lot.pending - lot.available - lot.repaid -
                 (part.taken_before - part.restored_before) - part.deducted_before;
  spent = at_most(spent);
  if (spent.value == 0) return taken;
  for (const HoldSlice& other : DrawableLots(draft_, draft_.now())) {
    if (spent.value == 0) break;
    if (other.lot_seq == lot.lot_seq) continue;
    const Points share = std::min(spent, other.points);
    take(Account::kAvailable, share, other.lot_seq);
    spent -= share;
  }
  if (policy == TakeBackPolicy::kUnlimited) {
    take(Account::kDebt, spent, 0);
  } else if (policy == TakeBackPolicy::kDeductFromRefund && has_refund_) {
    taken.deducted = spent;
  }
  return taken;
}

int64_t TakeBack::ToDeduct(const std::optional<base::Money>& refund) const {
  const DebtPolicy& policy = draft_.program().debt;
  if (not_found_.value == 0 || !refund) return 0;
  bool fits = false;
  const int64_t worth = base::MulDivFloor(not_found_.value, policy.deduct_minor_units,
                                          policy.deduct_per_points, fits);
  return fits ? std::min(worth, refund->minor_units) : refund->minor_units;
}

absl::StatusOr<TakeBackOutcome> PlanTakeBackParts(Draft& draft, const TakeBackParts& take_back,
                                                  base::Instant effective_at) {
  if (take_back.refund && take_back.refund->currency != draft.program().currency)
    return CurrencyMismatch(draft.program().currency, take_back.refund->currency);
  TakeBackOutcome outcome;
  TakeBack booking(draft, EntryKind::kTakeBackPart, effective_at, take_back.refund.has_value());
  for (const TakeBackPart& part : take_back.parts) {
    const absl::StatusOr<TakenBack> taken = booking.Take(part);
    if (!taken.ok()) return taken.status();
    outcome.parts.push_back(*taken);
  }
  outcome.deduct_minor_units = booking.ToDeduct(take_back.refund);
  return outcome;
}

}  // namespace fairpoint::ledger
