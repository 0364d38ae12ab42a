// Which entries are well-formed, by their kind alone.
#include "audit/entry_rules.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Instant;
using base::Points;
using ledger::Account;
using ledger::Entry;
using ledger::EntryKind;

Entry EntryOf(EntryKind kind, Account from, Account to) {
  Entry entry;
  entry.member_id = base::MemberId("A");
  entry.seq = entry.txn_seq = 9;
  entry.kind = kind;
  entry.from = from;
  entry.to = to;
  entry.points = Points{10};
  entry.effective_at = entry.recorded_at = Instant{1000};
  return entry;
}
Entry OfLot(Entry entry, int64_t lot_seq) {
  entry.lot_seq = lot_seq;
  return entry;
}
Entry WithPeer(Entry entry) {
  entry.peer_id = base::MemberId("B");
  entry.peer_seq = 4;
  return entry;
}
Entry EarnedBefore(Entry entry) {
  entry.earned_at = Instant{500};
  return entry;
}
Entry Undoing(Entry entry, int64_t seq) {
  entry.reverses_seq = seq;
  return entry;
}

// Every kind and pair of accounts that came with transfers, merges and the like.
std::vector<Entry> WellFormed() {
  using K = EntryKind;
  using A = Account;
  return {
      OfLot(EntryOf(K::kAdjust, A::kAdjusted, A::kAvailable), 9),
      OfLot(EntryOf(K::kAdjust, A::kAvailable, A::kAdjusted), 2),
      WithPeer(OfLot(EntryOf(K::kTransferOut, A::kAvailable, A::kTransferred), 2)),
      EarnedBefore(WithPeer(OfLot(EntryOf(K::kTransferIn, A::kTransferred, A::kAvailable), 9))),
      OfLot(EntryOf(K::kTransferFee, A::kAvailable, A::kRedeemed), 2),
      WithPeer(OfLot(EntryOf(K::kMergeOut, A::kAvailable, A::kTransferred), 2)),
      WithPeer(OfLot(EntryOf(K::kMergeOut, A::kPending, A::kTransferred), 2)),
      WithPeer(EntryOf(K::kMergeOut, A::kTransferred, A::kDebt)),
      EarnedBefore(WithPeer(OfLot(EntryOf(K::kMergeIn, A::kTransferred, A::kAvailable), 9))),
      EarnedBefore(WithPeer(OfLot(EntryOf(K::kMergeIn, A::kTransferred, A::kPending), 9))),
      WithPeer(EntryOf(K::kMergeIn, A::kDebt, A::kTransferred)),
      OfLot(EntryOf(K::kOpen, A::kIssued, A::kAvailable), 9),
      OfLot(EntryOf(K::kForfeit, A::kAvailable, A::kExpired), 2),
      OfLot(EntryOf(K::kForfeit, A::kPending, A::kExpired), 2),
      WithPeer(OfLot(EntryOf(K::kTakeBackPart, A::kAvailable, A::kClawedBack), 2)),
      WithPeer(EntryOf(K::kTakeBackPart, A::kDebt, A::kClawedBack)),
      Undoing(OfLot(EntryOf(K::kTakeBackPart, A::kAvailable, A::kClawedBack), 2), 2),
  };
}

std::string Broken(const Entry& entry) {
  const std::optional<BrokenRule> broken = FirstBrokenRule(entry);
  return broken ? broken->what : "none";
}
std::string Shown(const Entry& entry) {
  return std::string(Name(entry.kind)) + " " + std::string(Name(entry.from)) + " to " +
         std::string(Name(entry.to));
}
bool MakesLot(const Entry& entry) { return entry.lot_seq == entry.seq; }

TEST(EntryRules, WellFormedEntriesBreakNone) {
  for (const Entry& entry : WellFormed()) EXPECT_EQ(Broken(entry), "none") << Shown(entry);
}

TEST(EntryRules, NoKindMovesBetweenOtherAccounts) {
  std::set<std::string> allowed;
  for (const Entry& entry : WellFormed()) allowed.insert(Shown(entry));
  const Account accounts[] = {
      Account::kAvailable, Account::kPending,     Account::kHeld,    Account::kDebt,
      Account::kIssued,    Account::kRedeemed,    Account::kExpired, Account::kClawedBack,
      Account::kAdjusted,  Account::kTransferred, Account{}};
  for (Entry entry : WellFormed()) {
    if (entry.kind == EntryKind::kTakeBackPart) continue;
    for (const Account from : accounts) {
      for (const Account to : accounts) {
        entry.from = from;
        entry.to = to;
        if (allowed.contains(Shown(entry))) continue;
        EXPECT_EQ(Broken(entry), "from, to") << Shown(entry);
      }
    }
  }
}

TEST(EntryRules, WhoMakesALotNamesIt) {
  for (Entry entry : WellFormed()) {
    const bool makes = MakesLot(entry);
    if (entry.lot_seq == 0) continue;
    entry.lot_seq = makes ? 2 : 9;
    EXPECT_EQ(Broken(entry), "lot_seq") << Shown(entry);
    entry.lot_seq = 10;
    EXPECT_EQ(Broken(entry), "lot_seq") << Shown(entry);
    entry.lot_seq = 0;
    EXPECT_EQ(Broken(entry), "lot_seq") << Shown(entry);
  }
}

TEST(EntryRules, PeersAreOfWhatMovesBetweenMembers) {
  for (const Entry& entry : WellFormed()) {
    const bool has_peer = !entry.peer_id.empty();
    const bool undoes = entry.kind == EntryKind::kTakeBackPart;
    Entry other = entry;
    other.peer_id = base::MemberId(has_peer ? "" : "B");
    other.peer_seq = has_peer ? 0 : 4;
    // A part of an earning names it in one way.
    EXPECT_EQ(Broken(other), undoes ? "reverses_seq" : "peer") << Shown(entry);
    if (!has_peer) continue;
    for (const auto& [id, seq] : {std::pair("", 4), {"B", 0}, {"B", -1}, {"A", 4}}) {
      other.peer_id = base::MemberId(id);
      other.peer_seq = seq;
      EXPECT_EQ(Broken(other), "peer") << Shown(entry) << " " << id << "." << seq;
    }
  }
}

TEST(EntryRules, WhenItWasEarnedIsOfLotsThatCameIn) {
  for (Entry entry : WellFormed()) {
    const bool may = entry.earned_at.has_value();
    entry.earned_at = entry.effective_at;
    EXPECT_EQ(Broken(entry), may ? "none" : "earned_at") << Shown(entry);
    entry.earned_at->micros += 1;
    EXPECT_EQ(Broken(entry), "earned_at") << Shown(entry);
  }
}

}  // namespace
}  // namespace fairpoint::audit
