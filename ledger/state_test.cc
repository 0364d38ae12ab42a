// Apply: the single meaning of an entry. What planners book is checked by their scripts; here is
// what no planner would book.
#include "ledger/state.h"

#include <gtest/gtest.h>

#include <functional>

#include "ledger/testing/script.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::RunScript;
using testing::World;

// 100 earned, 40 of them held by hold 2, 10 spent; the last seq is 3.
World Start() {
  World world;
  RunScript(world, R"(
    2026-01-01 earn 100                                     => 100
    2026-01-01 hold 40                                      => 60 held 40
    2026-01-01 redeem 10                                    => 50 held 40
  )");
  return world;
}

Entry Next(EntryKind kind, Account from, Account to, int64_t points, int64_t lot_seq,
           int64_t hold_seq = 0) {
  Entry entry;
  entry.seq = entry.txn_seq = 4;
  entry.kind = kind;
  entry.from = from;
  entry.to = to;
  entry.points = Points{points};
  entry.lot_seq = lot_seq;
  entry.hold_seq = hold_seq;
  return entry;
}

TEST(Apply, RefusesWhatDoesNotFollow) {
  using K = EntryKind;
  using A = Account;
  const struct {
    const char* what;
    Entry entry;
  } cases[] = {
      {"no points", Next(K::kRedeem, A::kAvailable, A::kRedeemed, 0, 1)},
      {"negative points", Next(K::kRedeem, A::kAvailable, A::kRedeemed, -1, 1)},
      {"more than is available", Next(K::kRedeem, A::kAvailable, A::kRedeemed, 51, 1)},
      {"more than is pending", Next(K::kReleasePending, A::kPending, A::kAvailable, 1, 1)},
      {"more than is owed", Next(K::kRepayDebt, A::kAvailable, A::kDebt, 1, 1)},
      {"a lot that is not there", Next(K::kRedeem, A::kAvailable, A::kRedeemed, 1, 2)},
      {"a lot yet to come", Next(K::kRedeem, A::kAvailable, A::kRedeemed, 1, 5)},
      {"available past 2^63-1", Next(K::kEarn, A::kIssued, A::kAvailable, INT64_MAX - 49, 4)},
      {"lifetime past 2^63-1", Next(K::kEarn, A::kIssued, A::kPending, INT64_MAX - 99, 4)},
      {"a hold that is not there", Next(K::kCapture, A::kHeld, A::kRedeemed, 1, 1, 3)},
      {"a hold opened by another's number", Next(K::kHold, A::kAvailable, A::kHeld, 1, 1, 3)},
      {"a hold without an end", Next(K::kHold, A::kAvailable, A::kHeld, 1, 1, 4)},
      {"a kind that no hold knows", Next(K::kRedeem, A::kAvailable, A::kRedeemed, 1, 1, 2)},
      {"more captured than held", Next(K::kCapture, A::kHeld, A::kRedeemed, 41, 1, 2)},
      {"an extension without an expiry", Next(K::kExtend, A::kAvailable, A::kAvailable, 90, 1)},
      {"an extension of a lot that is not there",
       Next(K::kExtend, A::kAvailable, A::kAvailable, 90, 3)},
  };
  for (const auto& c : cases) {
    Ledger ledger = Start().ledger;
    EXPECT_EQ(Apply(c.entry, ledger).code(), absl::StatusCode::kDataLoss) << c.what;
  }
}

TEST(Apply, RefusesALotOverdrawnThoughTheMemberHasMore) {
  World world = Start();
  RunScript(world, "2026-01-02 earn 100 => 190");  // the hold ended first
  Entry entry = Next(EntryKind::kRedeem, Account::kAvailable, Account::kRedeemed, 91, 1);
  entry.seq = entry.txn_seq = 6;
  EXPECT_EQ(Apply(entry, world.ledger).code(), absl::StatusCode::kDataLoss);
}

