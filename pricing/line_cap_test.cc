// What a line alone may cost: packs, tax, subsidies, audiences, freshness, edges of time.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pricing/basket.h"
#include "pricing/cap.h"
#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::During;
using testing::kNow;
using testing::ListOf;
using testing::Member;
using testing::Numbered;
using testing::Pack;
using testing::Seconds;
using testing::Shelf;
using testing::Shipped;
using testing::Shop;
using testing::Stranger;

std::vector<int64_t> AmountsOf(const BasketPrice& price) {
  std::vector<int64_t> amounts;
  for (const PricedLine& line : price.lines) amounts.push_back(line.amount);
  return amounts;
}
using Amounts = std::vector<int64_t>;

TEST(LineCap, APackCapsItsUnits) {
  Shop shop;
  shop.Add(ListOf("tea", 9'999)).Add(Pack(3, Shelf("jd", "tea", 10'000)));
  const struct {
    int64_t quantity, amount;
  } cases[] = {{1, 3'333}, {2, 6'666}, {3, 10'000}, {4, 13'333}};
  for (const auto& each : cases) {
    const BasketPrice price = shop.Basket(Stranger(), {{"tea", each.quantity}});
    EXPECT_EQ(price.total, each.amount) << each.quantity;
    EXPECT_EQ(price.lines[0].cap, each.amount) << each.quantity;
  }
}

TEST(LineCap, WhatABuyerPays) {
  const PriceFact plain = Shelf("jd", "tea", 10'000);
  PriceFact taxed = plain, subsidised = plain, government = plain, both = plain;
  taxed.tax_ppm = 130'000;
  subsidised.platform_subsidy = 1'500;
  government.government_subsidy = 1'500;
  both.tax_ppm = 130'001;
  both.platform_subsidy = 1'500;
  const struct {
    const char* what;
    PriceFact fact;
    int64_t paid, paid_if_subsidy_is_ignored;
  } cases[] = {{"plain", plain, 10'000, 10'000},
               {"tax is added", taxed, 11'300, 11'300},
               {"less the platform's subsidy", subsidised, 8'500, 10'000},
               {"a government's is not counted", government, 10'000, 10'000},
               {"both, rounded down", both, 9'800, 11'300},
               {"shipping is apart", Shipped(900, plain), 10'000, 10'000}};
  for (const auto& each : cases) {
    Shop shop;
    shop.Add(ListOf("tea", 20'000)).Add(each.fact);
    EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, each.paid) << each.what;
    shop.rules.channels[1].ignores_platform_subsidy = true;
    EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, each.paid_if_subsidy_is_ignored)
        << each.what;
  }
}

TEST(LineCap, WhoIsComparedWithWhat) {
  PriceFact used = Shelf("jd", "tea", 50), third = used, store = used, region = used, plan = used,
            newcomers = used;
  used.condition = Condition::kClearance;
  third.third_party = true;
  store.scope = {ScopeKind::kStore, "S1"};
  region.scope = {ScopeKind::kRegion, "north"};
  plan.audience = {AudienceKind::kPlan, "plus"};
  newcomers.audience = {AudienceKind::kNewcomers, ""};
  const Shopper stranger = Stranger();
  Shopper served = stranger, northern = stranger, subscriber = Member(0, {"plus"}),
          newcomer = stranger;
  served.store_id = "S1";
  northern.region = "north";
  newcomer.newcomer = true;
  const struct {
    const char* what;
    PriceFact fact;
    Shopper shopper;
    int64_t total;
  } cases[] = {{"everybody", Shelf("jd", "tea", 50), stranger, 50},
               {"not new", used, stranger, 90},
               {"another seller", third, stranger, 90},
               {"a store's", store, stranger, 90},
               {"served by it", store, served, 50},
               {"a region's", region, served, 90},
               {"served there", region, northern, 50},
               {"a plan's members", plan, newcomer, 90},
               {"one of them", plan, subscriber, 50},
               {"newcomers", newcomers, subscriber, 90},
               {"a newcomer", newcomers, newcomer, 50}};
  for (const auto& each : cases) {
    Shop shop;
    shop.Add(ListOf("tea", 90)).Add(each.fact);
    const BasketPrice price = shop.Basket(each.shopper, {{"tea"}});
    EXPECT_EQ(price.total, each.total) << each.what;
    EXPECT_EQ(price.lines[0].references.size(), each.total == 50 ? 1U : 0U) << each.what;
  }
}

TEST(LineCap, TheLeastOfAllChannelsAndWhere) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 97)).Add(Shelf("tm", "tea", 95));
  shop.Add(Pack(1, Shelf("jd", "tea", 96))).Add(Shelf("app", "tea", 1)).Add(Shelf("zz", "tea", 1));
  const BasketPrice price = shop.Basket(Stranger(), {{"tea"}});
  ASSERT_EQ(price.total, 95);
  const PricedLine& line = price.lines[0];
  EXPECT_EQ(line.capped_by.channel, 2U);  // after "jd" and "store"
  EXPECT_EQ(line.capped_by.head_seq, 3);
  EXPECT_EQ(line.offered, 100);
  EXPECT_EQ(line.offer_seq, 1);
  ASSERT_EQ(line.references.size(), 2U);
  EXPECT_EQ(line.references[0].amount, 96);
  EXPECT_EQ(line.references[0].head_seq, 4);

  const Market market = shop.MarketAt(Stranger());
  const SkuBook book = shop.BookOf("tea");
  EXPECT_EQ(CapOf(market, Stranger(), book, 2)->amount, 190);
  EXPECT_EQ(CapIn(market, 0, Stranger(), book, 2)->amount, 192);
  EXPECT_FALSE(CapIn(market, 1, Stranger(), book, 2).has_value());
  EXPECT_FALSE(CapOf(market, Stranger(), SkuBook(), 2).has_value());
}

