#include "pricing/basket.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "pricing/basket_cap.h"
#include "pricing/best_offer.h"
#include "pricing/clamp.h"
#include "pricing/line_price.h"
#include "pricing/next_change.h"

namespace fairpoint::pricing {
namespace {

// The lines at the offers of one level.
struct Try {
  int64_t level = kStranger;
  std::vector<BestOffer> offers;
  Lowered lowered;
  bool saleable = false;
  int64_t total = 0;
};

class Pricing {
 public:
  Pricing(const Market& market, const Shopper& shopper, std::span<const BasketLine> lines,
          int64_t shipping)
      : market_(market), shopper_(shopper), lines_(lines), shipping_(shipping) {}

  BasketPrice Price() {
    Compare();
    Try best = At(LevelOf(shopper_));
    if (std::ranges::all_of(price_.lines, IsFree)) {
      for (const int64_t level : LowerLevels()) {
        Try other = At(level);
        if (other.saleable && (!best.saleable || other.total < best.total)) best = std::move(other);
      }
    }
    if (const auto other = AsStranger(); other && (!best.saleable || other->total < best.total))
      best = *other;
    Conclude(best);
    return std::move(price_);
  }

  // The least of what was quoted and today's price, under today's caps. Today's is that of what is
  // offered today; where nothing is, the quote stands in for it, so that the same lines are one
  // order as when they are charged, and have the same caps.
  BasketPrice Honour() {
    std::vector<BasketLine> lines(lines_.begin(), lines_.end());
    for (size_t i = 0; i < lines.size(); ++i)
      if (OfferAt(i, shopper_, LevelOf(shopper_)).amount != kAbsent) lines[i].quoted = kAbsent;
    Pricing todays(market_, shopper_, lines, shipping_);
    BasketPrice today = todays.Price();
    for (size_t i = 0; i < lines.size(); ++i)
      if (lines[i].quoted != kAbsent) today.lines[i].amount = kAbsent;
    caps_ = std::move(todays.caps_);
    price_ = today;
    price_.obstacle = Obstacle::kNone;
    price_.total = kAbsent;
    std::vector<int64_t> least;  // of quote and today's
    for (size_t i = 0; i < lines_.size(); ++i) {
      PricedLine& line = price_.lines[i];
      const int64_t now = std::exchange(line.amount, kAbsent);
      const int64_t quoted = lines_[i].quoted;
      line.by_quote = quoted != kAbsent && (now == kAbsent || now > quoted);
      const int64_t asked = line.by_quote ? quoted : now;
      if (line.by_quote || asked == kAbsent) line.offered = asked;
      if (asked != kAbsent) {
        line.obstacle = Obstacle::kNone;
        line.obstacle_channel = kAbsent;
      } else if (price_.obstacle == Obstacle::kNone) {
        price_.obstacle = line.obstacle;
      }
      least.push_back(std::max<int64_t>(asked, 0));
    }
    const Lowered lowered = Lower(price_.lines, caps_, least, shipping_);
    price_.references = ReferencesOf(caps_, lowered);
    TellWhatLowered(today);
    if (lowered.shipping_above && price_.obstacle == Obstacle::kNone)
      price_.obstacle = Obstacle::kShippingAboveCap;
    int64_t total = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (price_.lines[i].offered != kAbsent) price_.lines[i].amount = lowered.amounts[i];
      total += lowered.amounts[i];
    }
    if (price_.obstacle == Obstacle::kNone) price_.total = total;
    return std::move(price_);
  }

 private:
  static bool IsFree(const PricedLine& line) {
    return line.obstacle == Obstacle::kNone || line.obstacle == Obstacle::kBelowMarginFloor;
  }

  // Where today's price is charged, what lowered that lowered the line too.
  void TellWhatLowered(const BasketPrice& today) {
    bool is_lowered = false;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const PricedLine& now = today.lines[i];
      is_lowered |= now.amount != kAbsent && now.amount < now.offered && !price_.lines[i].by_quote;
    }
    if (!is_lowered) return;
    for (BasketReference& each : price_.references)
      for (const BasketReference& then : today.references)
        each.caps |= then.channel == each.channel && then.caps;
  }

