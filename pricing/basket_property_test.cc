// What must hold of any prices. The caps are found again here the plain way: instant by instant,
// fact by fact.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pricing/basket.h"
#include "pricing/reference_order.h"
#include "pricing/testing/some_shop.h"

namespace fairpoint::pricing {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): generators, all of them

// What a SKU's listing there costs at an instant, by the rows alone.
class Naive {
 public:
  Naive(const Rows& rows, const Shopper& shopper, std::string channel_id, base::Instant at)
      : rows_(rows), shopper_(shopper), channel_id_(std::move(channel_id)), at_(at) {}

  std::optional<int64_t> AmountOf(const Asked& asked) const {
    std::optional<int64_t> least;
    for (const PriceFact& fact : rows_.facts)
      if (Counts(fact, asked.sku)) {
        const int64_t paid =
            fact.amount * (1'000'000 + fact.tax_ppm) / 1'000'000 - fact.platform_subsidy;
        const int64_t amount = asked.quantity * paid / fact.pack;
        least = least ? std::min(*least, amount) : amount;
      }
    return least;
  }

  std::optional<int64_t> ShippingOf(const Asked& asked) const {
    std::optional<int64_t> least;
    for (const PriceFact& fact : rows_.facts)
      if (Counts(fact, asked.sku)) least = std::min(least.value_or(fact.shipping), fact.shipping);
    return least;
  }

  std::vector<LivePromotion> Promotions() const {
    std::vector<LivePromotion> promotions;
    for (const ChannelPromotion& each : rows_.promotions) {
      if (each.channel_id != channel_id_ || !Includes(each.window)) continue;
      if (each.audience.kind == AudienceKind::kNewcomers && !shopper_.newcomer) continue;
      LivePromotion live;
      live.promotion_id = each.promotion_id;
      live.terms = each.terms;
      live.exclusive_group = each.exclusive_group;
      promotions.push_back(live);
    }
    std::ranges::sort(promotions, {}, &LivePromotion::promotion_id);
    return promotions;
  }

 private:
  bool Includes(const Window& window) const {
    return window.from <= at_ && (!window.until || at_ < *window.until);
  }
  bool Holds(const PriceFact& fact) const {
    return Includes(fact.window) && (!fact.held_until || *fact.held_until <= kNow);
  }
  bool Counts(const PriceFact& fact, const std::string& sku) const {
    if (fact.kind != FactKind::kPrice || fact.sku != sku || fact.channel_id != channel_id_)
      return false;
    if (!Holds(fact) || fact.condition != Condition::kNew || fact.third_party) return false;
    if (fact.scope.kind == ScopeKind::kStore && shopper_.store_id != fact.scope.id) return false;
    if (fact.audience.kind == AudienceKind::kPlan && shopper_.plan_ids.empty()) return false;
    return std::ranges::none_of(rows_.facts, [&](const PriceFact& other) {
      if (other.sku != sku || other.channel_id != channel_id_ ||
          other.listing_id != fact.listing_id || !Holds(other))
        return false;
      if (other.kind == FactKind::kWithdrawal) return other.source_seq >= fact.source_seq;
      return other.source_seq > fact.source_seq && other.scope == fact.scope &&
             other.audience == fact.audience;
    });
  }

  const Rows& rows_;
  const Shopper& shopper_;
  const std::string channel_id_;
  const base::Instant at_;
};

// All at which anything may change, and those just before and after.
std::set<base::Instant> InstantsOf(const Rows& rows) {
  std::set<base::Instant> instants;
  const auto add = [&](base::Instant at) {
    for (const int64_t micros : {at.micros - 1, at.micros, at.micros + 1})
      if (micros >= Seconds(-60).micros && micros <= Seconds(60).micros) instants.insert({micros});
  };
  for (const int64_t second : {-60, 0, 60}) add(Seconds(second));
  for (int64_t step = -8; step < 9; ++step) add(Seconds(step * 30));
  for (const PriceFact& fact : rows.facts) add(fact.window.from);
  return instants;
}

void CheckCaps(const Rows& rows, const Shopper& shopper, const std::vector<Asked>& lines,
               const BasketPrice& price, int64_t shipping) {
  for (const char* channel_id : kChannels) {
    for (const base::Instant at : InstantsOf(rows)) {
      const Naive naive(rows, shopper, channel_id, at);
      std::vector<ReferenceLine> order;
      int64_t ours = shipping, theirs = 0;
      for (size_t i = 0; i < lines.size(); ++i) {
        const auto amount = naive.AmountOf(lines[i]);
        if (!amount) continue;
        RC_ASSERT(price.lines[i].amount <= *amount);  // G1
        order.push_back({lines[i].sku, lines[i].quantity, *amount});
        ours += price.lines[i].amount;
        theirs = std::max(theirs, *naive.ShippingOf(lines[i]));
      }
      if (order.empty()) continue;
      const std::vector<LivePromotion> promotions = naive.Promotions();
      std::vector<const LivePromotion*> pointers;
      for (const LivePromotion& each : promotions) pointers.push_back(&each);
      RC_ASSERT(ours <= LeastTotal(order, pointers).goods + theirs);  // G2
    }
  }
}