TEST(Apply, RefusesAHoldOverdrawnThoughTheLotHoldsMore) {
  World world = Start();
  RunScript(world, "2026-01-01 hold 30 => 20 held 70");
  Entry entry = Next(EntryKind::kCapture, Account::kHeld, Account::kRedeemed, 41, 1, 2);
  entry.seq = entry.txn_seq = 5;
  Ledger ledger = world.ledger;
  EXPECT_EQ(Apply(entry, ledger).code(), absl::StatusCode::kDataLoss);
  entry.points = Points{40};
  EXPECT_TRUE(Apply(entry, world.ledger).ok());
}

TEST(Apply, TakesWhatFollows) {
  Ledger ledger = Start().ledger;
  Entry entry = Next(EntryKind::kCapture, Account::kHeld, Account::kRedeemed, 40, 1, 2);
  entry.hash[0] = 7;
  entry.recorded_at = base::Instant{5};
  ASSERT_TRUE(Apply(entry, ledger).ok());
  EXPECT_EQ(ledger.member.held, Points{0});
  EXPECT_EQ(ledger.member.entry_seq, 4);
  EXPECT_EQ(ledger.member.head_hash, entry.hash);
  EXPECT_EQ(ledger.member.last_recorded_at, base::Instant{5});
  EXPECT_EQ(ledger.holds.at(2).state, HoldState::kCaptured);
  EXPECT_EQ(ledger.holds.at(2).captured, Points{40});
  EXPECT_EQ(ledger.lots.at(1).held, Points{0});
  EXPECT_TRUE(ledger.lots.at(1).is_open);
}

TEST(Apply, AHoldCannotBeOpenedAgainAfterItsEnd) {
  World world = Start();
  RunScript(world, "2026-01-01 release 2 => 90");
  Entry entry = Next(EntryKind::kHold, Account::kAvailable, Account::kHeld, 1, 1, 2);
  entry.seq = 5;
  entry.expires_at = base::Instant{1};
  EXPECT_EQ(Apply(entry, world.ledger).code(), absl::StatusCode::kDataLoss);
}

TEST(Apply, RefusesWhatWouldLeaveTheRangeBelow) {
  Ledger ledger = Start().ledger;
  ledger.member.available.value = INT64_MIN;
  const Entry entry = Next(EntryKind::kRedeem, Account::kAvailable, Account::kRedeemed, 1, 1);
  EXPECT_EQ(Apply(entry, ledger).code(), absl::StatusCode::kDataLoss);
}

TEST(Apply, ALotOfTamperedAmountsIsOpenWhateverTheirSumIs) {
  Ledger ledger = Start().ledger;
  ledger.lots.at(1).pending = ledger.lots.at(1).held = base::kPointsMax;
  const Entry entry = Next(EntryKind::kRedeem, Account::kAvailable, Account::kRedeemed, 1, 1);
  ASSERT_TRUE(Apply(entry, ledger).ok());
  EXPECT_TRUE(ledger.lots.at(1).is_open);
}

