// What is offered, to whom, until when, and why something is not sold.
#include "pricing/basket.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pricing/next_change.h"
#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::Asked;
using testing::Day;
using testing::During;
using testing::ForLevel;
using testing::ForNewcomers;
using testing::ForPlan;
using testing::kNow;
using testing::ListOf;
using testing::Member;
using testing::Numbered;
using testing::Off;
using testing::Percent;
using testing::Seconds;
using testing::Shelf;
using testing::Shop;
using testing::Stranger;

std::vector<int64_t> AmountsOf(const BasketPrice& price) {
  std::vector<int64_t> amounts;
  amounts.reserve(price.lines.size());
  for (const PricedLine& line : price.lines) amounts.push_back(line.amount);
  return amounts;
}
using Amounts = std::vector<int64_t>;

TEST(Offers, TheLeastThatTheShopperMayUse) {
  Shop shop;
  shop.Add(ListOf("tea", 1'000)).Add(ForLevel(0, ListOf("tea", 950)));
  shop.Add(ForLevel(2, ListOf("tea", 900))).Add(ForPlan("plus", ListOf("tea", 940)));
  shop.Add(ForNewcomers(ListOf("tea", 800)));
  shop.Add(Percent(1'500, ForLevel(3, ListOf("tea", 0))));
  Offer wide = Percent(2'001, ForLevel(4, ListOf("", 0)));
  shop.Add(wide);
  Shopper newcomer = Stranger();
  newcomer.newcomer = true;
  const struct {
    const char* what;
    Shopper shopper;
    int64_t total, offer_seq;
  } cases[] = {{"a stranger", Stranger(), 1'000, 1},
               {"a member", Member(0), 950, 2},
               {"of a plan", Member(1, {"minus", "plus"}), 940, 4},
               {"a level", Member(2), 900, 3},
               {"percent off the list price", Member(3), 850, 6},
               {"off all that the channel has, rounded down", Member(4), 799, 1},
               {"a newcomer", newcomer, 800, 5}};
  for (const auto& each : cases) {
    const BasketPrice price = shop.Basket(each.shopper, {{"tea"}});
    EXPECT_EQ(price.total, each.total) << each.what;
    EXPECT_EQ(price.lines[0].offer_seq, each.offer_seq) << each.what;
    EXPECT_EQ(price.lines[0].list_amount, 1'000) << each.what;
    EXPECT_EQ(price.lines[0].is_wide, each.shopper.level == 4) << each.what;
    EXPECT_EQ(price.lines[0].introductory, each.shopper.newcomer) << each.what;
  }
}

TEST(Offers, HoldUnderTheirConditions) {
  const Offer base = ListOf("tea", 90);
  Offer ended = base, later = base, scene = base, session = base, store = base, withdrawn = base,
        elsewhere = base, per_three = base;
  ended.window.until = kNow;
  later.window.from = Seconds(1);
  scene.scene = "live";
  session.session_id = "L1";
  store.scope = {ScopeKind::kStore, "S1"};
  withdrawn.withdrawn = true;
  elsewhere.channel_id = "mini";
  per_three.per_units = 3;
  const struct {
    const char* what;
    Offer offer;
    bool plain, special;
  } cases[] = {{"plain", base, true, true},
               {"it ended", ended, false, false},
               {"it will begin", later, false, false},
               {"a scene", scene, false, true},
               {"a session", session, false, true},
               {"a store", store, false, true},
               {"withdrawn", withdrawn, false, false},
               {"another channel", elsewhere, false, false},
               {"per three units", per_three, true, true}};
  Shopper special = Stranger();
  special.scene = "live";
  special.session_id = "L1";
  special.store_id = "S1";
  for (const auto& each : cases) {
    Shop shop;
    shop.Add(each.offer);
    const int64_t amount = each.offer.per_units == 3 ? 30 : 90;
    EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).total, each.plain ? amount : kAbsent) << each.what;
    EXPECT_EQ(shop.Basket(special, {{"tea"}}).total, each.special ? amount : kAbsent) << each.what;
    if (!each.plain) {
      EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).obstacle, Obstacle::kNoOffer) << each.what;
    }
  }
}

TEST(Offers, OfEqualsTheOneWithoutStock) {
  Shop shop;
  Offer scarce = ListOf("tea", 90);
  scarce.offer_id = "a";
  scarce.stock = 5;
  shop.Add(scarce).Add(ListOf("tea", 90));
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).lines[0].offer_seq, 2);
}

TEST(Obstacles, OfALineStopTheBasket) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(ForLevel(1, ListOf("cup", 50))).Add(Shelf("jd", "pot", 40));
  Offer plus = ForPlan("plus", ListOf("bag", 10));
  shop.Add(plus);
  const BasketPrice price = shop.Basket(Member(0), {{"tea"}, {"none"}, {"cup"}, {"pot"}, {"bag"}});
  EXPECT_EQ(price.obstacle, Obstacle::kSkuUnknown);
  EXPECT_EQ(price.total, kAbsent);
  EXPECT_EQ(AmountsOf(price), (Amounts{100, kAbsent, kAbsent, kAbsent, kAbsent}));
  EXPECT_EQ(price.lines[2].obstacle, Obstacle::kMembersOnly);
  EXPECT_EQ(price.lines[3].obstacle, Obstacle::kNoOffer);
  EXPECT_EQ(price.lines[3].cap, 40);
  EXPECT_EQ(price.lines[4].obstacle, Obstacle::kMembersOnly);
}

