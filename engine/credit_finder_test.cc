#include "engine/credit_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/testing/world.h"
#include "pricing/testing/rows.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;
using testing::kStart;
using testing::ParseProgram;
using testing::World;

constexpr base::Instant kPlaced{kStart.micros + 60 * base::kMicrosPerSecond};
constexpr base::Instant kLater{kStart.micros + 600 * base::kMicrosPerSecond};

Command Of(PriceOperation operation) {
  Command command = testing::Ask("", Nobody(), {});
  command.operation = std::move(operation);
  return command;
}

Command FactCommand(int64_t source_seq) {
  pricing::PriceFact fact = pricing::testing::Price(source_seq, 900, kLater);
  fact.program_id = Brand();
  fact.source_key = pricing::SourceKey(fact);
  return Of(RecordPriceFacts{.facts = {{.fact = fact, .refused = {}}}, .feed = {}});
}

Command PromotionCommand() {
  pricing::ChannelPromotion promotion = pricing::testing::PromotionOf(1, kLater);
  promotion.program_id = Brand();
  promotion.source_key = pricing::SourceKey(promotion);
  return Of(RecordChannelPromotions{.promotions = {{.promotion = promotion, .refused = {}}}});
}

struct CreditFinderTest : ::testing::Test {
  // Whose second version first protects prices.
  CreditFinderTest() {
    EXPECT_EQ(testing::ReasonOf(world.Do(testing::Publish("2", "CNY shop protected"))), "");
    EXPECT_TRUE(programs.Add({Version(1), Version(2)}).ok());
    world.store.SetClock(kLater);
  }

  ledger::ProgramVersion Version(int64_t version) {
    std::vector<ledger::ProgramVersion> found;
    EXPECT_TRUE(Reader()->LoadProgramVersions(Brand(), version - 1, found).ok());
    return found.at(0);
  }

  // What another server wrote into the store, and its row of the journal; empty: of no leaves.
  void Write(const PriceWriteSet& prices, const std::string& body = "") {
    world.store.OnViolation([](const std::string&) {});
    const absl::StatusOr<int64_t> lane = world.store.LeaseLane("elsewhere", 30);
    ASSERT_TRUE(lane.ok());
    auto session = world.store.OpenWriteSession();
    ASSERT_TRUE(session.ok());
    ASSERT_TRUE((*session)->Begin().ok());
    LaneLock lock;
    ASSERT_TRUE((*session)->LockLane(*lane, lock).ok());
    WriteSet rows;
    rows.prices = prices;
    rows.lane = lock.lane;
    ++rows.lane->lane_seq;
    rows.journal = JournalRow{.lane = *lane,
                              .lane_seq = rows.lane->lane_seq,
                              .recorded_at = lock.now,
                              .body = body.empty() ? EncodeLeaves({}) : body,
                              .prev_hash = {},
                              .hash = {}};
    ASSERT_TRUE((*session)->Write(rows).ok());
    ASSERT_TRUE((*session)->Commit().ok());
  }
  // Protected orders of one tea each; those that are `broken` lack their evidence.
  void Place(const std::vector<std::string>& order_ids, bool broken = false,
             std::optional<base::Instant> due_at = std::nullopt) {
    PriceWriteSet rows;
    for (const std::string& order_id : order_ids) {
      rows.new_protected_orders.push_back({.program_id = Brand(),
                                           .order_id = order_id,
                                           .evidence_id = order_id,
                                           .member_id = {},
                                           .placed_at = kPlaced,
                                           .protected_until = kPlaced + absl::Hours(24 * 30),
                                           .checked_at = std::nullopt,
                                           .due_at = due_at});
      rows.new_protected_skus.push_back(
          {.program_id = Brand(), .sku = "tea", .placed_at = kPlaced, .order_id = order_id});
      if (broken) continue;
      pricing::Evidence& evidence = rows.evidence.emplace_back();
      evidence.program_id = Brand();
      evidence.evidence_id = order_id;
      evidence.order_id = order_id;
      evidence.kind = pricing::EvidenceKind::kBasket;
    }
    Write(rows);
  }
  std::unique_ptr<ReadSession> Reader() { return std::move(world.store.OpenReadSession()).value(); }
  // How many of the orders were looked at.
  int64_t LookedAt() {
    std::vector<pricing::ProtectedOrder> found;
    PlacedPage all{.program_id = Brand(), .from = {0}, .until = pricing::kNever, .limit = 100'000};
    EXPECT_TRUE(Reader()->ScanProtectedOrders(all, found).ok());
    return std::ranges::count_if(found, [](const auto& row) { return row.checked_at.has_value(); });
  }
  int64_t KeptPlaces() {
    std::vector<FeedCursor> cursors;
    EXPECT_TRUE(Reader()->LoadFeedCursors("price_credits", cursors).ok());
    int64_t sum = 0;
    for (const FeedCursor& cursor : cursors) sum += cursor.lane_seq;
    return sum;
  }
  // Steps until nothing is left, and gathers what is told.
  void Run(CreditFinder& one) {
    bool more = true;
    for (int step = 0; more && step < 100; ++step) {
      const absl::Status status = one.Step(more);
      EXPECT_TRUE(status.ok()) << status;
      told.insert(told.end(), one.broken().begin(), one.broken().end());
    }
    EXPECT_FALSE(more) << "it never ends";
  }

  World world{"CNY shop"};
  ProgramCache programs{ParseProgram};
  PriceCatalog catalog;
  SilentObserver observer;
  Engine engine{world.store, programs,           catalog, testing::TestKeyring(),
                observer,    {.owner = "server"}};
  CreditFinder finder{world.store, engine, programs};
  std::vector<std::string> told;
};

std::vector<std::string> Numbers(int64_t count, const std::string& prefix = "order-") {
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; ++i) names.push_back(absl::StrCat(prefix, i));
  return names;
}

