#include "pricing/market.h"

#include <algorithm>

namespace fairpoint::pricing {

Freshness FreshnessOf(const Channel& channel, const ChannelBook* book, base::Instant now) {
  if (book == nullptr || !book->was_fed()) return Freshness::kNeverFed;
  const auto complete = book->complete_as_of();
  const bool is_fresh = complete && now.micros < complete->micros + channel.fresh_for_micros;
  return is_fresh ? Freshness::kFresh : Freshness::kStale;
}

bool IsAtTill(const Market& market, const Shopper& shopper) {
  return std::ranges::any_of(market.references, [&shopper](const ChannelState& state) {
    return state.channel->channel_id == shopper.channel_id;
  });
}

Shopper LeastUserOf(const LiveOffer& offer, const Rules& rules) {
  Shopper shopper;
  shopper.channel_id = offer.channel_id;
  shopper.is_member = offer.audience.kind == OfferAudienceKind::kMembers ||
                      offer.audience.kind == OfferAudienceKind::kPlan;
  shopper.level = offer.audience.level;
  if (offer.audience.kind == OfferAudienceKind::kPlan) shopper.plan_ids = {offer.audience.plan_id};
  shopper.newcomer = offer.audience.kind == OfferAudienceKind::kNewcomers;
  if (offer.scope.kind == ScopeKind::kStore) {
    shopper.store_id = offer.scope.id;
    const auto region = rules.regions.find(offer.scope.id);
    if (region != rules.regions.end()) shopper.region = region->second;
  }
  if (offer.scope.kind == ScopeKind::kRegion) shopper.region = offer.scope.id;
  shopper.scene = offer.scene;
  shopper.session_id = offer.session_id;
  return shopper;
}

bool ScopeIncludes(ScopeKind kind, std::string_view id, const Shopper& shopper) {
  switch (kind) {
    case ScopeKind::kAll:
      return true;
    case ScopeKind::kRegion:
      return !id.empty() && id == shopper.region;
    case ScopeKind::kStore:
      return !id.empty() && id == shopper.store_id;
  }
  return false;
}

bool AudienceIncludes(AudienceKind kind, std::string_view plan_id, const Shopper& shopper) {
  switch (kind) {
    case AudienceKind::kEveryone:
      return true;
    case AudienceKind::kPlan:
      return std::ranges::find(shopper.plan_ids, plan_id) != shopper.plan_ids.end();
    case AudienceKind::kNewcomers:
      return shopper.newcomer;
  }
  return false;
}

bool AudienceIncludes(const OfferAudience& audience, const Shopper& shopper, int64_t level) {
  switch (audience.kind) {
    case OfferAudienceKind::kEveryone:
      return true;
    case OfferAudienceKind::kMembers:
      return level != kStranger && level >= audience.level;
    case OfferAudienceKind::kPlan:
      return shopper.is_member && AudienceIncludes(AudienceKind::kPlan, audience.plan_id, shopper);
    case OfferAudienceKind::kNewcomers:
      return shopper.newcomer;
  }
  return false;
}

int64_t LevelOf(const Shopper& shopper) { return shopper.is_member ? shopper.level : kStranger; }

}  // namespace fairpoint::pricing