  // What does not depend on the level.
  void Compare() {
    price_.lines.resize(lines_.size());
    price_.next_change = NextChange(market_);
    price_.degraded = IsAtTill(market_, shopper_) &&
                      std::ranges::any_of(market_.references, [](const ChannelState& state) {
                        return state.freshness == Freshness::kNeverFed;
                      });
    std::vector<std::vector<LineCost>> costs(lines_.size());
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].book == nullptr) continue;
      price_.next_change = std::min(price_.next_change, NextChange(market_, *lines_[i].book));
      costs[i] = CostsOf(market_, shopper_, lines_[i]);
      Tell(costs[i], price_.lines[i]);
      for (const LineReference& each : price_.lines[i].references)
        price_.degraded |= IsStale(market_, each.channel);
    }
    own_offers_ = OffersAt(LevelOf(shopper_));
    // What is not sold is not part of the order.
    for (size_t i = 0; i < lines_.size(); ++i)
      if (lines_[i].book == nullptr || OfferedOf(lines_[i], own_offers_[i]) == kAbsent)
        costs[i].clear();
    caps_ = BasketCapsOf(market_, shopper_, lines_, costs, shipping_);
  }

  BestOffer OfferAt(size_t line, const Shopper& shopper, int64_t level) const {
    return lines_[line].book == nullptr ? BestOffer()
                                        : BestOfferFor(market_, shopper, level, lines_[line]);
  }

  std::vector<BestOffer> OffersAt(int64_t level) const {
    std::vector<BestOffer> offers;
    offers.reserve(lines_.size());
    for (size_t i = 0; i < lines_.size(); ++i) offers.push_back(OfferAt(i, shopper_, level));
    return offers;
  }

  std::vector<int64_t> LowerLevels() const {
    std::vector<int64_t> levels;
    if (!shopper_.is_member) return levels;
    levels.push_back(kStranger);
    for (const BasketLine& line : lines_) AppendLowerLevels(market_, shopper_, line, levels);
    std::ranges::sort(levels, std::greater<>());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    if (levels.size() > kLevelsTried) levels.erase(levels.begin() + kLevelsTried, levels.end() - 1);
    return levels;
  }

  Try At(int64_t level) {
    Try result;
    result.level = level;
    result.offers = level == LevelOf(shopper_) ? own_offers_ : OffersAt(level);
    std::vector<int64_t> offered;
    offered.reserve(lines_.size());
    for (size_t i = 0; i < lines_.size(); ++i)
      offered.push_back(std::max<int64_t>(OfferedOf(lines_[i], result.offers[i]), 0));
    result.lowered = Lower(price_.lines, caps_, offered, shipping_);
    result.saleable = !result.lowered.shipping_above;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const int64_t amount = result.lowered.amounts[i];
      const auto [obstacle, channel] = ObstacleOf(
          market_, shopper_, lines_[i], price_.lines[i].references, result.offers[i], amount);
      if (level == LevelOf(shopper_)) {
        price_.lines[i].obstacle = obstacle;
        price_.lines[i].obstacle_channel = channel;
      }
      result.saleable &= obstacle == Obstacle::kNone;
      result.total += amount;
    }
    return result;
  }

  // What a stranger without plans pays, under this shopper's caps: plans lower caps, and what is
  // taken off for one cap may leave more under the next.
  std::optional<Try> AsStranger() {
    if (shopper_.plan_ids.empty()) return std::nullopt;
    Shopper stranger = shopper_;
    stranger.is_member = false;
    stranger.level = 0;
    stranger.plan_ids.clear();
    const BasketPrice theirs = Pricing(market_, stranger, lines_, shipping_).Price();
    if (theirs.total == kAbsent) return std::nullopt;
    Try result;
    std::vector<int64_t> offered;
    for (size_t i = 0; i < lines_.size(); ++i) {
      result.offers.push_back(OfferAt(i, stranger, kStranger));
      offered.push_back(theirs.lines[i].amount);
    }
    result.lowered = Lower(price_.lines, caps_, offered, shipping_);
    result.saleable = !result.lowered.shipping_above;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const int64_t amount = result.lowered.amounts[i];
      // His caps may be below a floor that a stranger's are not.
      const Obstacle obstacle = ObstacleOf(market_, shopper_, lines_[i], price_.lines[i].references,
                                           result.offers[i], amount)
                                    .first;
      result.saleable &= obstacle == Obstacle::kNone;
      result.total += amount;
    }
    return result.saleable ? std::optional(std::move(result)) : std::nullopt;
  }

  void Conclude(const Try& best) {
    price_.level = best.level;
    for (size_t i = 0; i < lines_.size(); ++i) {
      PricedLine& line = price_.lines[i];
      if (best.saleable) line.obstacle = Obstacle::kNone;
      Tell(best.offers[i], line);
      line.offered = OfferedOf(lines_[i], best.offers[i]);
      if (line.obstacle == Obstacle::kNone)
        line.amount = best.lowered.amounts[i];
      else if (price_.obstacle == Obstacle::kNone)
        price_.obstacle = line.obstacle;
    }
    price_.references = ReferencesOf(caps_, best.lowered);
    if (best.saleable)
      price_.total = best.total;
    else if (price_.obstacle == Obstacle::kNone)
      price_.obstacle = Obstacle::kShippingAboveCap;
  }

  const Market& market_;
  const Shopper& shopper_;
  const std::span<const BasketLine> lines_;
  const int64_t shipping_;
  BasketPrice price_;
  std::vector<BestOffer> own_offers_;  // at the shopper's level
  std::vector<BasketCap> caps_;
};

}  // namespace

BasketPrice PriceBasket(const Market& market, const Shopper& shopper,
                        std::span<const BasketLine> lines, int64_t shipping) {
  const bool is_quoted =
      std::ranges::any_of(lines, [](const BasketLine& line) { return line.quoted != kAbsent; });
  if (!is_quoted) return Pricing(market, shopper, lines, shipping).Price();
  return Pricing(market, shopper, lines, shipping).Honour();
}

}  // namespace fairpoint::pricing