TEST_F(CreditFinderTest, AnOrderThatCannotBeLookedAtIsToldAndPassedOver) {
  Place({"broken"}, /*broken=*/true);
  Place({"whole"});
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand(1)).ok());
  Run(finder);
  EXPECT_EQ(LookedAt(), 1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(absl::StrContains(told[0], "order broken of programme brand")) << told[0];
  EXPECT_GT(KeptPlaces(), 0) << "and it is not found again";
}

TEST_F(CreditFinderTest, OrdersThatCannotBeLookedAtHideNoneThatAreDue) {
  Place(Numbers(600, "a-broken-"), /*broken=*/true, kLater);
  Place({"whole"}, /*broken=*/false, kLater);
  Run(finder);
  EXPECT_EQ(LookedAt(), 1);
  EXPECT_EQ(told.size(), 600U);
  told.clear();
  Run(finder);
  EXPECT_TRUE(told.empty()) << "told once";
}

TEST_F(CreditFinderTest, ARowOfTheJournalThatCannotBeReadIsToldAndPassedOver) {
  Place({"due"}, /*broken=*/false, kLater);
  Write({}, "?");
  Run(finder);
  EXPECT_EQ(LookedAt(), 1) << "what is due needs no journal";
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(absl::StrContains(told[0], "cannot be read")) << told[0];
  Place({"tea"});
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand(1)).ok());
  Run(finder);
  EXPECT_EQ(LookedAt(), 2);
  EXPECT_EQ(told.size(), 1U) << "told once";
}

TEST_F(CreditFinderTest, WhatIsAwayForAWhileIsAskedForAgain) {
  Place({"order"});
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand(1)).ok());
  engine.SetReachable(false);
  bool more = false;
  EXPECT_FALSE(finder.Step(more).ok());
  EXPECT_TRUE(finder.broken().empty());
  EXPECT_EQ(KeptPlaces(), 0);
  engine.SetReachable(true);
  Run(finder);
  EXPECT_EQ(LookedAt(), 1);
  EXPECT_GT(KeptPlaces(), 0);
}

TEST_F(CreditFinderTest, APromotionOfManyOrdersTakesManySteps) {
  constexpr int64_t kOrders = 2'200;
  Place(Numbers(kOrders));
  ASSERT_TRUE(testing::Elsewhere(world, PromotionCommand()).ok());
  int64_t before = 0;
  for (int step = 0; step < 4; ++step) {
    bool more = false;
    ASSERT_TRUE(finder.Step(more).ok());
    EXPECT_TRUE(more);
    const int64_t now = LookedAt();
    EXPECT_GT(now, before) << "it goes on where it was";
    EXPECT_LE(now - before, 1'000);
    EXPECT_EQ(KeptPlaces(), 0) << "another server would begin anew";
    before = now;
  }
  Run(finder);
  EXPECT_EQ(LookedAt(), kOrders);
  EXPECT_GT(KeptPlaces(), 0);
}

TEST_F(CreditFinderTest, ProtectionThatIsNewIsKnownBeforeFactsArePassedOver) {
  ProgramCache behind(ParseProgram);
  ASSERT_TRUE(behind.Add({Version(1)}).ok());
  CreditFinder of_another(world.store, engine, behind);
  Place({"order"});
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand(1)).ok());
  Run(of_another);
  EXPECT_EQ(LookedAt(), 1);
}

TEST_F(CreditFinderTest, RowsOfAProgrammeThatCannotBeReadAreLeftToOthers) {
  Place({"order"});
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand(1)).ok());
  ASSERT_EQ(testing::ReasonOf(world.Do(testing::Publish("3", "CNY shop broken"))), "");
  Write({}, "?");
  Run(finder);
  Run(finder);
  EXPECT_EQ(LookedAt(), 0);
  EXPECT_EQ(told.size(), 2U) << "the row and the programme, once";

  ProgramCache newer([](const ledger::ProgramVersion& version) {
    ledger::ProgramVersion readable = version;
    readable.text = "CNY shop protected";
    return ParseProgram(readable);
  });
  Engine newer_engine(world.store, newer, catalog, testing::TestKeyring(), observer,
                      {.owner = "newer"});
  CreditFinder newer_finder(world.store, newer_engine, newer);
  Run(newer_finder);
  EXPECT_EQ(LookedAt(), 1);
}

}  // namespace
}  // namespace fairpoint::engine