TEST(Obstacles, TheMarginFloorStopsASaleAndNeverLiftsAPrice) {
  Shop shop;
  Offer list = ListOf("tea", 100);
  list.floor_amount = 80;
  shop.Add(list).Add(Shelf("jd", "tea", 79)).Add(ForLevel(1, ListOf("cup", 60)));
  Offer cup = ListOf("cup", 100);
  cup.floor_amount = 161;
  cup.per_units = 2;
  cup.amount = 200;
  shop.Add(cup);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea"}}).obstacle, Obstacle::kBelowMarginFloor);
  EXPECT_EQ(shop.Basket(Stranger(), {{"tea", 1, 90}}).total, 79) << "an unexpired quote";
  EXPECT_EQ(shop.Basket(Stranger(), {{"cup"}}).total, 100);
  const BasketPrice price = shop.Basket(Member(1), {{"cup"}});
  EXPECT_EQ(price.total, 100) << "at the level that can be sold";
  EXPECT_EQ(price.level, kStranger);
  EXPECT_EQ(price.lines[0].offered, 100);
}

TEST(Levels, OfVeryManyTheHighestAndAStrangersAreTried) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 90));
  for (int64_t level = 10; level <= 40; ++level) {
    Offer offer = ForLevel(level, ListOf("tea", 100));
    offer.kind = OfferKind::kList;
    offer.offer_id += std::to_string(level);
    offer.floor_amount = 95;
    shop.Add(offer);
  }
  Offer low = ForLevel(5, ListOf("tea", 80));
  low.offer_id = "low";
  shop.Add(low);
  const BasketPrice price = shop.Basket(Member(40), {{"tea"}});
  EXPECT_EQ(price.level, kStranger) << "level 5 is not among the 16 highest";
  EXPECT_EQ(price.total, 90);
  EXPECT_EQ(shop.Basket(Member(20), {{"tea"}}).total, 80);
}

TEST(Levels, AsAStrangerThePlansOffersAreNotTaken) {
  Shop shop;
  shop.Add(ListOf("A", 100)).Add(ListOf("B", 200)).Add(ForPlan("plus", ListOf("A", 60)));
  shop.Add(Shelf("jd", "A", 100)).Add(Shelf("jd", "B", 200)).Add(Off("jd", 100, 300));
  shop.Add(Shelf("tm", "A", 100)).Add(Off("tm", 34, 100));
  // At the plan's offers 46 and 154: the excess is spread by what lines ask.
  const BasketPrice price = shop.Basket(Member(0, {"plus"}), {{"A"}, {"B"}});
  EXPECT_EQ(price.total, 199);
  EXPECT_EQ(price.level, kStranger);
  EXPECT_EQ(price.lines[0].amount, 66);
  EXPECT_EQ(price.lines[0].offered, 100);
  EXPECT_EQ(price.lines[0].offer_seq, 1);
}

TEST(BasketCaps, OfManyLinesAreBoundsSooner) {
  Shop shop;
  std::vector<std::string> skus;
  skus.reserve(200);
  for (int i = 0; i < 200; ++i) skus.push_back("sku" + std::to_string(i));
  for (const std::string& sku : skus) shop.Add(ListOf(sku, 100)).Add(Shelf("jd", sku, 100));
  for (int i = 0; i < 12; ++i) {
    ChannelPromotion promotion = Off("jd", 1 + i, 100);
    promotion.promotion_id += std::to_string(i);
    shop.Add(promotion);
  }
  // Twelve promotions that go together: 4,096 combinations.
  for (const size_t lines : {10U, 200U}) {
    std::vector<testing::Asked> asked;
    for (size_t i = 0; i < lines; ++i) asked.push_back({skus[i]});
    const BasketPrice price = shop.Basket(Stranger(), asked);
    EXPECT_EQ(price.references.at(0).bounded, lines == 200) << lines;
    EXPECT_EQ(price.total, static_cast<int64_t>(lines) * 100 - 78);
  }
}

