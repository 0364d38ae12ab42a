#include "ledger/settle.h"

#include <algorithm>
#include <compare>
#include <queue>
#include <vector>

namespace fairpoint::ledger {
namespace {

struct Due {
  base::Instant at;
  enum class What : uint8_t { kRelease, kEndHold, kExpire } what{};
  int64_t seq = 0;
  friend auto operator<=>(const Due&, const Due&) = default;
};
using DueQueue = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

void PushExpiry(const Lot& lot, base::Instant not_before, base::Instant now, DueQueue& due) {
  if (lot.available.value > 0 && lot.expires_at && *lot.expires_at <= now) {
    due.push({std::max(*lot.expires_at, not_before), Due::What::kExpire, lot.lot_seq});
  }
}

void Release(Draft& draft, int64_t lot_seq, base::Instant at) {
  draft.BeginClock();
  draft.Book({.kind = EntryKind::kReleasePending,
              .from = Account::kPending,
              .to = Account::kAvailable,
              .points = draft.LotOf(lot_seq).pending,
              .effective_at = at,
              .lot_seq = lot_seq});
  RepayDebt(draft, lot_seq, at);
}

void EndHold(Draft& draft, int64_t hold_seq, base::Instant at) {
  draft.BeginClock();
  const std::vector<HoldSlice> slices = draft.FindHold(hold_seq)->slices;
  for (const HoldSlice& slice : slices) GiveBack(draft, EntryKind::kEndHold, hold_seq, slice, at);
}

void Expire(Draft& draft, const Lot& lot, base::Instant at) {
  draft.Book({.kind = EntryKind::kExpire,
              .from = Account::kAvailable,
              .to = Account::kExpired,
              .points = lot.available,
              .effective_at = at,
              .lot_seq = lot.lot_seq});
}

}  // namespace

void SettleDue(Draft& draft) {
  DueQueue due;
  const base::Instant now = draft.now();
  draft.ForEachLot([&](const Lot& lot) {
    if (lot.pending.value > 0 && lot.available_at && *lot.available_at <= now) {
      due.push({*lot.available_at, Due::What::kRelease, lot.lot_seq});
    }
    PushExpiry(lot, {}, now, due);
  });
  draft.ForEachHold([&](const Hold& hold) {
    if (hold.state == HoldState::kOpen && hold.expires_at <= now)
      due.push({hold.expires_at, Due::What::kEndHold, hold.hold_seq});
  });
  while (!due.empty() && draft.status().ok()) {
    const Due next = due.top();
    due.pop();
    switch (next.what) {
      case Due::What::kRelease:
        Release(draft, next.seq, next.at);
        PushExpiry(draft.LotOf(next.seq), next.at, now, due);
        break;
      case Due::What::kEndHold: {
        EndHold(draft, next.seq, next.at);
        const std::vector<HoldSlice> slices = draft.FindHold(next.seq)->slices;
        for (const HoldSlice& slice : slices)
          PushExpiry(draft.LotOf(slice.lot_seq), next.at, now, due);
        break;
      }
      case Due::What::kExpire: {
        // The same lot may have been queued twice: from the start, and when something was given
        // back to it.
        const Lot& lot = draft.LotOf(next.seq);
        if (lot.available.value == 0) break;
        draft.BeginClock();
        Expire(draft, lot, next.at);
        break;
      }
    }
  }
}

void RepayDebt(Draft& draft, int64_t lot_seq, base::Instant at) {
  const base::Points repaid = std::min(draft.member().debt, draft.LotOf(lot_seq).available);
  if (repaid.value == 0) return;
  draft.Book({.kind = EntryKind::kRepayDebt,
              .from = Account::kAvailable,
              .to = Account::kDebt,
              .points = repaid,
              .effective_at = at,
              .lot_seq = lot_seq});
}

void GiveBack(Draft& draft, EntryKind kind, int64_t hold_seq, const HoldSlice& slice,
              base::Instant at) {
  draft.Book({.kind = kind,
              .from = Account::kHeld,
              .to = Account::kAvailable,
              .points = slice.points,
              .effective_at = at,
              .lot_seq = slice.lot_seq,
              .hold_seq = hold_seq});
  ExpireIfPast(draft, slice.lot_seq, at);
}

void ExpireIfPast(Draft& draft, int64_t lot_seq, base::Instant at) {
  const Lot& lot = draft.LotOf(lot_seq);
  if (lot.expires_at && *lot.expires_at <= at && lot.available.value > 0) Expire(draft, lot, at);
}

}  // namespace fairpoint::ledger
