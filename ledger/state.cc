#include "ledger/state.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "absl/strings/str_cat.h"
#include "ledger/errors.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

absl::Status DoesNotFollow(const Entry& entry, const std::string& why) {
  return absl::DataLossError(absl::StrCat("entry ", ToString(NameOf(entry)), ": ", why));
}

Points* MemberAccount(Member& member, Account account) {
  switch (account) {
    case Account::kAvailable:
      return &member.available;
    case Account::kPending:
      return &member.pending;
    case Account::kHeld:
      return &member.held;
    default:
      return nullptr;
  }
}

Points* LotAccount(Lot& lot, Account account) {
  switch (account) {
    case Account::kAvailable:
      return &lot.available;
    case Account::kPending:
      return &lot.pending;
    case Account::kHeld:
      return &lot.held;
    default:
      return nullptr;
  }
}

// What a lot remembers of points that left it for good.
Points* LotMemory(Lot& lot, Account to) {
  switch (to) {
    case Account::kExpired:
      return &lot.expired;
    case Account::kDebt:
      return &lot.repaid;
    case Account::kClawedBack:
      return &lot.taken_back;
    default:
      return nullptr;
  }
}

// Whether an account may fall below zero: in a part of a history it may.
enum class Short : uint8_t { kRefused, kAllowed };

// Where amounts may be short, nothing but their size can be wrong with them.
absl::Status LeavesRange(const Entry& entry, Short may_be, const std::string& why) {
  return may_be == Short::kAllowed ? BalanceOverflow() : DoesNotFollow(entry, why);
}

bool Debit(Points& account, Points points, Short may_be = Short::kRefused) {
  const std::optional<Points> rest = base::CheckedSub(account, points);
  if (!rest || (rest->value < 0 && may_be == Short::kRefused)) return false;
  account = *rest;
  return true;
}

bool Credit(Points& account, Points points) {
  const std::optional<Points> sum = base::CheckedAdd(account, points);
  if (sum) account = *sum;
  return sum.has_value();
}

bool MoveBalances(const Entry& entry, Member& member, Short may_be) {
  // An extension moves an expiry only: the points it names may be pending or held, and stay there.
  if (entry.kind == EntryKind::kExtend) return true;
  bool ok = true;
  if (entry.from == Account::kDebt) ok = ok && Credit(member.debt, entry.points);
  if (entry.to == Account::kDebt) ok = ok && Debit(member.debt, entry.points, may_be);
  if (Points* from = MemberAccount(member, entry.from))
    ok = ok && Debit(*from, entry.points, may_be);
  if (Points* to = MemberAccount(member, entry.to)) ok = ok && Credit(*to, entry.points);
  if (entry.kind == EntryKind::kEarn) ok = ok && Credit(member.lifetime_earned, entry.points);
  if (entry.kind == EntryKind::kTakeBack || entry.kind == EntryKind::kTakeBackPart)
    ok = ok && Debit(member.lifetime_earned, entry.points, Short::kAllowed);
  return ok;
}

Lot NewLot(const Entry& entry) {
  Lot lot;
  lot.program_id = entry.program_id;
  lot.member_id = entry.member_id;
  lot.lot_seq = entry.seq;
  lot.points = entry.points;
  lot.effective_at = entry.earned_at.value_or(entry.effective_at);
  lot.available_at = entry.available_at;
  lot.expires_at = entry.expires_at;
  return lot;
}

bool MoveLot(const Entry& entry, Lot& lot, Short may_be) {
  if (entry.kind == EntryKind::kExtend) {
    lot.expires_at = entry.expires_at;
    return entry.expires_at.has_value();
  }
  bool ok = true;
  if (Points* from = LotAccount(lot, entry.from)) ok = ok && Debit(*from, entry.points, may_be);
  if (Points* to = LotAccount(lot, entry.to)) ok = ok && Credit(*to, entry.points);
  if (Points* memory = LotMemory(lot, entry.to)) ok = ok && Credit(*memory, entry.points);
  if (entry.kind == EntryKind::kReturnSpent && entry.expires_at) lot.expires_at = entry.expires_at;
  lot.is_open = lot.pending.value > 0 || lot.available.value > 0 || lot.held.value > 0;
  return ok;
}

// A hold opens with the entries of one transaction, a slice each, and is resolved by the entries of
// another.
bool MoveHold(const Entry& entry, Hold& hold) {
  switch (entry.kind) {
    case EntryKind::kHold:
      if (!entry.expires_at || !Credit(hold.points, entry.points)) return false;
      hold.expires_at = *entry.expires_at;
      hold.slices.push_back({entry.lot_seq, entry.points});
      return hold.state == HoldState::kOpen;
    case EntryKind::kCapture:
      hold.state = HoldState::kCaptured;
      return Credit(hold.captured, entry.points) && hold.captured <= hold.points;
    case EntryKind::kReleaseHold:
      if (hold.state == HoldState::kOpen)
        hold.state = HoldState::kReleased;  // after a capture in part it stays captured
      return true;
    case EntryKind::kEndHold:
      hold.state = HoldState::kExpired;
      return true;
    default:
      return false;
  }
}

// Nothing if one of them is below zero or they do not fit.
std::optional<Points> SumOf(std::initializer_list<Points> parts) {
  std::optional<Points> sum = base::kNoPoints;
  for (const Points part : parts) {
    if (part.value < 0 || !sum) return std::nullopt;
    sum = base::CheckedAdd(*sum, part);
  }
  return sum;
}