TEST(LineCap, MembersAtAStoreArePricedBelowItsShelf) {
  Shop shop;
  Offer till = ListOf("tea", 80);
  till.channel_id = "store";
  shop.Add(till).Add(Shelf("store", "tea", 70));
  Shopper member = Member(0);
  member.channel_id = "store";
  EXPECT_EQ(shop.Basket(member, {{"tea"}}).total, 70);
  Shopper stranger = Stranger();
  stranger.channel_id = "store";
  EXPECT_EQ(shop.Basket(stranger, {{"tea"}}).obstacle, Obstacle::kMembersOnly);
}

// A flash price elsewhere from kNow on, for ten minutes: caps from a minute before it until a
// minute after it.
TEST(LineCap, EdgesOfAFlashWithinTheTolerance) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 95));
  shop.Add(During(kNow, Seconds(600), Numbered(2, Shelf("jd", "tea", 60))));
  const struct {
    int64_t second, micros, total;
    base::Instant next_change;
  } cases[] = {{-60, -1, 95, Seconds(-60)}, {-60, 0, 60, Seconds(60)},   {0, 0, 60, Seconds(60)},
               {60, 0, 60, Seconds(540)},   {540, 0, 60, Seconds(660)},  {600, 0, 60, Seconds(660)},
               {659, 0, 60, Seconds(660)},  {660, -1, 60, Seconds(660)}, {660, 0, 95, {}}};
  for (const auto& each : cases) {
    const base::Instant now{Seconds(each.second).micros + each.micros};
    const BasketPrice price = shop.Basket(Stranger(), {{"tea"}}, 0, now);
    EXPECT_EQ(price.total, each.total) << each.second << " " << each.micros;
    if (each.next_change.micros > 0) {
      EXPECT_EQ(price.next_change, each.next_change) << each.second << " " << each.micros;
    }
  }
  const BasketPrice price = shop.Basket(Stranger(), {{"tea"}}, 0, Seconds(-30));
  EXPECT_EQ(price.lines[0].capped_by.at, kNow);
}

TEST(LineCap, HeldAndWithdrawn) {
  Shop shop;
  PriceFact held = Numbered(2, Shelf("jd", "tea", 10));
  held.held_until = Seconds(300);
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 95)).Add(held);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, 95);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}, 0, Seconds(299)).total, 95);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}, 0, Seconds(300)).total, 10);
  Market market = shop.MarketAt(Stranger());
  market.holds_as_of = kNever;
  EXPECT_EQ(CapOf(market, Stranger(), shop.BookOf("tea"), 1)->amount, 10);

  PriceFact gone = testing::WithdrawalOf(3, Seconds(-60));
  gone.sku = "tea";
  shop.Add(gone);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, 100);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}, 0, Seconds(-1)).total, 95);
}

