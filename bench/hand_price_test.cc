#include "bench/hand_price.h"

#include <gtest/gtest.h>

namespace fairpoint::bench {
namespace {

FactRead Fact(const std::string& sku, const std::string& channel_id, int64_t source_seq,
              int64_t amount) {
  FactRead fact;
  fact.sku = sku;
  fact.channel_id = channel_id;
  fact.listing_id = "L";
  fact.head_seq = fact.source_seq = source_seq;
  fact.amount = amount;
  return fact;
}

OfferRead Offer(const std::string& sku, pricing::OfferKind kind, int64_t amount) {
  OfferRead offer;
  offer.sku = sku;
  offer.kind = kind;
  offer.amount = amount;
  return offer;
}

HandBasket BasketOf(const std::vector<std::string>& skus) {
  HandBasket basket;
  for (const std::string& sku : skus) {
    basket.lines.emplace_back().sku = sku;
    basket.lines.back().quantity = 2;
  }
  return basket;
}

TEST(HandPrice, LinesCostTheLeastOfferButNoMoreThanAnywhere) {
  PricesRead read;
  read.facts = {Fact("tea", "jd", 1, 50), Fact("tea", "jd", 2, 90), Fact("tea", "tmall", 1, 80),
                Fact("pot", "jd", 1, 300)};
  read.offers = {Offer("tea", pricing::OfferKind::kList, 100),
                 Offer("tea", pricing::OfferKind::kMember, 85),
                 Offer("pot", pricing::OfferKind::kList, 200)};
  HandBasket basket = BasketOf({"tea", "pot"});
  PriceByHand(read, basket);
  EXPECT_EQ(200, basket.lines[0].list_amount);
  EXPECT_EQ(170, basket.lines[0].offered);
  EXPECT_EQ(160, basket.lines[0].amount);
  EXPECT_EQ("tmall", basket.lines[0].cap_channel);
  EXPECT_EQ(400, basket.lines[1].amount);
  EXPECT_EQ(560, basket.total);
}

TEST(HandPrice, ABasketCostsNoMoreThanInAnyChannelWithItsPromotions) {
  PricesRead read;
  read.facts = {Fact("tea", "jd", 1, 100), Fact("pot", "jd", 1, 300)};
  read.offers = {Offer("tea", pricing::OfferKind::kList, 100),
                 Offer("pot", pricing::OfferKind::kList, 300)};
  PromotionRead threshold;
  threshold.channel_id = "jd";
  threshold.head_seq = 7;
  threshold.terms.steps = {{500, 50}, {800, 80}, {900, 400}};
  PromotionRead percent;
  percent.channel_id = "jd";
  percent.head_seq = 8;
  percent.terms.kind = pricing::PromotionKind::kPercent;
  percent.terms.off_bp = 1'000;
  percent.terms.reduction_max = 20;
  read.promotions = {threshold, percent};
  HandBasket basket = BasketOf({"tea", "pot"});
  PriceByHand(read, basket);
  EXPECT_EQ(700, basket.total);
  EXPECT_EQ(175, basket.lines[0].amount);
  EXPECT_EQ(525, basket.lines[1].amount);
  EXPECT_EQ(700, basket.channels["jd"].goods);
  EXPECT_EQ((std::vector<int64_t>{7, 8}), basket.channels["jd"].promotion_seqs);
}

}  // namespace
}  // namespace fairpoint::bench
