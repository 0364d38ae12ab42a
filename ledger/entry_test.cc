#include "ledger/entry.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace fairpoint::ledger {
namespace {

Entry Sample() {
  Entry entry;
  entry.program_id = base::ProgramId("brand");
  entry.member_id = base::MemberId("0123456789ABCDE");
  entry.seq = 3;
  entry.txn_seq = 2;
  entry.kind = EntryKind::kEarn;
  entry.from = Account::kIssued;
  entry.to = Account::kPending;
  entry.points = base::Points{100};
  entry.lot_seq = 3;
  entry.effective_at = base::Instant{10};
  entry.recorded_at = base::Instant{11};
  entry.actor = "till";
  entry.request_id = base::RequestId("request-0000000001");
  entry.program_version = 1;
  return entry;
}

TEST(HashOf, CoversEveryField) {
  using Change = std::function<void(Entry&)>;
  const std::vector<Change> changes = {
      [](Entry& e) { e.program_id = base::ProgramId("brane"); },
      [](Entry& e) { e.member_id = base::MemberId("0123456789ABCDF"); },
      [](Entry& e) { e.seq = 4; },
      [](Entry& e) { e.txn_seq = 3; },
      [](Entry& e) { e.kind = EntryKind::kRedeem; },
      [](Entry& e) { e.from = Account::kAvailable; },
      [](Entry& e) { e.to = Account::kAvailable; },
      [](Entry& e) { e.points.value = 101; },
      [](Entry& e) { e.lot_seq = 0; },
      [](Entry& e) { e.hold_seq = 3; },
      [](Entry& e) { e.reverses_seq = 3; },
      [](Entry& e) { e.available_at = base::Instant{0}; },
      [](Entry& e) { e.expires_at = base::Instant{0}; },
      [](Entry& e) { e.effective_at.micros = 9; },
      [](Entry& e) { e.recorded_at.micros = 12; },
      [](Entry& e) { e.order_id = "o"; },
      [](Entry& e) { e.order_line = 0; },
      [](Entry& e) { e.store_id = "o"; },
      [](Entry& e) { e.legal_entity = "o"; },
      [](Entry& e) { e.reason = "o"; },
      [](Entry& e) { e.actor = "o"; },
      [](Entry& e) { e.request_id = base::RequestId(); },
      [](Entry& e) { e.program_version = 2; },
      [](Entry& e) { e.available_after.value = 1; },
      [](Entry& e) { e.pending_after.value = 1; },
      [](Entry& e) { e.held_after.value = 1; },
      [](Entry& e) { e.debt_after.value = 1; },
      [](Entry& e) { e.prev_hash[31] = 1; },
      [](Entry& e) { e.peer_id = base::MemberId("o"); },
      [](Entry& e) { e.peer_id = base::MemberId("o"), e.peer_seq = 1; },
      [](Entry& e) { e.earned_at = base::Instant{0}; },
      [](Entry& e) { e.earned_at = base::Instant{1}; },
      // Bytes do not run from one field into the next.
      [](Entry& e) { e.order_id = "o", e.store_id = "os"; },
      [](Entry& e) { e.order_id = "oo", e.store_id = "s"; },
  };
  std::set<base::Hash> hashes = {HashOf(Sample())};
  for (size_t i = 0; i < changes.size(); ++i) {
    Entry changed = Sample();
    changes[i](changed);
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second)
        << "change " << i << " gives a hash that is known";
  }
}

TEST(HashOf, LeavesOutItselfAndTheJournalsPlace) {
  Entry entry = Sample();
  entry.hash[0] = 1;
  entry.lane = 2;
  entry.lane_seq = 3;
  EXPECT_EQ(HashOf(entry), HashOf(Sample()));
}

// The second vector form of docs/hashing.md.
TEST(HashOf, WithAPeerIsAsPublished) {
  Entry entry;
  entry.program_id = base::ProgramId("sample");
  entry.member_id = base::MemberId("0123456789ABCDE");
  entry.seq = entry.txn_seq = entry.lot_seq = 3;
  entry.kind = EntryKind::kTransferIn;
  entry.from = Account::kTransferred;
  entry.to = Account::kAvailable;
  entry.points = base::Points{30};
  entry.expires_at = base::Instant{1813420800000000};
  entry.effective_at = entry.recorded_at = base::Instant{1781884900000000};
  entry.reason = "生日";
  entry.actor = "app-0001";
  entry.request_id = base::RequestId("request-00000005");
  entry.program_version = 1;
  entry.available_after = base::Points{130};
  entry.peer_id = base::MemberId("ZYXWVTSRQPNMKJH");
  entry.peer_seq = 8;
  entry.earned_at = base::Instant{1781280000000000};
  entry.prev_hash = base::HashFromBytes(
      absl::HexStringToBytes("12e92b5229047d7f61715a1191e1782980e4d5c06da48c33321b84b25ed55f99"));
  EXPECT_EQ(base::ToHex(base::AsBytes(HashOf(entry))),
            "b2b4e2936cdee798c8a61055c1a3f4f2d5dbf930bd8ef95249ca1a0015090367");
}

TEST(Names, KnownAndUnknown) {
  for (int kind = 1; kind <= 21; ++kind) EXPECT_TRUE(IsKnown(static_cast<EntryKind>(kind))) << kind;
  for (const int kind : {0, 22, 255}) EXPECT_FALSE(IsKnown(static_cast<EntryKind>(kind))) << kind;
  for (const int account : {1, 2, 3, 4, 16, 17, 18, 19, 20, 21})
    EXPECT_NE(Name(static_cast<Account>(account)), "unknown") << account;
  for (const int account : {0, 5, 15, 22, 255})
    EXPECT_EQ(Name(static_cast<Account>(account)), "unknown") << account;
}

}  // namespace
}  // namespace fairpoint::ledger