TEST(Freshness, IsAChannels) {
  Shop shop;
  const base::Instant day_ago{kNow.micros - testing::kDay};
  const struct {
    const char* what;
    std::optional<base::Instant> complete;
    Freshness freshness;
  } cases[] = {{"a moment less than a day", base::Instant{day_ago.micros + 1}, Freshness::kFresh},
               {"a day", day_ago, Freshness::kStale},
               {"never said", std::nullopt, Freshness::kStale}};
  for (const auto& each : cases) {
    shop.complete["jd"] = each.complete;
    EXPECT_EQ(shop.MarketAt(Stranger()).references[0].freshness, each.freshness) << each.what;
  }
  shop.complete.erase("jd");
  EXPECT_EQ(shop.MarketAt(Stranger()).references[0].freshness, Freshness::kNeverFed);
}

TEST(Freshness, AStaleChannelCapsByTheLeastSince) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 95)).Add(Shelf("tm", "tea", 99));
  shop.Add(During(Day(28), Seconds(-90'000), Numbered(2, Shelf("jd", "tea", 60))));
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, 95);
  shop.complete["jd"] = Day(28);
  BasketPrice price = shop.Basket(Stranger(), {{"tea"}});
  EXPECT_EQ(price.total, 60);
  EXPECT_TRUE(price.degraded);
  EXPECT_EQ(price.lines[0].capped_by.at, Day(28));
  shop.complete["jd"] = Seconds(-90'000);
  price = shop.Basket(Stranger(), {{"tea"}});
  EXPECT_EQ(price.total, 95) << "the flash was over when it was complete";
  EXPECT_TRUE(price.degraded);
  shop.complete["jd"] = std::nullopt;
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, 60) << "of seven days";

  shop.rules.channels[1].when_stale = WhenStale::kNotSaleable;
  shop.Add(ListOf("cup", 100)).Add(Shelf("tm", "cup", 99));
  price = shop.Basket(Stranger(), {{"cup"}, {"tea"}});
  EXPECT_EQ(price.obstacle, Obstacle::kChannelStale);
  EXPECT_EQ(price.total, kAbsent);
  EXPECT_EQ(AmountsOf(price), (Amounts{99, kAbsent}));
  EXPECT_EQ(price.lines[1].obstacle_channel, 0);
  EXPECT_EQ(shop.Basket(Stranger(), {{"cup"}}).total, 99);
  EXPECT_FALSE(shop.Basket(Stranger(), {{"cup"}}).degraded);
}

TEST(Freshness, ATillRefusesNoSaleForAFeed) {
  Shop shop;
  Offer list = ListOf("tea", 100);
  list.channel_id = "store";
  shop.Add(list).Add(Shelf("jd", "tea", 95));
  Shopper member = Member(0);
  member.channel_id = "store";
  EXPECT_FALSE(shop.Basket(member, {{"tea"}}).degraded);
  shop.rules.channels[1].when_stale = WhenStale::kNotSaleable;
  shop.complete["jd"] = Day(28);
  for (const char* what : {"stale", "never fed"}) {
    const BasketPrice price = shop.Basket(member, {{"tea"}});
    EXPECT_EQ(price.obstacle, Obstacle::kNone) << what;
    EXPECT_EQ(price.total, 95) << what;
    EXPECT_TRUE(price.degraded) << what;
    shop.complete.erase("jd");
  }
}

TEST(Freshness, NeverFedStopsEverySale) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 95));
  shop.complete.erase("tm");
  const BasketPrice price = shop.Basket(Stranger(), {{"tea"}});
  EXPECT_EQ(price.obstacle, Obstacle::kChannelNeverFed);
  EXPECT_EQ(price.lines[0].obstacle_channel, 2);
  EXPECT_EQ(price.lines[0].cap, 95);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea", 1, 98}}).total, 95) << "but not an unexpired quote";
}

}  // namespace
}  // namespace fairpoint::pricing
