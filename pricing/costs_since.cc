#include "pricing/costs_since.h"

#include <algorithm>
#include <vector>

#include "pricing/basket.h"
#include "pricing/basket_cap.h"
#include "pricing/cap.h"
#include "pricing/promotion_steps.h"
#include "pricing/reference_order.h"

namespace fairpoint::pricing {
namespace {

// The latest instant up to now of those told.
class Latest {
 public:
  explicit Latest(base::Instant now) : now_(now) {}

  void At(base::Instant at) {
    if (at <= now_) latest_ = std::max(latest_, at);
  }
  base::Instant get() const { return latest_; }

 private:
  base::Instant now_;
  base::Instant latest_{INT64_MIN};
};

// What facts of the channel say. False: one that is over and not kept may have said otherwise
// before what is kept.
bool AtFacts(const Market& market, const Shopper& shopper, const SkuBook& book,
             const ListedChannel& listed, Latest& latest) {
  bool is_all_kept = true;
  for (const Listing& listing : book.ListingsOf(listed)) {
    for (const Withdrawal& withdrawal : book.WithdrawalsOf(listing)) latest.At(withdrawal.from);
    for (const Series& series : book.SeriesOf(listing)) {
      if (!IsComparedFor(shopper, book, series)) continue;
      bool is_latest = false;
      VisitCounting(book, listing, series, market.now, market.now, market.holds_as_of,
                    [&](const LiveFact& fact, base::Instant) {
                      latest.At(fact.from);
                      is_latest = fact.source_seq == series.source_seq_max;
                    });
      const std::span<const LiveFact> facts = book.FactsOf(series);
      for (const LiveFact& fact : facts) {
        if (!IsHeld(fact, market.holds_as_of)) latest.At(fact.until);
      }
      is_all_kept &= is_latest;
    }
  }
  return is_all_kept;
}

void AtPromotions(const ChannelBook& channel, const Shopper& shopper, const ReferenceLine& line,
                  Latest& latest) {
  StepSpace space;
  for (const LivePromotion& promotion : channel.promotions()) {
    const PromotionStep step(promotion, {&line, 1});
    if (!MayBeUsed(promotion, shopper, base::Instant{INT64_MIN}, kNever) || !step.MayApply() ||
        step.Greatest(&line.amount, OfLines::kAll, space) == 0)
      continue;
    latest.At(promotion.from);
    latest.At(promotion.until);
  }
}

}  // namespace

std::optional<base::Instant> CostsSince(const Market& market, const Shopper& shopper,
                                        std::string_view sku, const SkuBook& book,
                                        const PageCosts::Cost& cost) {
  const auto channel = static_cast<uint32_t>(cost.channel);
  const ChannelState& state = market.references[channel];
  // Of a promotion that was withdrawn, or ended long ago, only its number is kept.
  if (state.book != nullptr && state.book->has_ended_promotions()) return std::nullopt;
  Market now = market;
  now.references[channel].first = now.references[channel].last = market.now;
  Latest latest(market.now);
  bool is_all_kept = false;
  std::optional<LineCost> goods;
  VisitListed(market, book, [&](uint32_t index, const ListedChannel& listed) {
    if (index != channel) return;
    goods = CostOf(now, channel, shopper, book, listed, 1);
    is_all_kept = AtFacts(market, shopper, book, listed, latest);
  });
  if (!goods) return std::nullopt;
  const BasketLine line{.sku = sku, .quantity = 1, .book = &book};
  const std::vector<LineCost> costs = {*goods};
  const std::vector<BasketCap> caps = BasketCapsOf(now, shopper, {&line, 1}, {&costs, 1}, 0);
  if (caps.size() != 1 || caps[0].bounded || caps[0].goods != cost.amount) return std::nullopt;
  if (state.book != nullptr)
    AtPromotions(*state.book, shopper, {sku, 1, goods->reference.amount + goods->spare}, latest);
  if (!is_all_kept && latest.get().micros < market.now.micros - kLookBackMicros)
    return std::nullopt;
  return latest.get();
}

}  // namespace fairpoint::pricing