absl::Status Contradicts(const Member& member, const std::string& what) {
  return absl::DataLossError(absl::StrCat("member ", member.member_id.value(), " of programme ",
                                          member.program_id.value(), ": ", what));
}

// What the loaded lots and holds add up to.
struct Totals {
  Points available;
  Points pending;
  Points held;
  Points in_open_holds;
};

bool AddLot(const Lot& lot, int64_t last_seq, Totals& totals) {
  const std::optional<Points> there =
      SumOf({lot.pending, lot.available, lot.held, lot.expired, lot.repaid});
  return lot.lot_seq >= 1 && lot.lot_seq <= last_seq && there && *there <= lot.points &&
         lot.taken_back.value >= 0 && Credit(totals.available, lot.available) &&
         Credit(totals.pending, lot.pending) && Credit(totals.held, lot.held);
}

bool AddHold(const Hold& hold, int64_t last_seq, Totals& totals) {
  Points sum;
  for (const HoldSlice& slice : hold.slices) {
    if (slice.points.value <= 0 || !Credit(sum, slice.points)) return false;
  }
  const bool is_open = hold.state == HoldState::kOpen;
  return hold.hold_seq >= 1 && hold.hold_seq <= last_seq && sum == hold.points &&
         hold.captured.value >= 0 && (!is_open || Credit(totals.in_open_holds, sum));
}

absl::Status Book(const Entry& entry, Short may_be, Ledger& ledger) {
  if (entry.points.value <= 0) return DoesNotFollow(entry, "its points are not positive");
  if (!MoveBalances(entry, ledger.member, may_be))
    return LeavesRange(entry, may_be, "a balance would leave its range");
  if (entry.lot_seq != 0) {
    const bool makes_lot = entry.lot_seq == entry.seq;
    auto [lot, inserted] = ledger.lots.try_emplace(entry.lot_seq);
    if (inserted != makes_lot)
      return DoesNotFollow(entry, absl::StrCat("lot ", entry.lot_seq, " is not there"));
    if (makes_lot) lot->second = NewLot(entry);
    if (!MoveLot(entry, lot->second, may_be))
      return LeavesRange(entry, may_be,
                         absl::StrCat("lot ", entry.lot_seq, " would leave its range"));
  }
  if (entry.hold_seq != 0) {
    const bool opens_hold = entry.kind == EntryKind::kHold && entry.hold_seq == entry.seq;
    auto [hold, inserted] = ledger.holds.try_emplace(entry.hold_seq);
    if (inserted != opens_hold)
      return DoesNotFollow(entry, absl::StrCat("hold ", entry.hold_seq, " is not there"));
    if (opens_hold) {
      hold->second.program_id = entry.program_id;
      hold->second.member_id = entry.member_id;
      hold->second.hold_seq = entry.hold_seq;
    }
    if (!MoveHold(entry, hold->second))
      return DoesNotFollow(entry, absl::StrCat("hold ", entry.hold_seq, " cannot take it"));
  }
  ledger.member.entry_seq = entry.seq;
  ledger.member.head_hash = entry.hash;
  ledger.member.last_recorded_at = entry.recorded_at;
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRows(const Ledger& ledger) {
  const Member& member = ledger.member;
  // Half the range is more than anybody books, and leaves room to count on.
  const bool numbered =
      member.entry_seq >= 0 && member.entry_seq < std::numeric_limits<int64_t>::max() / 2;
  if (!numbered || !SumOf({member.available, member.pending, member.held}) || member.debt.value < 0)
    return Contradicts(member, "a balance is not in its range");
  Totals totals;
  for (const auto& [seq, lot] : ledger.lots) {
    if (!AddLot(lot, member.entry_seq, totals))
      return Contradicts(member, absl::StrCat("lot ", seq, " cannot be"));
  }
  for (const auto& [seq, hold] : ledger.holds) {
    if (!AddHold(hold, member.entry_seq, totals))
      return Contradicts(member, absl::StrCat("hold ", seq, " cannot be"));
  }
  if (!ledger.open_loaded) return absl::OkStatus();
  if (totals.available != member.available || totals.pending != member.pending ||
      totals.held != member.held || totals.in_open_holds != member.held)
    return Contradicts(member, "the lots and holds do not add up to the balances");
  return absl::OkStatus();
}

absl::Status Apply(const Entry& entry, Ledger& ledger) {
  return Book(entry, Short::kRefused, ledger);
}
absl::Status ApplyToPart(const Entry& entry, Ledger& ledger) {
  return Book(entry, Short::kAllowed, ledger);
}

std::optional<base::Instant> Sooner(std::optional<base::Instant> a,
                                    std::optional<base::Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<base::Instant> DueOf(const Lot& lot) {
  return Sooner(lot.pending.value > 0 ? lot.available_at : std::nullopt,
                lot.available.value > 0 ? lot.expires_at : std::nullopt);
}

std::optional<base::Instant> DueOf(const Hold& hold) {
  return hold.state == HoldState::kOpen ? std::optional<base::Instant>(hold.expires_at)
                                        : std::nullopt;
}

std::optional<base::Instant> NextDueAt(const Ledger& ledger) {
  std::optional<base::Instant> next;
  for (const auto& [seq, lot] : ledger.lots) next = Sooner(next, DueOf(lot));
  for (const auto& [seq, hold] : ledger.holds) next = Sooner(next, DueOf(hold));
  return next;
}

}  // namespace fairpoint::ledger
