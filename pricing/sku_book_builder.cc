#include "pricing/sku_book_builder.h"

#include <algorithm>

#include "pricing/series_facts.h"

namespace fairpoint::pricing {
namespace {

// Keeps those that no other makes needless: descending by number, each earlier than those before.
void Insert(const Withdrawal& withdrawal, std::vector<Withdrawal>& withdrawals) {
  const auto covers = [](const Withdrawal& one, const Withdrawal& other) {
    return one.source_seq >= other.source_seq && one.from <= other.from;
  };
  for (const Withdrawal& each : withdrawals)
    if (covers(each, withdrawal)) return;
  std::erase_if(withdrawals, [&](const Withdrawal& each) { return covers(withdrawal, each); });
  const auto place = std::lower_bound(
      withdrawals.begin(), withdrawals.end(), withdrawal.source_seq,
      [](const Withdrawal& each, int64_t source_seq) { return each.source_seq > source_seq; });
  withdrawals.insert(place, withdrawal);
}

bool IsForEveryone(const SkuBookBuilder::SeriesKey& key) {
  return key.scope.kind == ScopeKind::kAll && key.audience.kind == AudienceKind::kEveryone;
}

}  // namespace

void SkuBookBuilder::Saw(int64_t head_seq, base::Instant recorded_at) {
  version_ = std::max(version_, head_seq);
  last_recorded_at_ = std::max(last_recorded_at_, recorded_at);
}

void SkuBookBuilder::TakeAny(const PriceFact& fact) {
  Saw(fact.head_seq, fact.recorded_at);
  if (fact.kind == FactKind::kConfirmation) return TakeConfirmation(fact);
  ListingDraft& listing = channels_[fact.channel_id][fact.listing_id];
  if (fact.kind == FactKind::kWithdrawal)
    return Insert(Withdrawal{fact.head_seq, fact.source_seq, fact.window.from},
                  listing.withdrawals);
  SeriesDraft& series = listing.series[{fact.scope, fact.audience}];
  series.source_seq_max = std::max(series.source_seq_max, fact.source_seq);
  Insert(LiveOf(fact), series.facts);
}

void SkuBookBuilder::TakeConfirmation(const PriceFact& confirmation) {
  for (auto& [channel_id, listings] : channels_)
    for (auto& [listing_id, listing] : listings)
      for (auto& [key, series] : listing.series)
        for (LiveFact& fact : series.facts)
          if (fact.head_seq == confirmation.confirms_seq)
            fact.held_until = std::min(fact.held_until, confirmation.recorded_at);
}

std::optional<UnitPrice> SkuBookBuilder::LeastAt(const ChannelDraft& channel,
                                                 base::Instant at) const {
  LeastUnitPrice price(at);
  for (const auto& [listing_id, listing] : channel)
    for (const auto& [key, series] : listing.series)
      if (IsForEveryone(key)) price.See(series.facts, listing.withdrawals);
  return price.least();
}

void SkuBookBuilder::Take(const PriceFact& fact) {
  if (fact.kind != FactKind::kPrice || !IsForEveryone({fact.scope, fact.audience}))
    return TakeAny(fact);
  const base::Instant at = TurnInstantOf(fact, last_recorded_at_);
  const ChannelDraft& channel = channels_[fact.channel_id];
  const std::optional<UnitPrice> before = LeastAt(channel, at);
  TakeAny(fact);
  const std::optional<UnitPrice> after = LeastAt(channel, at);
  std::optional<UnitPrice> elsewhere;
  for (const auto& [channel_id, other] : channels_) {
    if (channel_id == fact.channel_id) continue;
    const std::optional<UnitPrice> price = LeastAt(other, at);
    if (price && (!elsewhere || *price < *elsewhere)) elsewhere = price;
  }
  if (!IsTurn(before, after, elsewhere)) return;
  if (turns_.size() == kTurnsMax) turns_.erase(turns_.begin());
  turns_.push_back({fact.channel_id, fact.recorded_at});
}

void SkuBookBuilder::Take(const Offer& offer) {
  Saw(offer.head_seq, offer.recorded_at);
  pricing::Take(offer, offers_);
}

void SkuBookBuilder::TakeHistory(std::span<const PriceFact> facts, std::span<const Offer> offers) {
  for (const PriceFact& fact : facts) TakeAny(fact);
  for (const Offer& offer : offers) Saw(offer.head_seq, offer.recorded_at);
  offers_.live = HistoryOf(offers);
}

void SkuBookBuilder::LeaveOut() {
  if (version_ == 0) return;
  LeaveOutEnded({last_recorded_at_.micros - kLookBackMicros}, offers_);
  for (auto& [channel_id, listings] : channels_) {
    for (auto& [listing_id, listing] : listings) {
      for (auto& [key, series] : listing.series)
        LeaveOutNeedless(series.facts, listing.withdrawals, last_recorded_at_);
      LeaveOutNeedless(listing.withdrawals, last_recorded_at_);
    }
  }
}

}  // namespace fairpoint::pricing