// The start: lot 1 of 100 points, of which hold 2 keeps 40 and lot 1 has 50 available.
TEST(CheckRows, TellsRowsThatContradictOneAnother) {
  const Ledger start = Start().ledger;
  ASSERT_TRUE(CheckRows(start).ok()) << CheckRows(start);
  struct Case {
    const char* what;
    std::function<void(Ledger&)> tamper;
  };
  const Case cases[] = {
      {"a balance below zero", [](Ledger& l) { l.member.debt.value = -1; }},
      {"balances past the range", [](Ledger& l) { l.member.pending = base::kPointsMax; }},
      {"a number below zero", [](Ledger& l) { l.member.entry_seq = -1; }},
      {"a number without room above", [](Ledger& l) { l.member.entry_seq = INT64_MAX; }},
      {"a lot of more than was earned", [](Ledger& l) { l.lots.at(1).points.value = 89; }},
      {"a lot below zero", [](Ledger& l) { l.lots.at(1).expired.value = -1; }},
      {"a lot below zero, in sum the same", [](Ledger& l) { l.lots.at(1).taken_back.value = -1; }},
      {"a lot past the range", [](Ledger& l) { l.lots.at(1).repaid = base::kPointsMax; }},
      {"a lot numbered as no entry is", [](Ledger& l) { l.lots.at(1).lot_seq = -1; }},
      {"a lot of an entry that is not there yet", [](Ledger& l) { l.lots.at(1).lot_seq = 99; }},
      {"a lot with more available", [](Ledger& l) { l.lots.at(1).available.value += 5; }},
      {"a lot with less held", [](Ledger& l) { l.lots.at(1).held.value -= 5; }},
      {"a lot that is gone", [](Ledger& l) { l.lots.clear(); }},
      {"a hold that is gone", [](Ledger& l) { l.holds.clear(); }},
      {"a hold of other points", [](Ledger& l) { l.holds.at(2).points.value += 1; }},
      {"a hold of other slices", [](Ledger& l) { l.holds.at(2).slices[0].points.value -= 1; }},
      {"a slice below zero",
       [](Ledger& l) {
         l.holds.at(2).slices = {{1, Points{41}}, {1, Points{-1}}};
       }},
      {"a hold that is resolved", [](Ledger& l) { l.holds.at(2).state = HoldState::kCaptured; }},
      {"a hold numbered as no entry is", [](Ledger& l) { l.holds.at(2).hold_seq = 0; }},
      {"less than nothing captured", [](Ledger& l) { l.holds.at(2).captured.value = -1; }},
  };
  for (const Case& c : cases) {
    Ledger ledger = start;
    c.tamper(ledger);
    EXPECT_EQ(CheckRows(ledger).code(), absl::StatusCode::kDataLoss) << c.what;
  }
  // Where not all open rows are there they cannot add up.
  Ledger row_only = start;
  row_only.open_loaded = false;
  row_only.lots.clear();
  row_only.holds.clear();
  EXPECT_TRUE(CheckRows(row_only).ok());
}

TEST(DueOf, TheEarlierOfReleaseAndExpiry) {
  Lot lot;
  lot.available_at = base::Instant{5};
  lot.expires_at = base::Instant{9};
  EXPECT_EQ(DueOf(lot), std::nullopt);  // nothing there to fall due
  lot.available = Points{1};
  EXPECT_EQ(DueOf(lot), base::Instant{9});
  lot.pending = Points{1};
  EXPECT_EQ(DueOf(lot), base::Instant{5});
  lot.available = Points{0};
  lot.available_at.reset();
  EXPECT_EQ(DueOf(lot), std::nullopt);  // released by an event, and pending points do not expire
  lot.pending = Points{0};
  lot.held = Points{1};
  EXPECT_EQ(DueOf(lot), std::nullopt);  // suspended
}

TEST(DueOf, OpenHoldsOnly) {
  Hold hold;
  hold.expires_at = base::Instant{7};
  EXPECT_EQ(DueOf(hold), base::Instant{7});
  for (const HoldState state : {HoldState::kCaptured, HoldState::kReleased, HoldState::kExpired}) {
    hold.state = state;
    EXPECT_EQ(DueOf(hold), std::nullopt);
  }
}

TEST(NextDueAt, TheEarliestOfAll) {
  Ledger ledger;
  EXPECT_EQ(NextDueAt(ledger), std::nullopt);
  ledger.lots[1].available = Points{1};
  EXPECT_EQ(NextDueAt(ledger), std::nullopt);
  ledger.lots[1].expires_at = base::Instant{9};
  EXPECT_EQ(NextDueAt(ledger), base::Instant{9});
  ledger.holds[2].expires_at = base::Instant{8};
  EXPECT_EQ(NextDueAt(ledger), base::Instant{8});
}

}  // namespace
}  // namespace fairpoint::ledger
