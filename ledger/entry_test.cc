#include "ledger/entry.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

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

TEST(Names, KnownAndUnknown) {
  for (int kind = 1; kind <= 12; ++kind) EXPECT_TRUE(IsKnown(static_cast<EntryKind>(kind))) << kind;
  for (const int kind : {0, 13, 255}) EXPECT_FALSE(IsKnown(static_cast<EntryKind>(kind))) << kind;
  for (const int account : {1, 2, 3, 4, 16, 17, 18, 19})
    EXPECT_NE(Name(static_cast<Account>(account)), "unknown") << account;
  for (const int account : {0, 5, 15, 20, 255})
    EXPECT_EQ(Name(static_cast<Account>(account)), "unknown") << account;
}

}  // namespace
}  // namespace fairpoint::ledger
