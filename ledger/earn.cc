#include "ledger/calendar.h"
#include "ledger/credit.h"
#include "ledger/errors.h"
#include "ledger/operations.h"
#include "ledger/settle.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

absl::StatusOr<Points> PointsOf(const EarnPoints& earn, const Program& program) {
  if (const Points* points = std::get_if<Points>(&earn.basis)) return *points;
  const base::Money& spend = std::get<base::Money>(earn.basis);
  if (spend.currency != program.currency) return CurrencyMismatch(program.currency, spend.currency);
  bool fits = false;
  const int64_t points = base::MulDivFloor(spend.minor_units, program.base_rate.points,
                                           program.base_rate.per_minor_units, fits);
  if (!fits) return BalanceOverflow();
  if (points == 0) return NothingEarned();
  return Points{points};
}

}  // namespace

absl::Status PlanEarn(Draft& draft, const EarnPoints& earn, base::Instant effective_at) {
  const Program& program = draft.program();
  const absl::StatusOr<Points> points = PointsOf(earn, program);
  if (!points.ok()) return points.status();
  if (points->value == 0) return absl::OkStatus();
  // What was ever earned must stay in the range too, so that no later movement of it can leave it.
  if (!Fits(draft.member(), *points) || !base::CheckedAdd(draft.member().lifetime_earned, *points))
    return BalanceOverflow();

  const bool at_once = program.pending.mode == PendingMode::kAtOnce;
  Draft::Movement movement{.kind = EntryKind::kEarn,
                           .from = Account::kIssued,
                           .to = at_once ? Account::kAvailable : Account::kPending,
                           .points = *points,
                           .effective_at = effective_at,
                           .lot_seq = Draft::kNewLot};
  if (program.pending.mode == PendingMode::kAfterPeriod)
    movement.available_at = AddPeriod(effective_at, program.pending.after, program.zone);
  movement.expires_at = ExpiryOf(effective_at, program.expiry, program.zone);
  const int64_t lot_seq = draft.Book(movement);
  if (at_once) RepayDebt(draft, lot_seq, effective_at);
  ExtendByActivity(draft, effective_at);
  return absl::OkStatus();
}

absl::Status PlanReleasePending(Draft& draft, const ReleasePending& release,
                                base::Instant effective_at) {
  if (release.entry_seq >= draft.next_seq())
    return EntryNotFound({draft.member().member_id, release.entry_seq});
  const Lot* lot = draft.FindLot(release.entry_seq);
  if (lot == nullptr || lot->pending.value == 0) return NothingPending();
  draft.Book({.kind = EntryKind::kReleasePending,
              .from = Account::kPending,
              .to = Account::kAvailable,
              .points = lot->pending,
              .effective_at = effective_at,
              .lot_seq = release.entry_seq});
  RepayDebt(draft, release.entry_seq, effective_at);
  // Not left to the clock, which would date the expiry before the release.
  ExpireIfPast(draft, release.entry_seq, effective_at);
  return absl::OkStatus();
}

void ExtendByActivity(Draft& draft, base::Instant active_at) {
  const ExpiryPolicy& policy = draft.program().expiry;
  if (policy.never || !policy.extended_by_activity) return;
  const std::optional<base::Instant> extended = ExpiryOf(active_at, policy, draft.program().zone);
  std::vector<HoldSlice> to_extend;
  draft.ForEachLot([&](const Lot& lot) {
    if (lot.is_open && lot.expires_at && *lot.expires_at < *extended) {
      to_extend.push_back({lot.lot_seq, lot.available + lot.pending + lot.held});
    }
  });
  for (const HoldSlice& lot : to_extend) {
    draft.Book({.kind = EntryKind::kExtend,
                .from = Account::kAvailable,
                .to = Account::kAvailable,
                .points = lot.points,
                .effective_at = active_at,
                .lot_seq = lot.lot_seq,
                .expires_at = extended});
  }
}

}  // namespace fairpoint::ledger
