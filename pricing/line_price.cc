#include "pricing/line_price.h"

namespace fairpoint::pricing {

namespace {

std::pair<Obstacle, int64_t> FeedObstacleOf(const Market& market,
                                            std::span<const LineReference> references) {
  for (size_t i = 0; i < market.references.size(); ++i)
    if (market.references[i].freshness == Freshness::kNeverFed)
      return {Obstacle::kChannelNeverFed, static_cast<int64_t>(i)};
  for (const LineReference& each : references)
    if (IsStale(market, each.channel) &&
        market.references[each.channel].channel->when_stale == WhenStale::kNotSaleable)
      return {Obstacle::kChannelStale, each.channel};
  return {Obstacle::kNone, kAbsent};
}

}  // namespace

std::pair<Obstacle, int64_t> ObstacleOf(const Market& market, const Shopper& shopper,
                                        const BasketLine& line,
                                        std::span<const LineReference> references,
                                        const BestOffer& offer, int64_t amount) {
  if (line.book == nullptr || line.book->version() == 0) return {Obstacle::kSkuUnknown, kAbsent};
  if (line.quoted != kAbsent) return {Obstacle::kNone, kAbsent};
  if (offer.amount == kAbsent && offer.sold_out) return {Obstacle::kOfferSoldOut, kAbsent};
  if (offer.amount == kAbsent)
    return {offer.for_others ? Obstacle::kMembersOnly : Obstacle::kNoOffer, kAbsent};
  if (const auto feed = FeedObstacleOf(market, references);
      feed.first != Obstacle::kNone && !IsAtTill(market, shopper))
    return feed;
  if (amount < offer.floor_amount) return {Obstacle::kBelowMarginFloor, kAbsent};
  return {Obstacle::kNone, kAbsent};
}

}  // namespace fairpoint::pricing
