// Where a channel is looked at over more instants than are gone through one by one.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pricing/basket.h"
#include "pricing/basket_cap.h"
#include "pricing/cap.h"
#include "pricing/reference_order.h"
#include "pricing/testing/some_shop.h"

namespace fairpoint::pricing {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): generators, all of them

using Amounts = std::vector<int64_t>;

Amounts AmountsOf(const BasketPrice& price) {
  Amounts amounts;
  for (const PricedLine& line : price.lines) amounts.push_back(line.amount);
  return amounts;
}

// Hours before kNow.
base::Instant Ago(int64_t hours) { return Seconds(-3'600 * hours); }

Shop StaleShop() {
  Shop shop;
  shop.complete["jd"] = Day(20);
  shop.recorded_at = Day(23);
  for (const char* sku : {"A", "B", "C"}) shop.Add(ListOf(sku, 10'000));
  return shop;
}

TEST(BasketBound, AThresholdThatIsReachedAtADearerInstantOnly) {
  Shop shop = StaleShop();
  for (int64_t i = 0; i < 80; ++i)
    shop.Add(During(Ago(100 - i), Ago(99 - i),
                    Numbered(i + 1, Shelf("jd", "A", i % 2 == 0 ? 9'000 : 9'500))));
  shop.Add(Off("jd", 1'000, 9'400));
  // It charges 8,500 every other hour.
  const BasketPrice price = shop.Basket(Stranger(), {{"A"}});
  EXPECT_EQ(price.total, 8'000) << "the least amount, less the greatest reduction";
  EXPECT_TRUE(price.references[0].bounded);
}

TEST(BasketBound, TheShippingThereIsCountedOnce) {
  Shop shop = StaleShop();
  shop.Add(Shipped(50, Shelf("jd", "A", 100)));
  for (int64_t i = 0; i < 40; ++i)
    for (const char* sku : {"B", "C"})
      shop.Add(During(Ago(100 - 2 * i), Ago(99 - 2 * i),
                      Numbered(i + 1, Shipped(50, Shelf("jd", sku, 100)))));
  shop.Add(Off("jd", 120, 300));
  // Together they cost 230 there.
  EXPECT_EQ(AmountsOf(shop.Basket(Stranger(), {{"A"}, {"B"}, {"C"}})), (Amounts{50, 80, 80}));
  EXPECT_EQ(AmountsOf(shop.Basket(Stranger(), {{"A"}, {"B"}, {"C"}}, 50)), (Amounts{0, 80, 80}));
  EXPECT_EQ(shop.Basket(Stranger(), {{"A"}, {"B"}, {"C"}}, 51).obstacle,
            Obstacle::kShippingAboveCap);
  // Nothing is always listed: any of them may be the only one.
  EXPECT_EQ(AmountsOf(shop.Basket(Stranger(), {{"B"}, {"C"}})), (Amounts{100, 100}));
  EXPECT_EQ(AmountsOf(shop.Basket(Stranger(), {{"B"}, {"C"}}, 60)), (Amounts{90, 90}));
}

ChannelPromotion AnyPromotion(int64_t number) {
  ChannelPromotion promotion = SomePromotion(number);
  promotion.channel_id = "jd";
  if (Seldom()) {
    promotion.terms = {};
    promotion.terms.kind = PromotionKind::kNthItem;
    promotion.terms.nth = Some(2, 4);
    promotion.terms.off_bp = Some(1, 10'001);
    promotion.terms.mixed = Often();
  } else if (Seldom()) {
    promotion.terms = {};
    promotion.terms.kind = PromotionKind::kBundle;
    promotion.terms.bundle = {{"A", Some(1, 3)}, {"C", 1}};
    promotion.terms.bundle_amount = Some(1, 400);
  }
  return promotion;
}

// What is charged is not above what the channel charges at the instant.
void CheckAt(base::Instant at, const Market& market, const std::vector<BasketLine>& lines,
             const BasketPrice& price, int64_t shipping) {
  const ChannelState& state = market.references.front();
  std::vector<ReferenceLine> order;
  int64_t ours = shipping, shipping_there = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    VisitListed(market, *lines[i].book, [&](uint32_t channel, const ListedChannel& listed) {
      const auto cost = CostWithin(market, channel, Stranger(), *lines[i].book, listed,
                                   lines[i].quantity, at, at);
      if (channel != 0 || !cost) return;
      order.push_back({lines[i].sku, lines[i].quantity, cost->reference.amount});
      shipping_there = std::max(shipping_there, cost->shipping);
      ours += price.lines[i].amount;
    });
  }
  if (order.empty()) return;
  std::vector<const LivePromotion*> promotions;
  for (const LivePromotion& each : state.book->promotions())
    if (MayBeUsed(each, Stranger(), at, at)) promotions.push_back(&each);
  RC_ASSERT(ours <= LeastTotal(order, promotions).goods + shipping_there);
}

RC_GTEST_PROP(BasketBoundProperty, NoInstantIsCheaper, ()) {
  Shop shop;
  for (const char* sku : kSkus) shop.Add(ListOf(sku, Some(100, 1'000)));
  int64_t number = 0;
  for (const char* sku : kSkus) {
    if (Often())
      shop.Add(Numbered(++number, Shipped(Some(0, 100), Shelf("jd", sku, Some(100, 1'000)))));
    for (int64_t i = Some(10, 40); i > 0; --i) {
      const int64_t second = Some(-60, 60);
      shop.Add(During(Seconds(second), Seconds(second + Some(1, 20)),
                      Numbered(++number, Shipped(Some(0, 100), Shelf("jd", sku, Some(50, 900))))));
    }
  }
  for (int64_t i = Some(0, 4); i > 0; --i) shop.Add(AnyPromotion(i));
  const std::vector<Asked> asked = {{"A", Some(1, 5)}, {"B", Some(1, 5)}, {"C", Some(1, 5)}};
  const int64_t shipping = Some(0, 60);
  const BasketPrice price = shop.Basket(Stranger(), asked, shipping);
  if (price.total == kAbsent) return;
  RC_CLASSIFY(price.references.front().bounded);
  const Market market = shop.MarketAt(Stranger());
  const std::vector<BasketLine> lines = shop.Lines(asked);
  for (int64_t second = -60; second <= 60; ++second)
    CheckAt(Seconds(second), market, lines, price, shipping);
}

}  // namespace
}  // namespace fairpoint::pricing
