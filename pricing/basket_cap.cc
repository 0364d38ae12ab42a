#include "pricing/basket_cap.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "pricing/reference_order.h"

namespace fairpoint::pricing {
namespace {

// A line that the channel lists at some instant.
struct Listed {
  uint32_t line = 0;
  const ListedChannel* channel = nullptr;  // in the line's book
  LineCost cost;                           // over all that is looked at
};

// One reference channel.
class ChannelCaps {
 public:
  ChannelCaps(const Market& market, uint32_t index, const Shopper& shopper,
              std::span<const BasketLine> lines, std::span<const Listed> listed,
              int64_t our_shipping)
      : market_(market),
        index_(index),
        shopper_(shopper),
        lines_(lines),
        listed_(listed),
        our_shipping_(our_shipping) {
    const ChannelState& state = market.references[index];
    if (state.book == nullptr) return;
    for (const LivePromotion& each : state.book->promotions())
      if (MayBeUsed(each, shopper, state.first, state.last)) promotions_.push_back(&each);
  }

  void AppendCaps(std::vector<BasketCap>& caps) const {
    const ChannelState& state = market_.references[index_];
    const std::vector<base::Instant> instants = Instants();
    if (instants.size() > kInstantsMax) return AppendBounds(caps);
    const size_t combinations_max =
        std::min(kCombinationsMax, kWorkMax / (instants.size() * listed_.size()));
    const auto first_of_channel = static_cast<std::ptrdiff_t>(caps.size());
    for (const base::Instant at : instants) {
      BasketCap cap = instants.size() == 1 ? CapAt(state.first, listed_, combinations_max)
                                           : CapAt(at, CostsAt(at), combinations_max);
      if (cap.lines.empty()) continue;
      const auto same =
          std::find_if(caps.begin() + first_of_channel, caps.end(),
                       [&](const BasketCap& each) { return each.lines == cap.lines; });
      if (same == caps.end())
        caps.push_back(std::move(cap));
      else if (cap.goods + cap.shipping < same->goods + same->shipping)
        *same = std::move(cap);
    }
  }

 private:
  // The first instant looked at, and all others at which something of the channel may change.
  std::vector<base::Instant> Instants() const {
    const ChannelState& state = market_.references[index_];
    std::vector<base::Instant> instants = {state.first};
    const auto add = [&](base::Instant at) {
      if (at > state.first && at <= state.last) instants.push_back(at);
    };
    for (const LivePromotion* promotion : promotions_) {
      add(promotion->from);
      add(promotion->until);
    }
    for (const Listed& each : listed_) AddInstants(each, add);
    std::ranges::sort(instants);
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    return instants;
  }

  template <class Add>
  void AddInstants(const Listed& listed, const Add& add) const {
    const SkuBook& book = *lines_[listed.line].book;
    for (const Listing& listing : book.ListingsOf(*listed.channel)) {
      for (const Withdrawal& withdrawal : book.WithdrawalsOf(listing)) add(withdrawal.from);
      for (const Series& series : book.SeriesOf(listing)) {
        if (!IsComparedFor(shopper_, book, series)) continue;
        for (const LiveFact& fact : book.FactsOf(series)) {
          if (IsHeld(fact, market_.holds_as_of)) continue;
          add(fact.from);
          add(fact.until);
        }
      }
    }
  }

  std::vector<Listed> CostsAt(base::Instant at) const {
    std::vector<Listed> result;
    for (const Listed& each : listed_) {
      const BasketLine& line = lines_[each.line];
      if (const auto cost = CostWithin(market_, index_, shopper_, *line.book, *each.channel,
                                       line.quantity, at, at))
        result.push_back({each.line, each.channel, *cost});
    }
    return result;
  }

  // Without what is told of promotions.
  BasketCap CapOfLines(base::Instant at, std::span<const Listed> listed) const {
    BasketCap cap;
    cap.channel = index_;
    cap.at = at;
    for (const Listed& each : listed) {
      cap.lines.push_back(each.line);
      cap.goods += each.cost.reference.amount;
      cap.shipping = std::max(cap.shipping, each.cost.shipping);
    }
    return cap;
  }

  // As one would order there: a SKU of several lines once.
  std::vector<ReferenceLine> OrderOf(std::span<const Listed> listed) const {
    std::vector<ReferenceLine> order;
    order.reserve(listed.size());
    for (const Listed& each : listed)
      order.push_back({.sku = lines_[each.line].sku,
                       .quantity = lines_[each.line].quantity,
                       .amount = each.cost.reference.amount,
                       .spare = each.cost.spare,
                       .next_dearer = each.cost.next_dearer});
    std::ranges::sort(order, {}, &ReferenceLine::sku);
    size_t kept = 0;
    for (size_t i = 1; i < order.size(); ++i) {
      if (order[i].sku != order[kept].sku) {
        order[++kept] = order[i];
        continue;
      }
      order[kept].quantity += order[i].quantity;
      order[kept].amount += order[i].amount;
      order[kept].spare += order[i].spare;
      order[kept].next_dearer += order[i].next_dearer;
    }
    if (!order.empty()) order.resize(kept + 1);
    return order;
  }

