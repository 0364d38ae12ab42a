#include "audit/entry_rules.h"

#include "absl/strings/str_cat.h"
#include "audit/findings.h"

namespace fairpoint::audit {
namespace {

using ledger::Account;
using ledger::Entry;
using ledger::EntryKind;

bool MovesBetween(const Entry& entry, Account from, Account to) {
  return entry.from == from && entry.to == to;
}

bool AccountsAllowed(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::kEarn:
      return MovesBetween(entry, Account::kIssued, Account::kPending) ||
             MovesBetween(entry, Account::kIssued, Account::kAvailable);
    case EntryKind::kReleasePending:
      return MovesBetween(entry, Account::kPending, Account::kAvailable);
    case EntryKind::kRedeem:
      return MovesBetween(entry, Account::kAvailable, Account::kRedeemed) ||
             MovesBetween(entry, Account::kDebt, Account::kRedeemed);
    case EntryKind::kHold:
      return MovesBetween(entry, Account::kAvailable, Account::kHeld);
    case EntryKind::kCapture:
      return MovesBetween(entry, Account::kHeld, Account::kRedeemed);
    case EntryKind::kReleaseHold:
    case EntryKind::kEndHold:
      return MovesBetween(entry, Account::kHeld, Account::kAvailable);
    case EntryKind::kExpire:
      return MovesBetween(entry, Account::kAvailable, Account::kExpired);
    case EntryKind::kRepayDebt:
      return MovesBetween(entry, Account::kAvailable, Account::kDebt);
    case EntryKind::kReturnSpent:
      return MovesBetween(entry, Account::kRedeemed, Account::kAvailable) ||
             MovesBetween(entry, Account::kRedeemed, Account::kDebt);
    case EntryKind::kTakeBack:
    case EntryKind::kTakeBackPart:
      return entry.to == Account::kClawedBack &&
             (entry.from == Account::kPending || entry.from == Account::kAvailable ||
              entry.from == Account::kDebt);
    case EntryKind::kExtend:
      return MovesBetween(entry, Account::kAvailable, Account::kAvailable);
    case EntryKind::kAdjust:
      return MovesBetween(entry, Account::kAdjusted, Account::kAvailable) ||
             MovesBetween(entry, Account::kAvailable, Account::kAdjusted);
    case EntryKind::kTransferOut:
      return MovesBetween(entry, Account::kAvailable, Account::kTransferred);
    case EntryKind::kTransferIn:
      return MovesBetween(entry, Account::kTransferred, Account::kAvailable);
    case EntryKind::kTransferFee:
      return MovesBetween(entry, Account::kAvailable, Account::kRedeemed);
    case EntryKind::kMergeOut:
      return MovesBetween(entry, Account::kAvailable, Account::kTransferred) ||
             MovesBetween(entry, Account::kPending, Account::kTransferred) ||
             MovesBetween(entry, Account::kTransferred, Account::kDebt);
    case EntryKind::kMergeIn:
      return MovesBetween(entry, Account::kTransferred, Account::kAvailable) ||
             MovesBetween(entry, Account::kTransferred, Account::kPending) ||
             MovesBetween(entry, Account::kDebt, Account::kTransferred);
    case EntryKind::kOpen:
      return MovesBetween(entry, Account::kIssued, Account::kAvailable);
    case EntryKind::kForfeit:
      return MovesBetween(entry, Account::kAvailable, Account::kExpired) ||
             MovesBetween(entry, Account::kPending, Account::kExpired);
  }
  return false;
}

// Points of a member's are always points of one of its lots; debt is nobody's lot.
bool MustNameLot(const Entry& entry) {
  const auto in_lots = [](Account account) {
    return account == Account::kAvailable || account == Account::kPending ||
           account == Account::kHeld;
  };
  return in_lots(entry.from) || in_lots(entry.to);
}

bool MakesLot(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::kEarn:
    case EntryKind::kTransferIn:
    case EntryKind::kOpen:
      return true;
    case EntryKind::kAdjust:
      return entry.to == Account::kAvailable;
    case EntryKind::kMergeIn:
      return entry.from != Account::kDebt;
    default:
      return false;
  }
}

bool MustNameHold(const Entry& entry) {
  return entry.from == Account::kHeld || entry.to == Account::kHeld;
}

bool HasPeer(const Entry& entry) { return !entry.peer_id.empty() || entry.peer_seq != 0; }

