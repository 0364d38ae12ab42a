#include "pricing/next_change.h"

#include <algorithm>

namespace fairpoint::pricing {
namespace {

// The earliest instant after the market's at which one of those told matters.
class Earliest {
 public:
  explicit Earliest(const Market& market)
      : now_(market.now.micros), tolerance_(market.rules->clock_tolerance_micros) {
    for (const ChannelState& state : market.references)
      looks_back_ |= state.freshness == Freshness::kStale;
  }

  void At(base::Instant at) {
    if (at.micros > now_) earliest_ = std::min(earliest_, at);
  }

  // Of what is looked at with the tolerance: it comes into sight before, and goes out after.
  void Around(base::Instant at) {
    if (at == kNever) return;
    if (at.micros - tolerance_ > now_)
      At({at.micros - tolerance_});
    else if (at.micros + tolerance_ > now_)
      At({at.micros + tolerance_});
    else if (looks_back_)
      At({at.micros + kLookBackMicros});
  }

  base::Instant get() const { return earliest_; }

 private:
  int64_t now_;
  int64_t tolerance_;
  bool looks_back_ = false;
  base::Instant earliest_ = kNever;
};

void AtOffers(std::span<const LiveOffer> offers, Earliest& earliest) {
  for (const LiveOffer& offer : offers) {
    earliest.At(offer.from);
    earliest.At(offer.until);
  }
}

}  // namespace

base::Instant NextChange(const Market& market) {
  Earliest earliest(market);
  if (market.own != nullptr) AtOffers(market.own->offers(), earliest);
  for (const ChannelState& state : market.references) {
    if (state.book == nullptr) continue;
    for (const LivePromotion& promotion : state.book->promotions()) {
      earliest.Around(promotion.from);
      earliest.Around(promotion.until);
    }
    if (state.freshness == Freshness::kFresh)
      earliest.At({state.book->complete_as_of()->micros + state.channel->fresh_for_micros});
  }
  return earliest.get();
}

base::Instant NextChange(const Market& market, const SkuBook& book) {
  Earliest earliest(market);
  AtOffers(book.offers(), earliest);
  for (const LiveFact& fact : book.facts()) {
    earliest.Around(fact.from);
    earliest.Around(fact.until);
    earliest.At(fact.held_until);
  }
  for (const Withdrawal& withdrawal : book.withdrawals()) earliest.Around(withdrawal.from);
  return earliest.get();
}

}  // namespace fairpoint::pricing
