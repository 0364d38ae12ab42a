#include "pricing/page.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

#include "pricing/testing/some_shop.h"

namespace fairpoint::pricing {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): generators, all of them

// Of the next version, which sees more of the future and the past, or less.
Rules OtherRules(Rules rules) {
  ++rules.version;
  rules.clock_tolerance_micros = Some(0, 3) * 30 * base::kMicrosPerSecond;
  rules.channels[1].ignores_platform_subsidy = Seldom();
  return rules;
}

TEST(Page, SaysWhereMostIsSaved) {
  Shop shop;
  shop.Add(ListOf("tea", 80)).Add(Shelf("jd", "tea", 90)).Add(Shelf("tm", "tea", 95));
  shop.Add(Shelf("store", "tea", 99));
  shop.complete["store"] = std::nullopt;
  PagePrice page = shop.Page(Stranger(), {"tea"});
  EXPECT_EQ(page.amount, 80);
  EXPECT_EQ(page.dearest.channel, 2);
  EXPECT_EQ(page.dearest.amount, 95);
  EXPECT_TRUE(page.degraded);
  shop.Add(Off("tm", 40, 95));
  page = shop.Page(Stranger(), {"tea"});
  EXPECT_EQ(page.amount, 55);
  EXPECT_EQ(page.lowered_by, 2);
  EXPECT_EQ(page.dearest.channel, 0) << "with its promotion the other costs as much";
  EXPECT_EQ(page.dearest.amount, 90);
  shop.Add(Numbered(2, Shelf("tm", "tea", 30))).Add(Numbered(2, Shelf("jd", "tea", 30)));
  page = shop.Page(Stranger(), {"tea"});
  EXPECT_EQ(page.amount, 30);
  EXPECT_EQ(page.dearest.channel, PageCosts::kNowhere) << "only a stale one is dearer";
}

RC_GTEST_PROP(PageProperty, APageIsABasketOfOne, ()) {
  const Rows rows = SomeRows();
  const Shopper shopper = SomeShopper();
  Shop shop = Of(rows);
  if (Seldom()) shop.complete["jd"] = Day(Some(20, 31));
  if (Seldom()) shop.complete.erase("tm");
  if (Seldom()) shop.rules.channels[1].when_stale = WhenStale::kNotSaleable;
  for (const char* sku : {"A", "B", "C", "D"}) {
    const Asked asked{sku, 1};
    const BasketPrice basket = shop.Basket(shopper, {asked});
    const PricedLine& line = basket.lines[0];
    const PagePrice page = shop.Page(shopper, asked);
    RC_ASSERT(page.obstacle == basket.obstacle);
    RC_ASSERT(page.amount == line.amount);
    RC_ASSERT(page.list_amount == line.list_amount);
    RC_ASSERT(page.offered == line.offered);
    RC_ASSERT(page.offer_seq == line.offer_seq);
    RC_ASSERT(page.is_wide == line.is_wide);
    RC_ASSERT(page.introductory == line.introductory);
    RC_ASSERT(page.degraded == basket.degraded);
    RC_ASSERT((page.cap.channel == PageCosts::kNowhere) == (line.cap == kAbsent));
    if (line.cap != kAbsent) {
      RC_ASSERT(page.cap.amount == line.cap);
      RC_ASSERT(page.cap.channel == static_cast<int32_t>(line.capped_by.channel));
      RC_ASSERT(page.cap.head_seq == line.capped_by.head_seq);
    }
    RC_ASSERT(page.next_change == basket.next_change);
  }
}

RC_GTEST_PROP(PageProperty, WhatIsRememberedIsRight, ()) {
  const Rows rows = SomeRows();
  Shop shop = Of(rows);
  shop.rules.version = 1;
  std::map<std::string, SkuBook> books;
  for (const char* sku : kSkus) books[sku] = shop.BookOf(sku);
  int64_t serial = 1;
  for (int i = 0; i < 24; ++i) {
    if (i % 3 == 2) {
      shop.Add(SomePromotion(Some(1, 4)));
      ++serial;
    }
    if (Seldom() && Seldom()) shop.rules = OtherRules(shop.rules);
    shop.complete["jd"] = Seldom() ? Day(26) : Seconds(-3600);
    const Shopper shopper = SomeShopper();
    Market market = shop.MarketAt(shopper, SomeInstant());
    market.promotions_serial = serial;
    const Page page(market, shopper);
    for (const auto& [sku, book] : books) {
      const SkuBook forgetful = book;
      RC_ASSERT(page.Price(sku, &book) == page.Price(sku, &forgetful));
    }
  }
}

TEST(Page, ForgetsWhatAPromotionThatIsGoneTookOff) {
  Shop shop;
  shop.rules.version = 1;
  shop.Add(ListOf("tea", 80)).Add(Shelf("jd", "tea", 100));
  ChannelPromotion promotion = Off("jd", 10, 90);
  shop.Add(promotion);
  const SkuBook book = shop.BookOf("tea");
  const auto dearest = [&](int64_t serial) {
    Market market = shop.MarketAt(Stranger());
    market.promotions_serial = serial;
    return Page(market, Stranger()).Price("tea", &book).dearest.amount;
  };
  EXPECT_EQ(dearest(1), 90);
  ++promotion.source_seq;
  promotion.withdrawn = true;
  shop.Add(promotion);
  EXPECT_EQ(dearest(2), 100);
}

TEST(Page, RemembersUntilSomethingChanges) {
  Shop shop;
  shop.rules.version = 1;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 90));
  const SkuBook book = shop.BookOf("tea");
  PageCosts costs;
  EXPECT_FALSE(book.page_memory().Load(costs));
  const Market market = shop.MarketAt(Stranger());
  EXPECT_EQ(Page(market, Stranger()).Price("tea", &book).amount, 90);
  ASSERT_TRUE(book.page_memory().Load(costs));
  EXPECT_EQ(costs.least.amount, 90);
  costs.least.amount = 80;
  book.page_memory().Store(costs);
  EXPECT_EQ(Page(market, Stranger()).Price("tea", &book).amount, 80) << "it is used";
  const Market before = shop.MarketAt(Stranger(), Seconds(-1));
  EXPECT_EQ(Page(before, Stranger()).Price("tea", &book).amount, 90);
  shop.rules.version = 2;
  const Market other = shop.MarketAt(Stranger());
  EXPECT_EQ(Page(other, Stranger()).Price("tea", &book).amount, 90);
}

}  // namespace
}  // namespace fairpoint::pricing
