#include "pricing/costs_since.h"

#include <gtest/gtest.h>

#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::During;
using testing::kDay;
using testing::kNow;
using testing::ListOf;
using testing::Numbered;
using testing::Off;
using testing::Pack;
using testing::Seconds;
using testing::Shelf;
using testing::Shop;
using testing::Stranger;

// Since when the channel where most is saved asks what is said of it.
std::optional<base::Instant> SinceOf(Shop& shop) {
  const Shopper shopper = Stranger();
  const Market market = shop.MarketAt(shopper);
  const SkuBook book = shop.BookOf("tea");
  const PagePrice price = Page(market, shopper).Price("tea", &book);
  EXPECT_NE(price.dearest.channel, PageCosts::kNowhere);
  return CostsSince(market, shopper, "tea", book, price.dearest);
}

Shop SomeTea() {
  Shop shop;
  shop.Add(ListOf("tea", 50)).Add(Shelf("jd", "tea", 100));
  return shop;
}

ChannelPromotion Between(base::Instant from, std::optional<base::Instant> until,
                         ChannelPromotion promotion) {
  promotion.window = {from, until};
  return promotion;
}

TEST(CostsSince, AFactBegan) {
  Shop shop = SomeTea();
  EXPECT_EQ(SinceOf(shop), Day(20));
  shop.Add(During(Day(28), Seconds(-7'200), Numbered(2, Shelf("jd", "tea", 90))));
  EXPECT_EQ(SinceOf(shop), Seconds(-7'200)) << "the price before that came back";
  shop.Add(During(Day(25), std::nullopt, Pack(2, Shelf("jd", "tea", 200))));
  EXPECT_EQ(SinceOf(shop), Seconds(-7'200));
}

TEST(CostsSince, APromotionMadeIt) {
  Shop shop = SomeTea();
  shop.Add(Between(Day(29), std::nullopt, Off("jd", 30, 100)));
  EXPECT_EQ(SinceOf(shop), Day(29));
  shop.Add(Numbered(2, During(Seconds(-3'600), std::nullopt, Shelf("jd", "tea", 101))));
  EXPECT_EQ(SinceOf(shop), Seconds(-3'600)) << "the later of the two";
}

TEST(CostsSince, APromotionThatTakesNothingOffIsNotAskedAbout) {
  Shop shop = SomeTea();
  shop.Add(Between(Day(29), std::nullopt, Off("jd", 30, 101)));
  ChannelPromotion cup = Off("jd", 30, 100);
  cup.terms.skus = {"cup"};
  cup.promotion_id = "cup";
  shop.Add(Between(Day(29), std::nullopt, cup));
  EXPECT_EQ(SinceOf(shop), Day(20));
}

TEST(CostsSince, APromotionEnded) {
  Shop shop = SomeTea();
  shop.Add(Between(Day(28), Day(29), Off("jd", 30, 100)));
  EXPECT_EQ(SinceOf(shop), Day(29));
}

TEST(CostsSince, WhatBeganAMomentAgoAndWhatIsToBegin) {
  Shop shop = SomeTea();
  shop.Add(Between(Seconds(-5), std::nullopt, Off("jd", 30, 100)));
  EXPECT_EQ(SinceOf(shop), Seconds(-5));
  shop = SomeTea();
  shop.Add(Between(Seconds(5), std::nullopt, Off("jd", 30, 100)));
  EXPECT_EQ(SinceOf(shop), std::nullopt) << "it caps already, and is not asked yet";
  shop = SomeTea();
  shop.Add(Between(Day(28), Seconds(-5), Off("jd", 30, 100)));
  EXPECT_EQ(SinceOf(shop), std::nullopt) << "it caps still, and is not asked any more";
}

TEST(CostsSince, ItIsNotToldWhereTheBooksDoNotTellIt) {
  Shop shop = SomeTea();
  ChannelPromotion withdrawn = Off("jd", 30, 100);
  shop.Add(withdrawn);
  withdrawn.source_seq = 2;
  withdrawn.withdrawn = true;
  withdrawn.terms = {};
  shop.Add(withdrawn);
  EXPECT_EQ(SinceOf(shop), std::nullopt) << "when is not kept";
  shop = SomeTea();
  shop.Add(During(Day(21), Day(22), Numbered(2, Shelf("jd", "tea", 90))));
  EXPECT_EQ(SinceOf(shop), std::nullopt) << "longer ago than it is kept";
}

}  // namespace
}  // namespace fairpoint::pricing
