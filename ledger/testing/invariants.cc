#include "ledger/testing/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace fairpoint::ledger::testing {
namespace {

using Move = std::tuple<EntryKind, Account, Account>;

const std::set<Move>& AllowedMoves() {
  using K = EntryKind;
  using A = Account;
  static const auto* const kMoves = new std::set<Move>{
      {K::kEarn, A::kIssued, A::kAvailable},
      {K::kEarn, A::kIssued, A::kPending},
      {K::kReleasePending, A::kPending, A::kAvailable},
      {K::kRedeem, A::kAvailable, A::kRedeemed},
      {K::kRedeem, A::kDebt, A::kRedeemed},
      {K::kHold, A::kAvailable, A::kHeld},
      {K::kCapture, A::kHeld, A::kRedeemed},
      {K::kReleaseHold, A::kHeld, A::kAvailable},
      {K::kEndHold, A::kHeld, A::kAvailable},
      {K::kExpire, A::kAvailable, A::kExpired},
      {K::kRepayDebt, A::kAvailable, A::kDebt},
      {K::kReturnSpent, A::kRedeemed, A::kAvailable},
      {K::kReturnSpent, A::kRedeemed, A::kDebt},
      {K::kTakeBack, A::kPending, A::kClawedBack},
      {K::kTakeBack, A::kAvailable, A::kClawedBack},
      {K::kTakeBack, A::kDebt, A::kClawedBack},
      {K::kExtend, A::kAvailable, A::kAvailable},
      {K::kTakeBackPart, A::kPending, A::kClawedBack},
      {K::kTakeBackPart, A::kAvailable, A::kClawedBack},
      {K::kTakeBackPart, A::kDebt, A::kClawedBack},
      {K::kAdjust, A::kAdjusted, A::kAvailable},
      {K::kAdjust, A::kAvailable, A::kAdjusted},
      {K::kTransferOut, A::kAvailable, A::kTransferred},
      {K::kTransferIn, A::kTransferred, A::kAvailable},
      {K::kTransferFee, A::kAvailable, A::kRedeemed},
      {K::kMergeOut, A::kAvailable, A::kTransferred},
      {K::kMergeOut, A::kPending, A::kTransferred},
      {K::kMergeOut, A::kTransferred, A::kDebt},
      {K::kMergeIn, A::kTransferred, A::kAvailable},
      {K::kMergeIn, A::kTransferred, A::kPending},
      {K::kMergeIn, A::kDebt, A::kTransferred},
      {K::kOpen, A::kIssued, A::kAvailable},
      {K::kForfeit, A::kAvailable, A::kExpired},
      {K::kForfeit, A::kPending, A::kExpired},
  };
  return *kMoves;
}

class Faultfinder {
 public:
  void Expect(bool holds, const std::string& what) {
    if (!holds) faults_.push_back(what);
  }
  void ExpectEqual(int64_t found, absl::int128 expected, const std::string& what) {
    Expect(found == expected,
           absl::StrCat(what, ": ", found, ", not ", static_cast<int64_t>(expected)));
  }
  std::vector<std::string> Take() { return std::move(faults_); }