RC_GTEST_PROP(PriceProperty, NothingIsChargedAboveACap, ()) {
  const Rows rows = SomeRows();
  const std::vector<Asked> lines = SomeLines();
  const Shopper shopper = SomeShopper();
  const int64_t shipping = Seldom() ? Some(0, 80) : 0;
  Shop shop = Of(rows);
  const BasketPrice price = shop.Basket(shopper, lines, shipping);
  if (price.total == kAbsent) return;
  int64_t total = 0;
  for (const PricedLine& line : price.lines) {
    RC_ASSERT(line.amount >= 0);
    RC_ASSERT(line.amount <= line.offered);
    total += line.amount;
  }
  RC_ASSERT(price.total == total);
  CheckCaps(rows, shopper, lines, price, shipping);
}

RC_GTEST_PROP(PriceProperty, AHigherLevelNeverPaysMore, ()) {
  const Rows rows = SomeRows();
  const std::vector<Asked> lines = SomeLines();
  Shopper shopper = SomeShopper();
  shopper.plan_ids.clear();
  Shop shop = Of(rows);
  shopper.is_member = false;
  shopper.level = 0;
  int64_t before = shop.Basket(shopper, lines).total;
  shopper.is_member = true;
  for (; shopper.level < 5; ++shopper.level) {
    const int64_t total = shop.Basket(shopper, lines).total;
    if (before != kAbsent) RC_ASSERT(total != kAbsent && total <= before);
    before = total;
  }
}

RC_GTEST_PROP(PriceProperty, AMembersSinglePriceIsNeverAboveAStrangers, ()) {
  const Rows rows = SomeRows();
  const Shopper shopper = SomeShopper();
  Shopper stranger = shopper;
  stranger.is_member = false;
  stranger.level = 0;
  stranger.plan_ids.clear();
  Shop shop = Of(rows);
  for (const Asked& line : SomeLines()) {
    const int64_t strangers = shop.Basket(stranger, {line}).total;
    const int64_t total = shop.Basket(shopper, {line}).total;
    if (strangers != kAbsent && total != kAbsent) RC_ASSERT(total <= strangers);
  }
}

RC_GTEST_PROP(PriceProperty, TheOrderOfArrivalDoesNotMatter, ()) {
  const Rows rows = SomeRows();
  Rows other = rows;
  for (size_t i = other.facts.size(); i > 1; --i)
    std::swap(other.facts[i - 1], other.facts[*rc::gen::inRange<size_t>(0, i)]);
  const std::vector<Asked> lines = SomeLines();
  const Shopper shopper = SomeShopper();
  Shop one = Of(rows), two = Of(other);
  const BasketPrice price = one.Basket(shopper, lines), again = two.Basket(shopper, lines);
  RC_ASSERT(price.total == again.total);
  RC_ASSERT(price.next_change == again.next_change);
  for (size_t i = 0; i < lines.size(); ++i) {
    RC_ASSERT(price.lines[i].amount == again.lines[i].amount);
    RC_ASSERT(price.lines[i].cap == again.lines[i].cap);
  }
}

RC_GTEST_PROP(PriceProperty, NothingChangesBeforeTheNextChange, ()) {
  const Rows rows = SomeRows();
  const std::vector<Asked> lines = SomeLines();
  const Shopper shopper = SomeShopper();
  Shop shop = Of(rows);
  const BasketPrice price = shop.Basket(shopper, lines);
  RC_ASSERT(price.next_change > kNow);
  const int64_t span = std::min<int64_t>(price.next_change.micros - kNow.micros, 1'000'000'000);
  for (const base::Instant later :
       {base::Instant{kNow.micros + span - 1}, base::Instant{kNow.micros + span / 2}}) {
    const BasketPrice then = shop.Basket(shopper, lines, 0, later);
    RC_ASSERT(then.total == price.total);
    RC_ASSERT(then.obstacle == price.obstacle);
    for (size_t i = 0; i < lines.size(); ++i)
      RC_ASSERT(then.lines[i].amount == price.lines[i].amount);
  }
}

}  // namespace
}  // namespace fairpoint::pricing
