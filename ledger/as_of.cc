#include "ledger/as_of.h"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "ledger/errors.h"
#include "ledger/plan.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

// The entry as it reads where its lot or its hold is not there yet; nothing: it does not count.
std::optional<Entry> WithoutWhatItNames(const Entry& entry, bool has_lot, bool has_hold) {
  switch (entry.kind) {
    case EntryKind::kReleasePending:
    case EntryKind::kReleaseHold:
    case EntryKind::kEndHold:
    case EntryKind::kExpire:
    case EntryKind::kRepayDebt:
    case EntryKind::kReturnSpent:
    case EntryKind::kExtend:
    case EntryKind::kForfeit:
      return std::nullopt;
    default:
      break;
  }
  // The merge that brought the lot in counts later, and with it whatever became of that earning.
  if (!has_lot && entry.kind == EntryKind::kTakeBackPart && !entry.peer_id.empty())
    return std::nullopt;
  Entry counted = entry;
  // What was held when it was spent is available before the hold.
  if (!has_lot || !has_hold) counted.from = Account::kAvailable;
  if (!has_lot) counted.lot_seq = 0;
  if (!has_hold) counted.hold_seq = 0;
  return counted;
}

// Takes up to `points` off, and says how much.
Points TakeUpTo(Points& from, Points points) {
  const Points taken = std::clamp(points, base::kNoPoints, std::max(from, base::kNoPoints));
  from -= taken;
  return taken;
}

// What is below zero of a lot is set against whatever else there is.
class Leveller {
 public:
  explicit Leveller(Ledger& ledger) : ledger_(ledger) {}

  absl::Status Run() {
    // What was available of lots that are not there.
    for (const auto& [seq, lot] : ledger_.lots) missing_ += lot.available.value;
    missing_ -= ledger_.member.available.value;
    UndoRepayments();
    for (auto& [seq, lot] : ledger_.lots) LevelWithin(lot);
    LevelAmongLots();
    DropClosed();
    return Sum();
  }

 private:
  // Repaid by then, but not yet owed: it is available still.
  void UndoRepayments() {
    Points& debt = ledger_.member.debt;
    for (auto& [seq, lot] : std::views::reverse(ledger_.lots)) {
      if (debt.value >= 0) return;
      const Points back = TakeUpTo(lot.repaid, Points{} - debt);
      lot.available += back;
      debt += back;
    }
    debt = std::max(debt, base::kNoPoints);
  }

  void LevelWithin(Lot& lot) {
    if (lot.available.value >= 0) return;
    lot.available += TakeUpTo(lot.pending, Points{} - lot.available);
    const Points from_held = TakeUpTo(lot.held, Points{} - lot.available);
    TakeFromHolds(lot.lot_seq, from_held);
    lot.available += from_held;
    missing_ -= std::min(lot.available, base::kNoPoints).value;
    lot.available = std::max(lot.available, base::kNoPoints);
  }

  void TakeFromHolds(int64_t lot_seq, Points points) {
    for (auto& [seq, hold] : std::views::reverse(ledger_.holds)) {
      if (hold.state != HoldState::kOpen) continue;
      for (HoldSlice& slice : hold.slices) {
        if (slice.lot_seq != lot_seq) continue;
        const Points taken = TakeUpTo(slice.points, points);
        points -= taken;
        hold.points -= taken;
      }
      std::erase_if(hold.slices, [](const HoldSlice& slice) { return slice.points.value == 0; });
    }
  }

  void LevelAmongLots() {
    std::vector<Lot*> lots;
    for (auto& [seq, lot] : ledger_.lots) lots.push_back(&lot);
    std::ranges::sort(lots, {}, [](const Lot* lot) { return DrawingOrder(*lot); });
    for (Lot* const lot : lots) {
      if (missing_ <= 0) break;
      const absl::int128 most = std::min<absl::int128>(missing_, base::kPointsMax.value);
      missing_ -= TakeUpTo(lot->available, Points{static_cast<int64_t>(most)}).value;
    }
  }

