// What lines may cost together: promotions and shipping elsewhere.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pricing/basket.h"
#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::Asked;
using testing::During;
using testing::ForLevel;
using testing::kNow;
using testing::ListOf;
using testing::Member;
using testing::Numbered;
using testing::Off;
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

TEST(BasketCap, PromotionsElsewhereCapTheWhole) {
  Shop shop;
  shop.Add(ListOf("A", 10'000)).Add(ListOf("B", 20'000));
  shop.Add(Shelf("jd", "A", 10'500)).Add(Shelf("jd", "B", 20'500));
  shop.Add(Off("jd", 5'000, 30'000));
  const BasketPrice price = shop.Basket(Stranger(), {{"A"}, {"B"}});
  EXPECT_EQ(price.total, 26'000);
  EXPECT_EQ(AmountsOf(price), (Amounts{8'667, 17'333}));
  ASSERT_EQ(price.references.size(), 1U);
  const BasketReference& jd = price.references[0];
  EXPECT_EQ(jd.goods, 26'000);
  EXPECT_EQ(jd.ours, 26'000);
  EXPECT_TRUE(jd.caps);
  EXPECT_FALSE(jd.bounded);
  EXPECT_EQ(jd.promotion_seqs, std::vector<int64_t>{1});
  EXPECT_EQ(shop.Basket(Stranger(), {{"A"}}).total, 10'000);
  EXPECT_FALSE(shop.Basket(Stranger(), {{"A"}}).references[0].caps);
}

// A further listing there never makes the basket dearer here.
TEST(BasketCap, AListingBesideAnotherTakesNoThresholdAway) {
  Shop shop;
  shop.Add(ListOf("A", 10'000)).Add(Shelf("jd", "A", 10'000)).Add(Off("jd", 5'000, 30'000));
  const std::vector<Asked> three = {{"A", 3}};
  EXPECT_EQ(shop.Basket(Stranger(), three).total, 25'000);
  PriceFact pack = Pack(3, Shelf("jd", "A", 29'900));
  pack.listing_id = "pack";
  shop.Add(pack);
  EXPECT_EQ(shop.Basket(Stranger(), three).total, 25'000);
}

TEST(BasketCap, PromotionsHoldAtTheirTimesAndForTheirAudience) {
  Shop shop;
  shop.Add(ListOf("A", 30'000)).Add(Shelf("jd", "A", 30'000));
  ChannelPromotion plus = Off("jd", 5'000, 30'000);
  plus.audience = {AudienceKind::kPlan, "plus"};
  plus.window = {kNow, Seconds(600)};
  shop.Add(plus);
  EXPECT_EQ(shop.Basket(Stranger(), {{"A"}}).total, 30'000);
  const struct {
    int64_t second, micros, total;
  } cases[] = {
      {-60, -1, 30'000}, {-60, 0, 25'000}, {0, 0, 25'000}, {660, -1, 25'000}, {660, 0, 30'000}};
  for (const auto& each : cases) {
    const base::Instant now{Seconds(each.second).micros + each.micros};
    EXPECT_EQ(shop.Basket(Member(0, {"plus"}), {{"A"}}, 0, now).total, each.total)
        << each.second << " " << each.micros;
  }
}

TEST(BasketCap, ThePriceAndThePromotionOfOneInstantAreTaken) {
  Shop shop;
  shop.Add(ListOf("A", 30'000)).Add(Shelf("jd", "A", 30'000));
  // Once the price rises the promotion begins: at no instant are both at their best.
  shop.Add(During(kNow, std::nullopt, Numbered(2, Shelf("jd", "A", 34'000))));
  ChannelPromotion off = Off("jd", 5'000, 30'000);
  off.window.from = kNow;
  shop.Add(off);
  const BasketPrice price = shop.Basket(Stranger(), {{"A"}});
  EXPECT_EQ(price.total, 29'000);
  EXPECT_EQ(price.references[0].at, kNow);
}

TEST(BasketCap, WhatIsListedTogetherAtSomeInstant) {
  Shop shop;
  shop.Add(ListOf("A", 30'000)).Add(ListOf("B", 10'000));
  shop.Add(Shelf("jd", "A", 30'000)).Add(During(kNow, std::nullopt, Shelf("jd", "B", 10'000)));
  ChannelPromotion off = Off("jd", 9'000, 30'000);
  off.window.until = kNow;
  shop.Add(off);
  // Before kNow, A alone with the promotion; then both without.
  const BasketPrice price = shop.Basket(Stranger(), {{"A"}, {"B"}});
  EXPECT_EQ(AmountsOf(price), (Amounts{21'000, 10'000}));
  ASSERT_EQ(price.references.size(), 1U);
  EXPECT_EQ(price.references[0].goods, 21'000);
  EXPECT_TRUE(price.references[0].caps);
}

TEST(BasketCap, ShippingIsPartOfIt) {
  Shop shop;
  shop.Add(ListOf("A", 100)).Add(ListOf("B", 100));
  shop.Add(Shipped(30, Shelf("jd", "A", 100))).Add(Shipped(20, Shelf("jd", "B", 110)));
  shop.Add(Shipped(25, Pack(1, Shelf("jd", "A", 105))));
  const struct {
    const char* what;
    int64_t shipping, total;
  } cases[] = {{"less than there", 10, 200},
               {"what the goods leave", 35, 200},
               {"a little more", 36, 199},
               {"all goods free", 235, 0},
               {"more than all", 236, kAbsent}};
  for (const auto& each : cases) {
    const BasketPrice price = shop.Basket(Stranger(), {{"A"}, {"B"}}, each.shipping);
    EXPECT_EQ(price.total, each.total) << each.what;
    EXPECT_EQ(price.references[0].shipping, 25) << each.what;
    EXPECT_EQ(price.obstacle, each.total == kAbsent ? Obstacle::kShippingAboveCap : Obstacle::kNone)
        << each.what;
  }
}

TEST(BasketCap, ChannelsOneAfterAnother) {
  Shop shop;
  for (const char* sku : {"A", "B", "C"}) shop.Add(ListOf(sku, 1'000));
  shop.Add(Shelf("jd", "A", 1'000)).Add(Shelf("jd", "B", 1'000));
  shop.Add(Shelf("tm", "B", 1'000)).Add(Shelf("tm", "C", 1'000));
  shop.Add(Off("jd", 1'000, 2'000)).Add(Off("tm", 900, 2'000));
  const BasketPrice price = shop.Basket(Stranger(), {{"A"}, {"B"}, {"C"}});
  // jd: A and B 500 each; tm: 1,500 is 400 above 1,100: a third of it off B.
  EXPECT_EQ(AmountsOf(price), (Amounts{500, 367, 733}));
  EXPECT_EQ(price.references[0].ours, 867);
  EXPECT_EQ(price.references[1].ours, 1'100);
}

TEST(BasketCap, NobodyPaysMoreForAHigherTier) {
  Shop shop;
  for (const char* sku : {"A", "B", "C"}) shop.Add(ListOf(sku, 1'000));
  shop.Add(ForLevel(2, ListOf("B", 200)));
  shop.Add(Shelf("jd", "A", 1'000)).Add(Shelf("jd", "B", 1'000));
  shop.Add(Shelf("tm", "B", 1'000)).Add(Shelf("tm", "C", 1'000));
  shop.Add(Off("jd", 1'000, 2'000)).Add(Off("tm", 800, 2'000));
  // A stranger pays 500 + 400 + 800. With B at 200 it would be 833 + 167 + 1,000.
  EXPECT_EQ(shop.Basket(Stranger(), {{"A"}, {"B"}, {"C"}}).total, 1'700);
  const BasketPrice price = shop.Basket(Member(2), {{"A"}, {"B"}, {"C"}});
  EXPECT_EQ(price.total, 1'700);
  EXPECT_EQ(price.level, kStranger);
  EXPECT_EQ(price.lines[1].offered, 1'000);
  EXPECT_EQ(shop.Basket(Member(2), {{"B"}}).level, 2);
  EXPECT_EQ(shop.Basket(Member(2), {{"A"}}).level, 2) << "ties to the higher";
}

TEST(BasketCap, TooManyInstantsGiveABound) {
  Shop shop;
  shop.Add(ListOf("A", 10'000)).Add(ListOf("B", 10'000));
  shop.Add(Shelf("jd", "A", 9'000));
  ChannelPromotion off = Off("jd", 1'000, 9'000);
  off.window = {Seconds(-50), Seconds(-49)};
  shop.Add(off);
  for (int64_t i = 0; i < 62; ++i)
    shop.Add(During(Seconds(i - 48), std::nullopt, Numbered(2 + i, Shelf("jd", "A", 9'500 + i))));
  BasketPrice price = shop.Basket(Stranger(), {{"A"}, {"B"}});
  EXPECT_EQ(AmountsOf(price), (Amounts{8'000, 10'000})) << "65 instants: at one 9,000 less 1,000";
  EXPECT_TRUE(price.references[0].bounded);
  // B comes and goes: A, always listed, bears it all.
  shop.Add(During(kNow, std::nullopt, Shelf("jd", "B", 10'000)));
  price = shop.Basket(Stranger(), {{"A"}, {"B"}});
  EXPECT_EQ(AmountsOf(price), (Amounts{8'000, 10'000}));
  // Alone it bears it itself.
  ChannelPromotion more = Off("jd", 17'000, 18'000);
  more.promotion_id = "q";
  more.window.from = kNow;
  shop.Add(more);
  price = shop.Basket(Stranger(), {{"A"}, {"B"}});
  EXPECT_EQ(AmountsOf(price), (Amounts{0, 1'000}));
}

TEST(BasketCap, SixtyFourInstantsAreLookedAtOneByOne) {
  Shop shop;
  shop.Add(ListOf("A", 10'000)).Add(Shelf("jd", "A", 9'000));
  for (int64_t i = 0; i < 63; ++i)
    shop.Add(During(Seconds(i - 48), std::nullopt, Numbered(2 + i, Shelf("jd", "A", 9'500 + i))));
  EXPECT_FALSE(shop.Basket(Stranger(), {{"A"}}).references[0].bounded);
  shop.Add(During(Seconds(50), std::nullopt, Numbered(99, Shelf("jd", "A", 9'800))));
  EXPECT_TRUE(shop.Basket(Stranger(), {{"A"}}).references[0].bounded);
}

TEST(ClampToCaps, LowersAmountsAndSaysByWhom) {
  Shop shop;
  shop.Add(Shelf("jd", "A", 10'500)).Add(Shelf("jd", "B", 20'500)).Add(Shelf("tm", "A", 9'000));
  shop.Add(Off("jd", 5'000, 30'000));
  const Market market = shop.MarketAt(Stranger());
  const std::vector<BasketLine> lines = shop.Lines({{"A"}, {"B"}, {"C"}});
  const Clamped clamped =
      ClampToCaps(market, Stranger(), lines, std::vector<int64_t>{9'500, 18'000, 70}, 0);
  EXPECT_EQ(clamped.amounts, (Amounts{8'667, 17'333, 70}));
  EXPECT_EQ(clamped.lowered_by, (Amounts{0, 0, kAbsent}));
  EXPECT_EQ(clamped.lines[0].cap, 9'000);
  EXPECT_EQ(clamped.lines[0].capped_by.channel, 2U);
  ASSERT_EQ(clamped.references.size(), 2U);
  EXPECT_TRUE(clamped.references[0].caps);
  EXPECT_FALSE(clamped.references[1].caps);
}

TEST(LargeAmounts, StayWithinBounds) {
  Shop shop;
  shop.Add(ListOf("A", kAmountMax)).Add(Shelf("jd", "A", kAmountMax));
  PriceFact taxed = Shelf("tm", "A", kAmountMax);
  taxed.tax_ppm = kTaxPpmMax;
  shop.Add(taxed).Add(Off("jd", 1'000, 2'000));
  const std::vector<Asked> lines(kBasketLinesMax, Asked{"A", kQuantityMax});
  const BasketPrice price = shop.Basket(Stranger(), lines, kAmountMax);
  EXPECT_GT(price.total, 0);
  EXPECT_EQ(price.lines[0].offered, kLineAmountMax);
}

}  // namespace
}  // namespace fairpoint::pricing