  BasketCap CapAt(base::Instant at, std::span<const Listed> listed, size_t combinations_max) const {
    BasketCap cap = CapOfLines(at, listed);
    std::vector<const LivePromotion*> holding;
    for (const LivePromotion* each : promotions_)
      if (each->from <= at && at < each->until) holding.push_back(each);
    if (holding.empty() || listed.empty()) return cap;
    ReferenceTotal total = LeastTotal(OrderOf(listed), holding, combinations_max);
    cap.goods = total.goods;
    cap.promotion_seqs = std::move(total.promotion_seqs);
    cap.bounded = total.bounded;
    return cap;
  }

  // Lower than the caps of every set of lines at every instant. What is always listed bears the
  // whole reduction. Where it cannot, or where nothing always is, each of the others bears the rest
  // by itself, for any of them may be the only one: what these leave is theirs together, so that
  // the shipping there is counted for them only as far as ours is.
  void AppendBounds(std::vector<BasketCap>& caps) const {
    std::vector<Listed> always, others, dearest(listed_.begin(), listed_.end());
    for (Listed& each : dearest) {
      each.cost.spare = 0;
      const Listed& least = listed_[static_cast<size_t>(&each - dearest.data())];
      const bool is_always = TakeGreatest(each);
      (is_always ? always : others).push_back(least);
    }
    int64_t reduction = GreatestReduction(OrderOf(dearest), promotions_);
    if (!always.empty()) {
      BasketCap cap = BoundOf(always, reduction);
      reduction -= SumOf(always) - cap.goods;
      caps.push_back(std::move(cap));
      if (reduction == 0) return;
    }
    for (const Listed& each : others) {
      BasketCap cap = BoundOf({&each, 1}, reduction);
      cap.shipping = always.empty() ? std::min(cap.shipping, our_shipping_) : our_shipping_;
      caps.push_back(std::move(cap));
    }
  }

  BasketCap BoundOf(std::span<const Listed> listed, int64_t reduction) const {
    BasketCap cap = CapOfLines(market_.references[index_].first, listed);
    cap.goods -= std::min(cap.goods, reduction);
    cap.bounded = true;
    return cap;
  }

  static int64_t SumOf(std::span<const Listed> listed) {
    int64_t sum = 0;
    for (const Listed& each : listed) sum += each.cost.reference.amount;
    return sum;
  }

  // The most that the line costs at any instant; whether the channel lists it at all of them.
  bool TakeGreatest(Listed& listed) const {
    const ChannelState& state = market_.references[index_];
    const BasketLine& line = lines_[listed.line];
    bool always = true;
    const auto look = [&](base::Instant at) {
      if (at < state.first || at > state.last) return;
      const auto cost =
          CostWithin(market_, index_, shopper_, *line.book, *listed.channel, line.quantity, at, at);
      if (!cost) {
        always = false;
        return;
      }
      const int64_t amount = cost->reference.amount + cost->spare;
      if (amount <= listed.cost.reference.amount) return;
      listed.cost.reference = cost->reference;
      listed.cost.reference.amount = amount;
    };
    look(state.first);
    AddInstants(listed, look);
    return always;
  }

  const Market& market_;
  const uint32_t index_;
  const Shopper& shopper_;
  const std::span<const BasketLine> lines_;
  const std::span<const Listed> listed_;
  const int64_t our_shipping_;
  std::vector<const LivePromotion*> promotions_;
};

}  // namespace

bool MayBeUsed(const LivePromotion& promotion, const Shopper& shopper, base::Instant first,
               base::Instant last) {
  return promotion.from <= last && promotion.until > first &&
         ScopeIncludes(promotion.scope.kind, promotion.scope.id, shopper) &&
         AudienceIncludes(promotion.audience.kind, promotion.audience.plan_id, shopper);
}

std::vector<BasketCap> BasketCapsOf(const Market& market, const Shopper& shopper,
                                    std::span<const BasketLine> lines,
                                    std::span<const std::vector<LineCost>> costs,
                                    int64_t shipping) {
  std::vector<std::vector<Listed>> by_channel(market.references.size());
  for (std::vector<Listed>& listed : by_channel) listed.reserve(lines.size());
  for (uint32_t i = 0; i < lines.size(); ++i) {
    if (costs[i].empty()) continue;
    auto cost = costs[i].begin();
    VisitListed(market, *lines[i].book, [&](uint32_t channel, const ListedChannel& listed) {
      if (cost == costs[i].end() || cost->reference.channel != channel) return;
      by_channel[channel].push_back({i, &listed, *cost++});
    });
  }
  std::vector<BasketCap> caps;
  for (uint32_t index = 0; index < by_channel.size(); ++index)
    if (!by_channel[index].empty())
      ChannelCaps(market, index, shopper, lines, by_channel[index], shipping).AppendCaps(caps);
  return caps;
}

}  // namespace fairpoint::pricing