// A part of an earning that was brought in by a merged member names that member's instead.
bool MustNameReversed(const Entry& entry) {
  return entry.kind == EntryKind::kReturnSpent || entry.kind == EntryKind::kTakeBack ||
         (entry.kind == EntryKind::kTakeBackPart && !HasPeer(entry));
}

std::optional<BrokenRule> BrokenPeerRule(const Entry& entry) {
  const bool must = IsPaired(entry.kind);
  const bool may = must || entry.kind == EntryKind::kTakeBackPart;
  if (!must && !HasPeer(entry)) return std::nullopt;
  if (!may || entry.peer_id.empty() || entry.peer_seq < 1 || entry.peer_id == entry.member_id) {
    return BrokenRule{
        "peer", may ? "an entry of another member" : "none",
        HasPeer(entry) ? base::ToString(base::EntryName{entry.peer_id, entry.peer_seq}) : "none"};
  }
  return std::nullopt;
}

std::optional<BrokenRule> BrokenTimeRule(const Entry& entry) {
  if (entry.effective_at > entry.recorded_at) {
    return BrokenRule{"effective_at", absl::StrCat("at or before ", Shown(entry.recorded_at)),
                      Shown(entry.effective_at)};
  }
  if (!entry.earned_at) return std::nullopt;
  const bool comes_in = entry.kind == EntryKind::kTransferIn || entry.kind == EntryKind::kMergeIn;
  if (comes_in && MakesLot(entry) && *entry.earned_at <= entry.effective_at) return std::nullopt;
  return BrokenRule{"earned_at",
                    comes_in && MakesLot(entry)
                        ? absl::StrCat("at or before ", Shown(entry.effective_at))
                        : "none",
                    Shown(*entry.earned_at)};
}

std::string ShownAccounts(const Entry& entry) {
  return absl::StrCat(std::string(Name(entry.from)), " to ", std::string(Name(entry.to)));
}

}  // namespace

bool IsPaired(EntryKind kind) {
  return kind == EntryKind::kTransferOut || kind == EntryKind::kTransferIn ||
         kind == EntryKind::kMergeOut || kind == EntryKind::kMergeIn;
}

std::optional<BrokenRule> FirstBrokenRule(const Entry& entry) {
  if (!IsKnown(entry.kind))
    return BrokenRule{"kind", "a known kind", Shown(static_cast<int64_t>(entry.kind))};
  if (!AccountsAllowed(entry)) {
    return BrokenRule{
        "from, to", absl::StrCat("accounts that ", std::string(Name(entry.kind)), " moves between"),
        ShownAccounts(entry)};
  }
  if (entry.points.value <= 0) return BrokenRule{"points", "more than 0", Shown(entry.points)};
  if (entry.lot_seq < 0 || (entry.lot_seq == 0 && MustNameLot(entry)))
    return BrokenRule{"lot_seq", "a lot", Shown(entry.lot_seq)};
  if (MakesLot(entry) && entry.lot_seq != entry.seq)
    return BrokenRule{"lot_seq", Shown(entry.seq), Shown(entry.lot_seq)};
  // What was spent on credit comes back as a lot of its own.
  const int64_t last = entry.kind == EntryKind::kReturnSpent ? entry.seq : entry.seq - 1;
  if (!MakesLot(entry) && entry.lot_seq > last)
    return BrokenRule{"lot_seq", absl::StrCat("at most ", last), Shown(entry.lot_seq)};
  if ((entry.hold_seq != 0) != MustNameHold(entry) || entry.hold_seq < 0) {
    return BrokenRule{"hold_seq", MustNameHold(entry) ? "a hold" : "none", Shown(entry.hold_seq)};
  }
  if (entry.kind == EntryKind::kHold && entry.hold_seq != entry.txn_seq) {
    return BrokenRule{"hold_seq", Shown(entry.txn_seq), Shown(entry.hold_seq)};
  }
  if (entry.reverses_seq < 0 || entry.reverses_seq >= entry.seq ||
      (entry.reverses_seq != 0) != MustNameReversed(entry)) {
    return BrokenRule{"reverses_seq", MustNameReversed(entry) ? "an earlier entry" : "none",
                      Shown(entry.reverses_seq)};
  }
  if (std::optional<BrokenRule> broken = BrokenPeerRule(entry)) return broken;
  if (std::optional<BrokenRule> broken = BrokenTimeRule(entry)) return broken;
  if (entry.available_after.value < 0 || entry.pending_after.value < 0 ||
      entry.held_after.value < 0 || entry.debt_after.value < 0) {
    return BrokenRule{"balances after", "none below 0", "one below 0"};
  }
  return std::nullopt;
}

}  // namespace fairpoint::audit
