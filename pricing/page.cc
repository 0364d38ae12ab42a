#include "pricing/page.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "pricing/basket_cap.h"
#include "pricing/best_offer.h"
#include "pricing/cap.h"
#include "pricing/line_price.h"
#include "pricing/next_change.h"
#include "pricing/series_facts.h"

namespace fairpoint::pricing {
namespace {

constexpr uint64_t BitOf(size_t channel) { return uint64_t{1} << channel; }

bool IsForEveryone(const LivePromotion& promotion) {
  return promotion.scope.kind == ScopeKind::kAll &&
         promotion.audience.kind == AudienceKind::kEveryone;
}

PageCosts::Cost CostOf(const LineReference& reference) {
  return {reference.amount, reference.head_seq, static_cast<int32_t>(reference.channel)};
}

// Whose cap made a basket of one line cheaper than was offered.
int64_t LoweredBy(const BasketPrice& basket) {
  const PricedLine& line = basket.lines.front();
  if (line.amount == kAbsent || line.amount >= line.offered) return kAbsent;
  if (line.amount == line.cap) return line.capped_by.channel;
  const BasketReference* least = nullptr;
  for (const BasketReference& each : basket.references)
    if (each.caps &&
        (least == nullptr || each.goods + each.shipping < least->goods + least->shipping))
      least = &each;
  return least == nullptr ? kAbsent : static_cast<int64_t>(least->channel);
}

}  // namespace

Page::Page(const Market& market, const Shopper& shopper)
    : market_(market), shopper_(shopper), next_change_(NextChange(market)) {
  const std::vector<ChannelState>& references = market.references;
  has_few_channels_ = references.size() <= std::numeric_limits<uint64_t>::digits;
  if (!has_few_channels_) return;
  for (size_t i = 0; i < references.size(); ++i) {
    const ChannelState& state = references[i];
    if (state.freshness != Freshness::kFresh) not_fresh_ |= BitOf(i);
    is_fed_ &= state.freshness != Freshness::kNeverFed;
    if (state.book == nullptr) continue;
    for (const LivePromotion& each : state.book->promotions()) {
      if (MayBeUsed(each, shopper, state.first, state.last)) promoted_ |= BitOf(i);
      promotions_are_for_all_ &= IsForEveryone(each);
    }
  }
}

PagePrice Page::Price(std::string_view sku, const SkuBook* book) const {
  const BasketLine line{.sku = sku, .quantity = 1, .book = book};
  if (book == nullptr || !has_few_channels_ || !is_fed_) return ByBasket(line);
  const PageCosts costs = CostsOf(line);
  PageCosts::Cost cap = costs.least;
  if ((costs.channels & promoted_) != 0 && costs.promoted.channel != PageCosts::kNowhere &&
      costs.promoted.amount < cap.amount)
    cap = costs.promoted;
  PagePrice price;
  const BestOffer offer = BestOfferFor(market_, shopper_, LevelOf(shopper_), line);
  Tell(offer, price);
  price.offered = offer.amount;
  price.cap = costs.least;
  const bool is_capped = cap.channel != PageCosts::kNowhere;
  const int64_t amount = is_capped ? std::min(price.offered, cap.amount) : price.offered;
  std::vector<LineReference> stale;
  if ((costs.channels & not_fresh_) != 0) stale = StaleReferencesOf(*book);
  price.degraded = !stale.empty();
  price.obstacle = ObstacleOf(market_, shopper_, line, stale, offer, amount).first;
  // At a lower level there may be another floor.
  if (price.obstacle == Obstacle::kBelowMarginFloor && shopper_.is_member) return ByBasket(line);
  price.next_change = std::min(next_change_, costs.until);
  if (price.obstacle != Obstacle::kNone) return price;
  price.amount = amount;
  if (amount < price.offered) price.lowered_by = cap.channel;
  if (costs.dearest.channel != PageCosts::kNowhere && costs.dearest.amount > amount)
    price.dearest = costs.dearest;
  return price;
}

PageCosts Page::CostsOf(const BasketLine& line) const {
  PageCosts costs;
  if (line.book->page_memory().Load(costs) && IsStillRight(costs)) return costs;
  costs = CostsNow(line);
  if (MayBeRemembered(costs, *line.book)) line.book->page_memory().Store(costs);
  return costs;
}

bool Page::IsStillRight(const PageCosts& costs) const {
  if (costs.rules_version != market_.rules->version || market_.now < costs.at ||
      market_.now >= costs.until || (costs.channels & not_fresh_) != 0)
    return false;
  if ((costs.channels & promoted_) == 0) return costs.promotions_serial == 0;
  return promotions_are_for_all_ && costs.promotions_serial != 0 &&
         costs.promotions_serial == market_.promotions_serial;
}

// Of channels that are not fresh more is looked at, and what is for some depends on who asks.
bool Page::MayBeRemembered(const PageCosts& costs, const SkuBook& book) const {
  if (market_.rules->version == 0 || (costs.channels & not_fresh_) != 0) return false;
  if ((costs.channels & promoted_) != 0 &&
      (!promotions_are_for_all_ || costs.promotions_serial == 0))
    return false;
  return std::ranges::all_of(book.series(),
                             [](const Series& series) { return IsForEveryone(series); });
}

PageCosts Page::CostsNow(const BasketLine& line) const {
  PageCosts costs;
  std::vector<LineCost> promoted;
  const auto tell_dearest = [&](const PageCosts::Cost& cost) {
    if ((BitOf(static_cast<size_t>(cost.channel)) & not_fresh_) != 0) return;
    if (costs.dearest.channel == PageCosts::kNowhere || cost.amount > costs.dearest.amount)
      costs.dearest = cost;
  };
  VisitListed(market_, *line.book, [&](uint32_t channel, const ListedChannel& listed) {
    costs.channels |= BitOf(channel);
    const auto cost = pricing::CostOf(market_, channel, shopper_, *line.book, listed, 1);
    if (!cost) return;
    const PageCosts::Cost one = CostOf(cost->reference);
    if (costs.least.channel == PageCosts::kNowhere || one.amount < costs.least.amount)
      costs.least = one;
    if ((BitOf(channel) & promoted_) != 0) return promoted.push_back(*cost);
    tell_dearest(one);
  });
  costs.at = market_.now;
  costs.until = NextChange(market_, *line.book);
  costs.rules_version = market_.rules->version;
  if ((costs.channels & promoted_) == 0) return costs;
  costs.until = std::min(costs.until, next_change_);
  costs.promotions_serial = market_.promotions_serial;
  for (const Order& order : OrdersOf(line, promoted)) {
    if (costs.promoted.channel == PageCosts::kNowhere ||
        order.with_shipping < costs.promoted.amount)
      costs.promoted = {order.with_shipping, 0, order.goods.channel};
    tell_dearest(order.goods);
  }
  return costs;
}

std::vector<Page::Order> Page::OrdersOf(const BasketLine& line,
                                        const std::vector<LineCost>& costs) const {
  std::vector<Order> orders;
  for (const BasketCap& cap : BasketCapsOf(market_, shopper_, {&line, 1}, {&costs, 1}, 0)) {
    const auto cost = std::ranges::find(
        costs, cap.channel, [](const LineCost& each) { return each.reference.channel; });
    orders.push_back({{cap.goods, cost->reference.head_seq, static_cast<int32_t>(cap.channel)},
                      cap.goods + cap.shipping});
  }
  return orders;
}

std::vector<LineReference> Page::StaleReferencesOf(const SkuBook& book) const {
  std::vector<LineReference> references;
  VisitListed(market_, book, [&](uint32_t channel, const ListedChannel& listed) {
    if ((BitOf(channel) & not_fresh_) == 0) return;
    if (const auto cost = pricing::CostOf(market_, channel, shopper_, book, listed, 1))
      references.push_back(cost->reference);
  });
  return references;
}

PagePrice Page::ByBasket(const BasketLine& line) const {
  const BasketPrice basket = PriceBasket(market_, shopper_, {&line, 1}, 0);
  const PricedLine& priced = basket.lines.front();
  PagePrice price;
  price.obstacle = basket.obstacle;
  price.list_amount = priced.list_amount;
  price.offered = priced.offered;
  price.amount = priced.amount;
  price.offer_seq = priced.offer_seq;
  price.is_wide = priced.is_wide;
  price.introductory = priced.introductory;
  price.stocked = priced.stocked;
  price.degraded = basket.degraded;
  if (priced.cap != kAbsent) price.cap = CostOf(priced.capped_by);
  price.lowered_by = LoweredBy(basket);
  price.next_change = basket.next_change;
  for (const BasketReference& each : basket.references) {
    if (market_.references[each.channel].freshness != Freshness::kFresh) continue;
    if (price.amount == kAbsent || each.goods <= price.amount) continue;
    if (price.dearest.channel != PageCosts::kNowhere && each.goods <= price.dearest.amount)
      continue;
    const auto line_there =
        std::ranges::find(priced.references, each.channel, &LineReference::channel);
    price.dearest = {each.goods, line_there->head_seq, static_cast<int32_t>(each.channel)};
  }
  return price;
}

}  // namespace fairpoint::pricing
