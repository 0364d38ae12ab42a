// What another channel would charge: tables by kind of promotion.
#include "pricing/reference_order.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace fairpoint::pricing {
namespace {

using Seqs = std::vector<int64_t>;
using Lines = std::vector<ReferenceLine>;
using Promotions = std::vector<LivePromotion>;

LivePromotion Of(PromotionTerms terms, std::string group = "") {
  LivePromotion promotion;
  promotion.terms = std::move(terms);
  promotion.exclusive_group = std::move(group);
  return promotion;
}
LivePromotion Threshold(std::vector<Step> steps) {
  PromotionTerms terms;
  terms.kind = PromotionKind::kThreshold;
  terms.steps = std::move(steps);
  return Of(std::move(terms));
}
LivePromotion Percent(int64_t off_bp, int64_t reduction_max = 0, std::string group = "") {
  PromotionTerms terms;
  terms.kind = PromotionKind::kPercent;
  terms.off_bp = off_bp;
  terms.reduction_max = reduction_max;
  return Of(std::move(terms), std::move(group));
}
LivePromotion NthItem(int64_t nth, int64_t off_bp, bool mixed, int64_t times_max = 0) {
  PromotionTerms terms;
  terms.kind = PromotionKind::kNthItem;
  terms.nth = nth;
  terms.off_bp = off_bp;
  terms.mixed = mixed;
  terms.times_max = times_max;
  return Of(std::move(terms));
}
LivePromotion Gift(int64_t buy, int64_t get, int64_t times_max = 0) {
  PromotionTerms terms;
  terms.kind = PromotionKind::kIdenticalGift;
  terms.buy = buy;
  terms.get = get;
  terms.times_max = times_max;
  return Of(std::move(terms));
}
LivePromotion Bundle(std::vector<BundlePart> parts, int64_t amount, int64_t times_max = 0) {
  PromotionTerms terms;
  terms.kind = PromotionKind::kBundle;
  terms.bundle = std::move(parts);
  terms.bundle_amount = amount;
  terms.times_max = times_max;
  return Of(std::move(terms));
}
LivePromotion For(std::vector<std::string> skus, LivePromotion promotion) {
  promotion.terms.skus = std::move(skus);
  return promotion;
}
LivePromotion Repeated(int64_t threshold, int64_t reduction, int64_t times_max = 0) {
  LivePromotion promotion = Threshold({{threshold, reduction}});
  promotion.terms.repeats = true;
  promotion.terms.times_max = times_max;
  return promotion;
}

// Numbers the promotions 1, 2, 3 ... as they come.
std::vector<const LivePromotion*> Numbered(Promotions& promotions) {
  std::vector<const LivePromotion*> pointers;
  for (LivePromotion& each : promotions) {
    each.head_seq = static_cast<int64_t>(pointers.size()) + 1;
    pointers.push_back(&each);
  }
  return pointers;
}

TEST(LeastTotal, ByKind) {
  const Lines cup = {{"cup", 1, 30'000}};
  const Lines three = {{"cup", 3, 30'000}};
  const Lines pair = {{"cup", 1, 10'000}, {"tea", 1, 20'000}};
  const struct {
    const char* what;
    Lines lines;
    Promotions promotions;
    int64_t goods;
    Seqs used;
  } cases[] = {
      {"none", cup, {}, 30'000, {}},
      {"no lines", {}, {Percent(1'000)}, 0, {}},
      {"the threshold is reached", cup, {Threshold({{30'000, 5'000}})}, 25'000, {1}},
      {"it is not", cup, {Threshold({{30'001, 5'000}})}, 30'000, {}},
      {"by lines together", pair, {Threshold({{30'000, 5'000}})}, 25'000, {1}},
      {"not by those in scope", pair, {For({"tea"}, Threshold({{30'000, 5'000}}))}, 30'000, {}},
      {"the highest step",
       cup,
       {Threshold({{10'000, 1'000}, {20'000, 3'000}, {40'000, 9'000}})},
       27'000,
       {1}},
      {"for every multiple", cup, {Repeated(7'000, 1'000)}, 26'000, {1}},
      {"so often at most", cup, {Repeated(7'000, 1'000, 3)}, 27'000, {1}},
      {"percent", cup, {Percent(1'000)}, 27'000, {1}},
      {"percent, rounded up", {{"cup", 1, 101}}, {Percent(1'000)}, 90, {1}},
      {"at most", cup, {Percent(1'000, 2'999)}, 27'001, {1}},
      {"of the lines in scope", pair, {For({"a", "cup", "z"}, Percent(5'000))}, 25'000, {1}},
      {"every second at half", three, {NthItem(2, 5'000, false)}, 25'000, {1}},
      {"two of two lines are no second", pair, {NthItem(2, 5'000, false)}, 30'000, {}},
      {"unless mixed: the cheapest", pair, {NthItem(2, 5'000, true)}, 25'000, {1}},
      {"mixed: as many as are due",
       {{"cup", 3, 30'000}, {"tea", 3, 3'000}, {"pot", 1, 90'000}},
       {NthItem(2, 10'000, true)},
       120'000,
       {1}},
      {"the cheapest of two lines",
       {{"cup", 3, 30'000}, {"tea", 1, 3'000}},
       {NthItem(2, 10'000, true)},
       20'000,
       {1}},
      {"limited: the dearest line's",
       {{"tea", 2, 6'000}, {"cup", 2, 20'000}},
       {NthItem(2, 10'000, false, 1)},
       16'000,
       {1}},
      {"an nth item, rounded up", {{"cup", 3, 100}}, {NthItem(3, 5'000, false)}, 83, {1}},
      {"three for two", three, {Gift(2, 1)}, 20'000, {1}},
      {"two and two", {{"cup", 9, 90'000}}, {Gift(2, 2)}, 50'000, {1}},
      {"once", {{"cup", 9, 90'000}}, {Gift(2, 2, 1)}, 70'000, {1}},
      {"too few for a gift", {{"cup", 2, 20'000}}, {Gift(2, 1)}, 20'000, {}},
      {"a set", pair, {Bundle({{"cup", 1}, {"tea", 1}}, 25'000)}, 25'000, {1}},
      {"a set lacks a part", cup, {Bundle({{"cup", 1}, {"tea", 1}}, 25'000)}, 30'000, {}},
      {"a set that is dearer", pair, {Bundle({{"cup", 1}, {"tea", 1}}, 30'000)}, 30'000, {}},
      {"a set twice, a unit over",
       {{"cup", 3, 30'000}, {"tea", 4, 80'000}},
       {Bundle({{"cup", 1}, {"tea", 2}}, 45'000)},
       100'000,
       {1}},
      {"a set once at most",
       {{"cup", 2, 20'000}, {"tea", 4, 80'000}},
       {Bundle({{"cup", 1}, {"tea", 2}}, 45'000, 1)},
       95'000,
       {1}},
      {"a set of a SKU on two lines",
       {{"cup", 1, 10'000}, {"cup", 1, 10'000}},
       {Bundle({{"cup", 2}}, 15'000)},
       15'000,
       {1}},
  };
  for (const auto& each : cases) {
    Promotions promotions = each.promotions;
    const ReferenceTotal total = LeastTotal(each.lines, Numbered(promotions));
    EXPECT_EQ(total.goods, each.goods) << each.what;
    EXPECT_EQ(total.promotion_seqs, each.used) << each.what;
    EXPECT_FALSE(total.bounded) << each.what;
  }
}

TEST(LeastTotal, ChoosesAsABuyerWould) {
  const Lines pair = {{"cup", 1, 10'000}, {"tea", 1, 20'000}};
  const struct {
    const char* what;
    Promotions promotions;
    int64_t goods;
    Seqs used;
  } cases[] = {
      {"each on what the earlier left", {Percent(5'000), Percent(5'000)}, 7'500, {1, 2}},
      {"one of a group", {Percent(1'000, 0, "g"), Percent(2'000, 0, "g")}, 24'000, {2}},
      {"groups beside one another",
       {Percent(1'000, 0, "g"), Percent(2'000, 0, "h"), Percent(3'000, 0, "g")},
       16'800,
       {2, 3}},
      {"an early one that spoils a threshold is left out",
       {Percent(100), Threshold({{30'000, 9'000}})},
       21'000,
       {2}},
      {"unless it brings more", {Percent(4'000), Threshold({{30'000, 9'000}})}, 18'000, {1}},
      {"the threshold first, then percent",
       {Threshold({{30'000, 9'000}}), Percent(1'000)},
       18'900,
       {1, 2}},
      // 3,000 off is 1,000 of the cup and 2,000 of the tea.
      {"what was spread bears on other scopes",
       {Threshold({{30'000, 3'000}}), For({"tea"}, Percent(5'000))},
       18'000,
       {1, 2}},
      {"a useless one is not told", {For({"pot"}, Percent(5'000)), Percent(1'000)}, 27'000, {2}},
  };
  for (const auto& each : cases) {
    Promotions promotions = each.promotions;
    const ReferenceTotal total = LeastTotal(pair, Numbered(promotions));
    EXPECT_EQ(total.goods, each.goods) << each.what;
    EXPECT_EQ(total.promotion_seqs, each.used) << each.what;
  }
}

TEST(LeastTotal, TooManyCombinationsGiveABound) {
  const Lines lines = {{"cup", 1, 1'000'000}};
  Promotions promotions(12, Percent(100));
  ReferenceTotal total = LeastTotal(lines, Numbered(promotions));
  EXPECT_FALSE(total.bounded);
  EXPECT_GT(total.goods, 880'000);
  promotions.push_back(For({"tea"}, Percent(100)));
  EXPECT_FALSE(LeastTotal(lines, Numbered(promotions)).bounded) << "it cannot apply";
  promotions.push_back(Percent(100));
  total = LeastTotal(lines, Numbered(promotions));
  EXPECT_TRUE(total.bounded);
  EXPECT_EQ(total.goods, 870'000);
  EXPECT_TRUE(total.promotion_seqs.empty());
}

TEST(LeastTotal, AGroupOfManyIsFewCombinations) {
  const Lines lines = {{"cup", 1, 1'000'000}};
  Promotions promotions;
  for (int64_t i = 1; i <= 4'095; ++i) promotions.push_back(Percent(1 + i % 4'000, 0, "g"));
  ReferenceTotal total = LeastTotal(lines, Numbered(promotions));
  EXPECT_FALSE(total.bounded);
  EXPECT_EQ(total.goods, 600'000);
  EXPECT_EQ(total.promotion_seqs, Seqs{3'999});
  promotions.push_back(Percent(1, 0, "g"));
  total = LeastTotal(lines, Numbered(promotions));
  EXPECT_TRUE(total.bounded);
  EXPECT_EQ(total.goods, 600'000) << "of a group the greatest alone";
}

TEST(GreatestReduction, IsNeverMoreThanTheLines) {
  Promotions promotions = {Percent(6'000), Percent(6'000)};
  EXPECT_EQ(GreatestReduction(Lines{{"cup", 1, 100}}, Numbered(promotions)), 100);
}

TEST(GreatestReduction, IsOfAnySkusAlone) {
  // Of all six units the three cheapest, 1 each; of the two dear ones alone one of 500.
  Promotions promotions = {NthItem(2, 10'000, true)};
  const Lines lines = {{"cup", 4, 4}, {"pot", 2, 1'000}};
  EXPECT_EQ(LeastTotal(lines, Numbered(promotions)).goods, 1'001);
  EXPECT_EQ(LeastTotal(Lines{{"pot", 2, 1'000}}, Numbered(promotions)).goods, 500);
  EXPECT_GE(GreatestReduction(lines, Numbered(promotions)), 500);
}

TEST(LeastTotal, TheLargestAmounts) {
  const int64_t large = 4'000'000'000'000'000;
  const Lines lines(2'000, {"cup", 2'147'483'647, large});
  Promotions promotions = {Threshold({{large, large / 2}}), Percent(9'999),
                           NthItem(2, 10'000, true, 1), Gift(1, 1), Bundle({{"cup", 1}}, 1)};
  for (size_t i = 0; i < promotions.size(); ++i) {
    Promotions one = {promotions[i]};
    const int64_t goods = LeastTotal(lines, Numbered(one)).goods;
    EXPECT_GE(goods, 0) << i;
    EXPECT_LT(goods, 2'000 * large) << i;
  }
  EXPECT_GE(LeastTotal(lines, Numbered(promotions)).goods, 0);
}

struct AtOtherListings {
  const char* what;
  Lines lines;
  LivePromotion promotion;
  int64_t goods;
};

TEST(LeastTotal, ADearerListingIsTakenToReachAThreshold) {
  const ReferenceLine pack_of_three{
      .sku = "A", .quantity = 3, .amount = 299, .spare = 1, .next_dearer = 1};
  const ReferenceLine near{.sku = "A", .quantity = 1, .amount = 99, .spare = 1, .next_dearer = 1};
  const ReferenceLine far{
      .sku = "A", .quantity = 1, .amount = 99, .spare = 151, .next_dearer = 151};
  const ReferenceLine both{
      .sku = "A", .quantity = 1, .amount = 99, .spare = 151, .next_dearer = 21};
  const ReferenceLine other{.sku = "B", .quantity = 1, .amount = 99, .spare = 2, .next_dearer = 2};
  const ReferenceLine two{.sku = "A", .quantity = 2, .amount = 198, .spare = 2, .next_dearer = 2};
  const std::vector<AtOtherListings> cases = {
      {"three singles for 300", {pack_of_three}, Threshold({{300, 50}, {500, 120}}), 250},
      {"one more", {near}, Threshold({{100, 50}}), 50},
      {"too dear to gain", {far}, Threshold({{100, 50}}), 99},
      {"the nearer of two", {both}, Threshold({{100, 50}}), 70},
      {"out of reach", {near}, Threshold({{101, 50}}), 99},
      {"of several lines", {near, other}, Threshold({{201, 50}}), 151},
      {"of lines in scope", {near, other}, For({"A"}, Threshold({{100, 50}})), 149},
      {"the next multiple", {two}, Repeated(100, 50), 100},
      {"no more than its times", {two}, Repeated(100, 50, 1), 148},
  };
  for (const AtOtherListings& each : cases) {
    Promotions promotions = {each.promotion};
    EXPECT_EQ(LeastTotal(each.lines, Numbered(promotions)).goods, each.goods) << each.what;
  }
}

TEST(LeastTotal, OneDearerListingServesAllPromotions) {
  const auto line = [](const char* sku, int64_t amount, int64_t dearer) {
    return ReferenceLine{
        .sku = sku, .quantity = 1, .amount = amount, .spare = dearer, .next_dearer = dearer};
  };
  const struct {
    const char* what;
    Lines lines;
    Promotions promotions;
    int64_t goods;
  } cases[] = {
      {"what is taken off before",
       {line("A", 100, 40)},
       {Percent(5'000), Threshold({{70, 30}})},
       40},
      {"several multiples", {line("A", 99, 101)}, {Repeated(100, 80)}, 40},
      {"fewer that gain", {line("A", 99, 101)}, {Repeated(100, 60)}, 80},
      {"two thresholds",
       {line("A", 100, 100)},
       {Threshold({{150, 60}}), Threshold({{140, 50}})},
       90},
      {"of a shop and of its platform",
       {line("A", 26'000, 5'000)},
       {Threshold({{30'000, 4'000}}), Threshold({{26'500, 3'000}})},
       24'000},
      {"the dearer line has more to take off",
       {line("A", 100, 50), line("B", 100, 0)},
       {Threshold({{250, 60}}), For({"A"}, Percent(5'000))},
       133},
  };
  for (auto each : cases)
    EXPECT_EQ(LeastTotal(each.lines, Numbered(each.promotions)).goods, each.goods) << each.what;
}

TEST(LeastTotal, ABundleIsUsedFewerTimesToReachAThreshold) {
  Promotions promotions = {Bundle({{"A", 1}}, 90), Threshold({{190, 50}})};
  const Lines lines = {{.sku = "A", .quantity = 2, .amount = 200}};
  EXPECT_EQ(LeastTotal(lines, Numbered(promotions)).goods, 140);
  promotions.pop_back();
  EXPECT_EQ(LeastTotal(lines, Numbered(promotions)).goods, 180);
}

}  // namespace
}  // namespace fairpoint::pricing
