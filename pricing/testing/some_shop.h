// Shops, shoppers and baskets at random, for properties of any prices: of rapidcheck, within one.
#ifndef FAIRPOINT_PRICING_TESTING_SOME_SHOP_H_
#define FAIRPOINT_PRICING_TESTING_SOME_SHOP_H_

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

#include "pricing/testing/shop.h"

namespace fairpoint::pricing::testing {

inline constexpr const char* kSkus[] = {"A", "B", "C"};
inline constexpr const char* kChannels[] = {"jd", "store", "tm"};

inline int64_t Some(int64_t least, int64_t end) { return *rc::gen::inRange(least, end); }
inline bool Often() { return Some(0, 4) > 0; }
inline bool Seldom() { return Some(0, 4) == 0; }

// Within and about the two minutes that are looked at.
inline base::Instant SomeInstant() { return Seconds(Some(-5, 6) * 30); }
inline Window SomeWindow() {
  Window window{Often() ? Day(20) : SomeInstant(), std::nullopt};
  if (Seldom()) window.until = base::Instant{SomeInstant().micros + kMinute};
  if (window.until && *window.until <= window.from) window.until.reset();
  return window;
}

struct Rows {
  std::vector<PriceFact> facts;
  std::vector<Offer> offers;
  std::vector<ChannelPromotion> promotions;
};

inline PriceFact SomeFact(int64_t number) {
  PriceFact fact = Shelf(kChannels[Some(0, 3)], kSkus[Some(0, 3)], Some(50, 2'000));
  fact.source_seq = number;
  fact.window = SomeWindow();
  if (Seldom()) fact.listing_id = "M";
  if (Seldom()) fact.pack = Some(1, 4);
  if (Seldom()) fact.tax_ppm = Some(0, 200'000);
  if (Seldom()) fact.platform_subsidy = Some(1, 49);
  if (Seldom()) fact.shipping = Some(0, 50);
  if (Seldom()) fact.condition = Condition::kOutlet;
  if (Seldom()) fact.scope = {ScopeKind::kStore, "S1"};
  if (Seldom()) fact.audience = {AudienceKind::kPlan, "plus"};
  if (Seldom() && Seldom()) fact.held_until = SomeInstant();
  if (Seldom() && Seldom()) {
    fact = WithdrawalOf(number, SomeInstant());
    fact.sku = "A";
  }
  return fact;
}

inline ChannelPromotion SomePromotion(int64_t number) {
  ChannelPromotion promotion = Off(kChannels[Some(0, 3)], Some(1, 400), Some(401, 2'000));
  promotion.promotion_id = "p" + std::to_string(number);
  promotion.window = SomeWindow();
  if (Seldom()) promotion.terms.skus = {"A", "C"};
  if (Seldom()) {
    promotion.terms.steps.clear();
    promotion.terms.kind = PromotionKind::kPercent;
    promotion.terms.off_bp = Some(1, 9'000);
  }
  if (Seldom()) promotion.exclusive_group = "g";
  if (Seldom()) promotion.audience = {AudienceKind::kNewcomers, ""};
  return promotion;
}

inline Offer SomeOffer(int64_t number) {
  const std::string sku = kSkus[Some(0, 3)];
  Offer offer = ListOf(sku, Some(50, 2'000));
  switch (Some(0, 5)) {
    case 0:
      offer = ForLevel(Some(0, 3), offer);
      break;
    case 1:
      offer = Percent(Some(1, 9'000), ForLevel(Some(0, 3), offer));
      break;
    case 2:
      offer = ForPlan("plus", offer);
      break;
    default:
      if (Seldom()) offer.floor_amount = Some(1, 300);
  }
  offer.offer_id += std::to_string(number);
  return offer;
}

inline Rows SomeRows() {
  Rows rows;
  for (const char* sku : kSkus)
    if (Often()) rows.offers.push_back(ListOf(sku, Some(100, 2'000)));
  const int64_t count = Some(1, 16);
  for (int64_t i = 1; i <= count; ++i) {
    rows.facts.push_back(SomeFact(i));
    if (Seldom()) rows.offers.push_back(SomeOffer(i));
    if (Seldom()) rows.promotions.push_back(SomePromotion(i));
  }
  return rows;
}

inline Shop Of(const Rows& rows) {
  Shop shop;
  for (const PriceFact& fact : rows.facts) shop.Add(fact);
  for (const Offer& offer : rows.offers) shop.Add(offer);
  for (const ChannelPromotion& promotion : rows.promotions) shop.Add(promotion);
  return shop;
}

inline std::vector<Asked> SomeLines() {
  std::vector<Asked> lines;
  for (const char* sku : kSkus)
    if (Often()) lines.push_back({sku, Some(1, 5)});
  if (lines.empty() || Seldom()) lines.push_back({"A", Some(1, 5)});
  return lines;
}

inline Shopper SomeShopper() {
  Shopper shopper = Seldom() ? Stranger() : Member(Some(0, 4));
  if (shopper.is_member && Seldom()) shopper.plan_ids = {"plus"};
  if (Seldom()) shopper.newcomer = true;
  if (Seldom()) shopper.store_id = "S1";
  return shopper;
}

}  // namespace fairpoint::pricing::testing

#endif  // FAIRPOINT_PRICING_TESTING_SOME_SHOP_H_
