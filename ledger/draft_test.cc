#include "ledger/draft.h"

#include <gtest/gtest.h>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::At;
using testing::RunScript;
using testing::World;

class DraftTest : public ::testing::Test {
 protected:
  DraftTest() {
    RunScript(world_, R"(
      2026-01-01 earn 100                                   => 100
      2026-01-01 earn 50                                    => 150
    )");
    posting_.actor = "till";
    posting_.request_id = base::RequestId("request-0000000001");
    posting_.store_id = "s1";
    now_ = At("2026-01-02", world_.program.zone);
  }
  Draft::Movement Spend(int64_t points, int64_t lot_seq) const {
    return {.kind = EntryKind::kRedeem,
            .from = Account::kAvailable,
            .to = Account::kRedeemed,
            .points = Points{points},
            .effective_at = now_,
            .lot_seq = lot_seq};
  }

  World world_;
  Posting posting_;
  base::Instant now_;
};

TEST_F(DraftTest, NumbersChainsAndAppliesAtOnce) {
  Draft draft(world_.ledger, posting_, world_.program, now_);
  draft.BeginOperation();
  EXPECT_EQ(draft.next_seq(), 3);
  EXPECT_EQ(draft.Book(Spend(30, 1)), 3);
  EXPECT_EQ(draft.Book(Spend(20, 2)), 4);
  EXPECT_EQ(draft.member().available, Points{100});
  EXPECT_EQ(draft.FindLot(1)->available, Points{70});
  draft.BeginClock();
  EXPECT_EQ(draft.Book(Spend(1, 2)), 5);
  // What it started from is as it was.
  EXPECT_EQ(world_.ledger.member.available, Points{150});
  EXPECT_EQ(world_.ledger.lots.at(1).available, Points{100});

  const Changes changes = *std::move(draft).Finish();
  ASSERT_EQ(changes.entries.size(), 3U);
  EXPECT_EQ(changes.operation_first, 3);
  EXPECT_EQ(changes.operation_count, 2);
  EXPECT_EQ(changes.entries[0].prev_hash, world_.ledger.member.head_hash);
  EXPECT_EQ(changes.entries[1].prev_hash, changes.entries[0].hash);
  EXPECT_EQ(changes.entries[1].txn_seq, 3);
  EXPECT_EQ(changes.entries[2].txn_seq, 5);
  EXPECT_EQ(changes.entries[0].legal_entity, "ACME");
  EXPECT_EQ(changes.entries[2].legal_entity, "");
  EXPECT_EQ(changes.entries[1].available_after, Points{100});
  EXPECT_EQ(changes.member.head_hash, changes.entries[2].hash);
  EXPECT_EQ(changes.member.entry_seq, 5);
  EXPECT_TRUE(changes.new_lots.empty());
  EXPECT_EQ(changes.lots.size(), 2U);
}

TEST_F(DraftTest, NewRowsAreApartFromChangedOnesAndUntouchedOnesAreLeftOut) {
  Draft draft(world_.ledger, posting_, world_.program, now_);
  draft.BeginOperation();
  const int64_t lot = draft.Book({.kind = EntryKind::kEarn,
                                  .from = Account::kIssued,
                                  .to = Account::kAvailable,
                                  .points = Points{5},
                                  .effective_at = now_,
                                  .lot_seq = Draft::kNewLot});
  draft.BeginOperation();
  draft.Book({.kind = EntryKind::kHold,
              .from = Account::kAvailable,
              .to = Account::kHeld,
              .points = Points{10},
              .effective_at = now_,
              .lot_seq = 2,
              .hold_seq = Draft::kNewHold,
              .expires_at = now_ + absl::Minutes(1)});
  std::vector<int64_t> seen;
  draft.ForEachLot([&](const Lot& each) { seen.push_back(each.lot_seq); });
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3}));
  const Changes changes = *std::move(draft).Finish();
  ASSERT_EQ(changes.new_lots.size(), 1U);
  EXPECT_EQ(changes.new_lots[0].lot_seq, lot);
  ASSERT_EQ(changes.lots.size(), 1U);
  EXPECT_EQ(changes.lots[0].lot_seq, 2);
  ASSERT_EQ(changes.new_holds.size(), 1U);
  EXPECT_EQ(changes.new_holds[0].hold_seq, 4);
  EXPECT_EQ(changes.member.next_due_at, now_ + absl::Minutes(1));
}

TEST_F(DraftTest, OfRowsThatWereNotLoadedTheMembersNextDueStands) {
  Ledger row_only;
  row_only.member = world_.ledger.member;
  row_only.member.next_due_at = now_ + absl::Minutes(1);
  EXPECT_EQ(Draft(row_only, posting_, world_.program, now_).Finish()->member.next_due_at,
            now_ + absl::Minutes(1));
  // Loaded, they speak for themselves.
  row_only.open_loaded = true;
  row_only.member.available = Points{0};
  EXPECT_EQ(Draft(row_only, posting_, world_.program, now_).Finish()->member.next_due_at,
            std::nullopt);
}

TEST_F(DraftTest, AnImpossibleEntryBreaksItAndNothingFollows) {
  Draft draft(world_.ledger, posting_, world_.program, now_);
  draft.BeginOperation();
  draft.Book(Spend(1, 1));
  draft.Book(Spend(100, 1));
  EXPECT_EQ(draft.status().code(), absl::StatusCode::kDataLoss);
  const absl::Status first = draft.status();
  draft.Book(Spend(1, 2));
  draft.LotOf(77);
  EXPECT_EQ(draft.status(), first);
  EXPECT_EQ(std::move(draft).Finish().status(), first);
}

TEST_F(DraftTest, ALotThatIsNamedAndNotThereBreaksIt) {
  Draft draft(world_.ledger, posting_, world_.program, now_);
  EXPECT_EQ(draft.LotOf(2).points, Points{50});
  EXPECT_TRUE(draft.status().ok());
  EXPECT_EQ(draft.LotOf(3).available, Points{0});
  EXPECT_EQ(draft.status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fairpoint::ledger
