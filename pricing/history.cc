#include "pricing/history.h"

#include <algorithm>
#include <string>

#include "base/money.h"
#include "pricing/cap.h"

namespace fairpoint::pricing {
namespace {

// Keeps the lesser, or the earlier of two that are equal.
void Keep(const LeastOffered& offered, std::optional<LeastOffered>& least) {
  if (!least || offered.amount < least->amount ||
      (offered.amount == least->amount && offered.at < least->at))
    least = offered;
}

// What one unit costs by each of the channel's facts that counts within [first, last].
template <class Visit>  // (const LeastOffered&)
void VisitUnits(const SkuBook& history, const Channel& rule, base::Instant first,
                base::Instant last, base::Instant holds_as_of, const Visit& visit) {
  for (const Series& series : history.series()) {
    const Listing& listing = history.listings()[series.listing];
    const std::string_view channel_id =
        history.TextAt(history.channels()[listing.channel].channel_id);
    if (channel_id != rule.channel_id || series.audience != AudienceKind::kEveryone) continue;
    VisitCounting(history, listing, series, first, last, holds_as_of,
                  [&](const LiveFact& fact, base::Instant at) {
                    if (!IsCompared(fact)) return;
                    const int64_t paid = PaidOf(fact.amount, fact.tax_ppm, fact.platform_subsidy,
                                                rule.ignores_platform_subsidy);
                    visit(LeastOffered{
                        .amount = CapOf(paid, fact.pack, 1), .head_seq = fact.head_seq, .at = at});
                  });
  }
}

std::optional<LeastOffered> LeastOfFacts(const SkuBook& history, const Channel& rule,
                                         base::Instant from, base::Instant until) {
  std::optional<LeastOffered> least;
  VisitUnits(history, rule, from, {until.micros - 1}, until,
             [&least](const LeastOffered& one) { Keep(one, least); });
  if (!least || least->at > from) return least;
  const base::Instant before{from.micros - 1};
  VisitUnits(history, rule, before, before, until, [&least](const LeastOffered& one) {
    least->carried_in |= one.amount == least->amount;
  });
  return least;
}

bool HoldsFor(const LiveOffer& offer, base::Instant at) {
  return offer.audience.kind == OfferAudienceKind::kEveryone && offer.from <= at &&
         at < offer.until;
}

// Whether whoever may use `other` may use `offer` too.
bool HoldsWith(const LiveOffer& offer, const LiveOffer& other) {
  return (offer.scope.kind == ScopeKind::kAll || offer.scope == other.scope) &&
         (offer.scene.empty() || offer.scene == other.scene) &&
         (offer.session_id.empty() || offer.session_id == other.session_id);
}

// For one unit.
std::optional<int64_t> AmountOf(const LiveOffer& offer, std::span<const LiveOffer* const> of_sku,
                                base::Instant at) {
  if (offer.amount > 0) return offer.amount / offer.per_units;
  std::optional<int64_t> list;
  for (const LiveOffer* other : of_sku)
    if (other->kind == OfferKind::kList && other->amount > 0 && HoldsFor(*other, at) &&
        HoldsWith(*other, offer))
      list = std::min(list.value_or(INT64_MAX), other->amount / other->per_units);
  if (!list) return std::nullopt;
  bool fits = true;
  return base::MulDivFloor(*list, kBasisPoints - offer.off_bp, kBasisPoints, fits);
}

// A SKU's offers in one of our channels, and what caps them.
class OurOffers {
 public:
  OurOffers(const SkuBook& history, const ChannelBook& channel, const Rules& rules,
            const Channel& rule, base::Instant until)
      : history_(history), until_(until) {
    for (const LiveOffer& offer : history.offers())
      if (offer.channel_id == rule.channel_id) of_sku_.push_back(&offer);
    offers_ = of_sku_;
    for (const LiveOffer& offer : channel.offers()) offers_.push_back(&offer);
    market_.rules = &rules;
    market_.holds_as_of = until;
    for (const Channel& each : rules.channels)
      if (each.role == ChannelRole::kReference) market_.references.emplace_back().channel = &each;
  }

  std::optional<LeastOffered> LeastFrom(base::Instant from) {
    std::vector<base::Instant> instants{from};
    for (const LiveOffer* offer : offers_) {
      instants.push_back(offer->from);
      instants.push_back(offer->until);
    }
    instants = Within(std::move(instants), {from.micros - 1}, {until_.micros - 1});
    std::optional<LeastOffered> least;
    for (size_t i = 0; i < instants.size(); ++i) {
      const base::Instant end = i + 1 < instants.size() ? instants[i + 1] : until_;
      for (const LiveOffer* offer : offers_)
        if (const auto one = LeastOf(*offer, instants[i], {end.micros - 1})) Keep(*one, least);
    }
    if (least && least->at == from) least->carried_in = HeldBefore(*least, from);
    return least;
  }

 private:
  // Over [first, last], in which no offer begins or ends: at most what the reference channels ask.
  std::optional<LeastOffered> LeastOf(const LiveOffer& offer, base::Instant first,
                                      base::Instant last) {
    if (!HoldsFor(offer, first)) return std::nullopt;
    const std::optional<int64_t> amount = AmountOf(offer, of_sku_, first);
    if (!amount) return std::nullopt;
    for (ChannelState& state : market_.references) {
      state.first = first;
      state.last = last;
    }
    const auto cap = CapOf(market_, LeastUserOf(offer, *market_.rules), history_, 1);
    if (!cap || cap->amount >= *amount)
      return LeastOffered{*amount, offer.head_seq, IsWide(offer), first};
    return LeastOffered{cap->amount, offer.head_seq, IsWide(offer), cap->at};
  }

  bool IsWide(const LiveOffer& offer) const {
    return std::ranges::find(of_sku_, &offer) == of_sku_.end();
  }

  bool HeldBefore(const LeastOffered& least, base::Instant from) {
    const base::Instant before{from.micros - 1};
    return std::ranges::any_of(offers_, [&](const LiveOffer* offer) {
      if (offer->head_seq != least.head_seq || IsWide(*offer) != least.is_wide) return false;
      const auto one = LeastOf(*offer, before, before);
      return one && one->amount == least.amount;
    });
  }

  const SkuBook& history_;
  const base::Instant until_;
  std::vector<const LiveOffer*> of_sku_, offers_;
  Market market_;
};

}  // namespace

std::optional<LeastOffered> LeastOfferedIn(const SkuBook& history, const ChannelBook& channel,
                                           const Rules& rules, const Channel& rule,
                                           base::Instant from, base::Instant until) {
  if (until <= from) return std::nullopt;
  if (rule.role == ChannelRole::kPrivate)
    return OurOffers(history, channel, rules, rule, until).LeastFrom(from);
  return LeastOfFacts(history, rule, from, until);
}

}  // namespace fairpoint::pricing
