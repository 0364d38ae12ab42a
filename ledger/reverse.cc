#include <algorithm>
#include <string>

#include "ledger/calendar.h"
#include "ledger/errors.h"
#include "ledger/operations.h"
#include "ledger/take_back.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

bool IsSpend(const Entry& entry) {
  return entry.kind == EntryKind::kRedeem || entry.kind == EntryKind::kCapture;
}

// One spent entry given back: to its lot, or off the debt that had paid for it.
class Returner {
 public:
  Returner(Draft& draft, base::Instant effective_at) : draft_(draft), effective_at_(effective_at) {}

  void Return(const Entry& spent) {
    if (spent.from == Account::kDebt) {
      const Points off_debt = std::min(draft_.member().debt, spent.points);
      if (off_debt.value > 0) Book(spent, off_debt, Account::kDebt, 0, std::nullopt);
      // Debt that earnings have repaid since was paid with points: they come back as a lot of their
      // own.
      const Points as_points = spent.points - off_debt;
      if (as_points.value > 0) {
        Book(spent, as_points, Account::kAvailable, Draft::kNewLot,
             ExpiryOf(effective_at_, draft_.program().expiry, draft_.program().zone));
      }
      return;
    }
    const Lot& lot = draft_.LotOf(spent.lot_seq);
    const base::Instant expires_at = ExpiryOrNever(lot);
    const bool expired = expires_at <= draft_.now();
    const std::optional<Period>& grace = draft_.program().returns.grace;
    if (!expired) {
      Book(spent, spent.points, Account::kAvailable, spent.lot_seq, std::nullopt);
    } else if (grace) {
      Book(spent, spent.points, Account::kAvailable, spent.lot_seq,
           AddPeriod(draft_.now(), *grace, draft_.program().zone));
    } else {
      Book(spent, spent.points, Account::kAvailable, spent.lot_seq, std::nullopt);
      draft_.Book({.kind = EntryKind::kExpire,
                   .from = Account::kAvailable,
                   .to = Account::kExpired,
                   .points = spent.points,
                   .effective_at = std::max(effective_at_, expires_at),
                   .lot_seq = spent.lot_seq});
    }
  }

 private:
  void Book(const Entry& spent, Points points, Account to, int64_t lot_seq,
            std::optional<base::Instant> expires_at) {
    draft_.Book({.kind = EntryKind::kReturnSpent,
                 .from = Account::kRedeemed,
                 .to = to,
                 .points = points,
                 .effective_at = effective_at_,
                 .lot_seq = lot_seq,
                 .reverses_seq = spent.seq,
                 .expires_at = expires_at});
  }

  Draft& draft_;
  const base::Instant effective_at_;
};

absl::Status ReturnSpends(Draft& draft, const std::vector<Entry>& entries,
                          base::Instant effective_at) {
  // Sums: what comes back must fit beside what is there.
  const Member& member = draft.member();
  auto total = base::CheckedAdd(member.available, member.pending);
  if (total) total = base::CheckedAdd(*total, member.held);
  for (const Entry& entry : entries) {
    if (IsSpend(entry) && total) total = base::CheckedAdd(*total, entry.points);
  }
  if (!total) return BalanceOverflow();
  Returner returner(draft, effective_at);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (IsSpend(*entry)) returner.Return(*entry);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> TakeBackEarning(Draft& draft, const Entry& earned,
                                        const ReverseEntry& reverse, base::Instant effective_at) {
  const int64_t first = draft.next_seq();
  TakeBack take_back(draft, EntryKind::kTakeBack, effective_at, reverse.refund.has_value());
  // What expired is gone already, and so on: of the whole lot it takes what is left to take.
  const Lot& lot = draft.LotOf(earned.lot_seq);
  const absl::StatusOr<TakenBack> taken = take_back.Take({.lot_seq = lot.lot_seq,
                                                          .points = lot.points,
                                                          .taken_before = base::kNoPoints,
                                                          .restored_before = base::kNoPoints,
                                                          .deducted_before = base::kNoPoints});
  if (!taken.ok()) return taken.status();
  const int64_t deduct_minor_units = take_back.ToDeduct(reverse.refund);
  if (draft.next_seq() == first && deduct_minor_units == 0) return NothingToTakeBack();
  return deduct_minor_units;
}

}  // namespace

absl::StatusOr<ReverseOutcome> PlanReverse(Draft& draft, const ReverseEntry& reverse,
                                           const TargetTransaction& target,
                                           base::Instant effective_at) {
  const base::MemberId& member_id = draft.member().member_id;
  if (target.entries.empty()) return EntryNotFound({member_id, reverse.entry_seq});
  if (target.reversed_by_txn_seq) {
    const int64_t by_txn_seq = *target.reversed_by_txn_seq;
    return by_txn_seq == 0 ? AlreadyReversed() : AlreadyReversed({member_id, by_txn_seq});
  }
  if (reverse.refund && reverse.refund->currency != draft.program().currency) {
    return CurrencyMismatch(draft.program().currency, reverse.refund->currency);
  }
  ReverseOutcome outcome{.txn_seq = target.entries.front().txn_seq};
  if (std::ranges::any_of(target.entries, IsSpend)) {
    const absl::Status returned = ReturnSpends(draft, target.entries, effective_at);
    if (!returned.ok()) return returned;
    return outcome;
  }
  const auto earned = std::ranges::find(target.entries, EntryKind::kEarn, &Entry::kind);
  if (earned == target.entries.end())
    return NotReversible(std::string(Name(target.entries.front().kind)));
  const absl::StatusOr<int64_t> deduct = TakeBackEarning(draft, *earned, reverse, effective_at);
  if (!deduct.ok()) return deduct.status();
  outcome.deduct_minor_units = *deduct;
  return outcome;
}

}  // namespace fairpoint::ledger