TEST(Quotes, TheLeastOfQuoteTodayAndCap) {
  Shop shop;
  shop.Add(ListOf("tea", 90)).Add(Shelf("jd", "tea", 70)).Add(ListOf("cup", 90));
  shop.Add(Shelf("jd", "pot", 40));
  const struct {
    const char* what;
    Asked asked;
    int64_t offered, amount;
  } cases[] = {{"the quote", {"cup", 1, 80}, 80, 80},
               {"today's price", {"cup", 1, 95}, 90, 90},
               {"today's cap", {"tea", 1, 80}, 90, 70},
               {"an offer that ended", {"pot", 1, 50}, 50, 40},
               {"free", {"cup", 1, 0}, 0, 0}};
  for (const auto& each : cases) {
    const BasketPrice price = shop.Basket(Stranger(), {each.asked});
    EXPECT_EQ(price.total, each.amount) << each.what;
    EXPECT_EQ(price.lines[0].offered, each.offered) << each.what;
    EXPECT_EQ(price.lines[0].offer_seq == 0, each.asked.sku == "pot") << each.what;
  }
}

TEST(Quotes, AreOneOrderWithWhatIsOfferedToday) {
  Shop shop;
  shop.Add(ListOf("A", 500)).Add(Shelf("jd", "A", 500)).Add(Shelf("jd", "B", 5'000));
  // B's flash offer has ended. Without B our shipping alone would be above the whole of A there.
  const BasketPrice price = shop.Basket(Stranger(), {{"A", 1, 500}, {"B", 1, 4'000}}, 600);
  EXPECT_EQ(AmountsOf(price), (Amounts{500, 4'000}));
  EXPECT_EQ(price.total, 4'500);
  EXPECT_EQ(price.lines[0].offer_seq, 1);
  EXPECT_EQ(price.lines[1].offer_seq, 0);
  // Nor is A lowered for what B leaves to it.
  EXPECT_EQ(shop.Basket(Stranger(), {{"A", 1, 500}, {"B", 1, 4'000}}, 300).total, 4'500);
  EXPECT_EQ(AmountsOf(shop.Basket(Stranger(), {{"A", 1, 500}, {"B", 1, 5'000}}, 600)),
            (Amounts{400, 4'500}));
}

TEST(Quotes, WhatOnlyMembersWereOfferedIsPricedWithTheRestAtEveryLevel) {
  Shop shop;
  shop.Add(ListOf("A", 100)).Add(ForPlan("plus", ListOf("A", 90)));
  shop.Add(Shelf("jd", "B", 40));
  EXPECT_EQ(AmountsOf(shop.Basket(Member(0, {"plus"}), {{"A", 1, 95}, {"B", 1, 50}})),
            (Amounts{90, 40}));
}

TEST(NextChange, OfOffersFactsPromotionsAndFreshness) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 95));
  const auto next = [&] { return shop.Basket(Stranger(), {{"tea"}}).next_change; };
  EXPECT_EQ(next(), Seconds(-3'600 + 86'400)) << "feeds go stale";
  ChannelPromotion off = Off("jd", 10, 50);
  off.window.until = Seconds(8'000);
  shop.Add(off);
  EXPECT_EQ(next(), Seconds(7'940));
  shop.Add(During(Seconds(7'000), std::nullopt, Numbered(2, Shelf("jd", "tea", 90))));
  EXPECT_EQ(next(), Seconds(6'940));
  Offer wide = Percent(10, ListOf("", 0));
  wide.window.from = Seconds(6'000);
  shop.Add(wide);
  EXPECT_EQ(next(), Seconds(6'000));
  Offer flash = ListOf("tea", 90);
  flash.offer_id = "flash";
  flash.window.until = Seconds(5'000);
  shop.Add(flash);
  EXPECT_EQ(next(), Seconds(5'000));
  shop.complete["jd"] = Day(26);
  EXPECT_EQ(NextChange(shop.MarketAt(Stranger()), shop.BookOf("tea")), Seconds(5'000));
}

}  // namespace
}  // namespace fairpoint::pricing