  void DropClosed() {
    for (auto& [seq, lot] : ledger_.lots)
      lot.is_open = lot.pending.value > 0 || lot.available.value > 0 || lot.held.value > 0;
    std::erase_if(ledger_.lots, [](const auto& row) { return !row.second.is_open; });
    std::erase_if(ledger_.holds, [](const auto& row) {
      return row.second.state != HoldState::kOpen || row.second.slices.empty();
    });
  }

  absl::Status Sum() {
    absl::int128 available = 0;
    absl::int128 pending = 0;
    absl::int128 held = 0;
    for (const auto& [seq, lot] : ledger_.lots) {
      available += lot.available.value;
      pending += lot.pending.value;
      held += lot.held.value;
    }
    Member& member = ledger_.member;
    const absl::int128 debt = member.debt.value + std::max<absl::int128>(missing_, 0);
    const absl::int128 most = base::kPointsMax.value;
    if (available + pending + held > most || debt > most) return BalanceOverflow();
    member.available.value = static_cast<int64_t>(available);
    member.pending.value = static_cast<int64_t>(pending);
    member.held.value = static_cast<int64_t>(held);
    member.debt.value = static_cast<int64_t>(debt);
    return absl::OkStatus();
  }

  Ledger& ledger_;
  absl::int128 missing_ = 0;  // spent, of what was not there
};

}  // namespace

AsOf::AsOf(const Member& member, base::Instant effective_by, base::Instant recorded_by)
    : effective_by_(effective_by), recorded_by_(recorded_by) {
  ledger_.member = member;
  ledger_.open_loaded = true;
  Member& then = ledger_.member;
  then.entry_seq = 0;
  then.head_hash = base::kZeroHash;
  then.available = then.pending = then.held = then.debt = then.lifetime_earned = base::kNoPoints;
  then.next_due_at.reset();
  then.last_recorded_at = member.created_at;
}

void AsOf::Add(const Entry& entry) {
  if (entry.recorded_at > recorded_by_ || !status_.ok()) return;
  if (entry.effective_at > effective_by_ || left_out_.contains(entry.reverses_seq)) {
    left_out_.insert(entry.seq);
    return;
  }
  const bool has_lot =
      entry.lot_seq == 0 || entry.lot_seq == entry.seq || ledger_.lots.contains(entry.lot_seq);
  const bool has_hold = entry.hold_seq == 0 || entry.kind == EntryKind::kHold ||
                        ledger_.holds.contains(entry.hold_seq);
  if (has_lot && has_hold) {
    status_ = ApplyToPart(entry, ledger_);
  } else if (const auto counted = WithoutWhatItNames(entry, has_lot, has_hold)) {
    status_ = ApplyToPart(*counted, ledger_);
  } else {
    left_out_.insert(entry.seq);
  }
}

absl::StatusOr<Ledger> AsOf::Settled(const Program& program) && {
  if (!status_.ok()) return status_;
  if (const absl::Status level = Leveller(ledger_).Run(); !level.ok()) return level;
  const Member then = ledger_.member;
  // The view is never of a time before the last record, which here may be later than that asked
  // for.
  ledger_.member.last_recorded_at = std::min(then.last_recorded_at, effective_by_);
  absl::StatusOr<Ledger> view = SettledView(ledger_, program, effective_by_);
  if (!view.ok()) return view.status();
  // What the clock did was not booked.
  view->member.entry_seq = then.entry_seq;
  view->member.head_hash = then.head_hash;
  view->member.last_recorded_at = then.last_recorded_at;
  std::erase_if(view->lots, [](const auto& row) { return !row.second.is_open; });
  std::erase_if(view->holds, [](const auto& row) { return row.second.state != HoldState::kOpen; });
  return view;
}

}  // namespace fairpoint::ledger