 private:
  std::vector<std::string> faults_;
};

// Chain, numbering, double entry, and the balances each entry states.
void CheckEntries(const World& world, Faultfinder& find) {
  std::map<Account, absl::int128> sums;  // what was ever issued may exceed 2^63-1
  base::Hash head{};
  int64_t seq = 0;
  int64_t txn = 0;
  base::Instant recorded_at;
  for (const Entry& entry : world.entries) {
    const std::string name = absl::StrCat("entry ", entry.seq);
    find.ExpectEqual(entry.seq, ++seq, "numbers without gaps");
    find.Expect(entry.txn_seq == txn || entry.txn_seq == entry.seq,
                name + " belongs to a transaction that was over");
    txn = entry.txn_seq;
    find.Expect(entry.points.value > 0, name + " moves nothing");
    find.Expect(AllowedMoves().contains({entry.kind, entry.from, entry.to}),
                absl::StrCat(name, " moves ", std::string(Name(entry.from)), " to ",
                             std::string(Name(entry.to)), " as ", std::string(Name(entry.kind))));
    find.Expect(entry.prev_hash == head, name + " does not follow the chain");
    find.Expect(entry.hash == HashOf(entry), name + " has another hash");
    head = entry.hash;
    find.Expect(entry.recorded_at >= recorded_at, name + " was recorded before the last");
    find.Expect(entry.effective_at <= entry.recorded_at,
                name + " is effective after it was recorded");
    recorded_at = entry.recorded_at;
    if (entry.kind == EntryKind::kExtend) continue;
    sums[entry.from] -= entry.points.value;
    sums[entry.to] += entry.points.value;
    find.ExpectEqual(entry.available_after.value, sums[Account::kAvailable],
                     name + " available after");
    find.ExpectEqual(entry.pending_after.value, sums[Account::kPending], name + " pending after");
    find.ExpectEqual(entry.held_after.value, sums[Account::kHeld], name + " held after");
    // Debt is owed: points move out of it as it grows.
    find.ExpectEqual(entry.debt_after.value, -sums[Account::kDebt], name + " debt after");
  }
  absl::int128 total = 0;
  for (const auto& [account, sum] : sums) total += sum;
  find.ExpectEqual(0, total, "double entry: all accounts together");
  const Member& member = world.ledger.member;
  find.ExpectEqual(member.available.value, sums[Account::kAvailable],
                   "available is the sum of entries");
  find.ExpectEqual(member.pending.value, sums[Account::kPending], "pending is the sum of entries");
  find.ExpectEqual(member.held.value, sums[Account::kHeld], "held is the sum of entries");
  find.ExpectEqual(member.debt.value, -sums[Account::kDebt], "debt is the sum of entries");
  find.ExpectEqual(member.entry_seq, seq, "the member's last seq");
  find.Expect(member.head_hash == head, "the member's head is the last entry's hash");
}

void CheckBelowZero(const World& world, Faultfinder& find) {
  const Member& m = world.ledger.member;
  for (const auto& points : {m.available, m.pending, m.held, m.debt}) {
    find.Expect(points.value >= 0, absl::StrCat("a balance is below zero: ", points.value));
  }
  const bool takes_back_for_others = std::ranges::any_of(world.entries, [](const Entry& entry) {
    return entry.kind == EntryKind::kTakeBackPart && !entry.peer_id.empty();
  });
  find.Expect(takes_back_for_others || m.lifetime_earned.value >= 0,
              "more was taken back than was earned");
  for (const auto& [seq, lot] : world.ledger.lots) {
    for (const auto& points : {lot.points, lot.pending, lot.available, lot.held, lot.expired,
                               lot.repaid, lot.taken_back}) {
      find.Expect(points.value >= 0, absl::StrCat("lot ", seq, " is below zero: ", points.value));
    }
    const int64_t there = lot.pending.value + lot.available.value + lot.held.value;
    find.Expect(there + lot.expired.value + lot.repaid.value <= lot.points.value,
                absl::StrCat("lot ", seq, " is more than was earned"));
    find.Expect(lot.is_open == (there > 0),
                absl::StrCat("lot ", seq, " is open exactly while it has points"));
  }
}

void CheckSums(const World& world, base::Instant now, Faultfinder& find) {
  const Member& member = world.ledger.member;
  int64_t pending = 0;
  int64_t available = 0;
  int64_t held = 0;
  std::map<int64_t, int64_t> held_of_lot;
  for (const auto& [seq, hold] : world.ledger.holds) {
    int64_t slices = 0;
    for (const HoldSlice& slice : hold.slices) {
      slices += slice.points.value;
      if (hold.state == HoldState::kOpen) held_of_lot[slice.lot_seq] += slice.points.value;
    }
    find.ExpectEqual(slices, hold.points.value, absl::StrCat("slices of hold ", seq));
    find.Expect(hold.captured <= hold.points,
                absl::StrCat("hold ", seq, " captured more than it held"));
    find.Expect(hold.state != HoldState::kOpen || hold.expires_at > now,
                absl::StrCat("hold ", seq, " is open past its end"));
  }
  for (const auto& [seq, lot] : world.ledger.lots) {
    pending += lot.pending.value;
    available += lot.available.value;
    held += lot.held.value;
    find.ExpectEqual(lot.held.value, held_of_lot[seq], absl::StrCat("held points of lot ", seq));
    find.Expect(lot.available.value == 0 || !lot.expires_at || *lot.expires_at > now,
                absl::StrCat("lot ", seq, " is available past its expiry"));
    find.Expect(lot.pending.value == 0 || !lot.available_at || *lot.available_at > now,
                absl::StrCat("lot ", seq, " is pending past its time"));
  }
  find.ExpectEqual(pending, member.pending.value, "lots' pending");
  find.ExpectEqual(available, member.available.value, "lots' available");
  find.ExpectEqual(held, member.held.value, "lots' held");

  int64_t expiring = 0;
  std::optional<base::Instant> last;
  bool never_seen = false;
  for (const Expiry& expiry : ComingExpiries(world.ledger)) {
    expiring += expiry.points.value;
    find.Expect(!never_seen && expiry.points.value > 0,
                "coming expiries: positive, never comes last");
    find.Expect(!last || !expiry.expires_at || *last < *expiry.expires_at,
                "coming expiries: soonest first");
    never_seen = !expiry.expires_at;
    last = expiry.expires_at;
  }
  find.ExpectEqual(expiring, member.available.value, "coming expiries sum to available");

  const std::optional<base::Instant> due = NextDueAt(world.ledger);
  find.Expect(!due || (member.next_due_at && *member.next_due_at <= *due),
              "next_due_at is later than what falls due first");
}

// Recorded history replays to the same state.
void CheckReplay(const World& world, Faultfinder& find) {
  Ledger replayed;
  replayed.member.program_id = world.ledger.member.program_id;
  replayed.member.member_id = world.ledger.member.member_id;
  for (const Entry& entry : world.entries) {
    const absl::Status applied = Apply(entry, replayed);
    find.Expect(applied.ok(), "replay: " + applied.ToString());
    if (!applied.ok()) return;
  }
  // What is not entries' to say.
  Member& member = replayed.member;
  const Member& row = world.ledger.member;
  member.state = row.state;
  member.phone_only = row.phone_only;
  member.order_seq = row.order_seq;
  member.next_due_at = row.next_due_at;
  member.merged_into = row.merged_into;
  member.merged_count = row.merged_count;
  member.event_seq = row.event_seq;
  member.event_head_hash = row.event_head_hash;
  if (row.event_seq > 0) member.last_recorded_at = row.last_recorded_at;
  find.Expect(replayed.member == world.ledger.member, "replay gives another member row");
  find.Expect(replayed.lots == world.ledger.lots, "replay gives other lots");
  find.Expect(replayed.holds == world.ledger.holds, "replay gives other holds");
}

}  // namespace

std::vector<std::string> Faults(const World& world, base::Instant now) {
  Faultfinder find;
  CheckEntries(world, find);
  CheckBelowZero(world, find);
  CheckSums(world, now, find);
  CheckReplay(world, find);
  return find.Take();
}

}  // namespace fairpoint::ledger::testing
