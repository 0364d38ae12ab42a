#include "pricing/live_offer.h"

#include <algorithm>
#include <tuple>

#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

using Name = std::pair<std::string_view, std::string_view>;

Name NameOf(const LiveOffer& offer) { return {offer.channel_id, offer.offer_id}; }
Name NameOf(const Offer& offer) { return {offer.channel_id, offer.offer_id}; }
auto NumberedNameOf(const LiveOffer& offer) { return std::tuple(NameOf(offer), offer.revision); }

EndedNumbers::Name KeyOf(const LiveOffer& offer) {
  return EndedNumbers::NameOf(offer.channel_id, offer.offer_id);
}

// Nobody can ever buy at it.
bool IsOver(const Offer& offer) { return offer.withdrawn || offer.sold_out; }

// Of a vector of LiveOffers, const or not.
template <class Offers>
auto RevisionsOf(const Name& name, Offers& offers) {
  const auto [first, last] = std::ranges::equal_range(
      offers, name, {}, [](const LiveOffer& each) { return NameOf(each); });
  return std::span(first, last);
}

bool IsHighest(std::span<const LiveOffer> offers, size_t index) {
  return index + 1 == offers.size() || NameOf(offers[index]) != NameOf(offers[index + 1]);
}

// Of the offer's revisions but the highest those that ended at or before `bound`.
void LeaveOutReplaced(const Name& name, base::Instant bound, std::vector<LiveOffer>& offers) {
  const std::span<LiveOffer> revisions = RevisionsOf(name, offers);
  int64_t gone_up_to = revisions.back().gone_up_to;
  for (const LiveOffer& each : revisions.first(revisions.size() - 1))
    if (each.until <= bound) gone_up_to = std::max(gone_up_to, each.revision);
  for (LiveOffer& each : revisions) each.gone_up_to = gone_up_to;
  const int64_t highest = revisions.back().revision;
  std::erase_if(offers, [&](const LiveOffer& each) {
    return NameOf(each) == name && each.revision != highest && each.until <= bound;
  });
}

void Write(base::CanonicalWriter& out, const LiveOffer& offer) {
  out.I64(offer.head_seq).I64(offer.revision).Bytes(offer.channel_id).Bytes(offer.offer_id);
  out.U8(offer.sold_out ? 1 : 0);
  WriteEnum(out, offer.kind);
  Write(out, offer.audience);
  out.U8(offer.introductory ? 1 : 0);
  out.I64(offer.amount).I64(offer.per_units).I64(offer.off_bp).I64(offer.floor_amount);
  Write(out, offer.scope);
  out.I64(offer.from.micros).I64(offer.until.micros);
  out.Bytes(offer.scene).Bytes(offer.session_id).I64(offer.stock).I64(offer.gone_up_to);
}

LiveOffer ReadOne(base::CanonicalReader& in, bool& known) {
  LiveOffer offer;
  offer.head_seq = in.I64();
  offer.revision = in.I64();
  offer.channel_id = in.Bytes();
  offer.offer_id = in.Bytes();
  offer.sold_out = ReadBool(in, known);
  offer.kind = ReadEnum(in, OfferKind::kIntroductory, known);
  offer.audience = ReadOfferAudience(in, known);
  offer.introductory = ReadBool(in, known);
  offer.amount = in.I64();
  offer.per_units = in.I64();
  offer.off_bp = in.I64();
  offer.floor_amount = in.I64();
  offer.scope = ReadScope(in, known);
  offer.from.micros = in.I64();
  offer.until.micros = in.I64();
  offer.scene = in.Bytes();
  offer.session_id = in.Bytes();
  offer.stock = in.I64();
  offer.gone_up_to = in.I64();
  return offer;
}

}  // namespace

LiveOffer LiveOf(const Offer& offer) {
  LiveOffer live;
  live.head_seq = offer.head_seq;
  live.revision = offer.revision;
  live.channel_id = offer.channel_id;
  live.offer_id = offer.offer_id;
  live.kind = offer.kind;
  live.audience = offer.audience;
  live.introductory = offer.introductory;
  live.amount = offer.amount;
  live.per_units = offer.per_units;
  live.off_bp = offer.off_bp;
  live.floor_amount = offer.floor_amount;
  live.scope = offer.scope;
  live.from = offer.window.from;
  live.until = offer.window.until.value_or(kNever);
  live.scene = offer.scene;
  live.session_id = offer.session_id;
  live.stock = offer.stock;
  return live;
}

void Take(const Offer& offer, KeptOffers& offers) {
  const Name name = NameOf(offer);
  const EndedNumbers::Name key = EndedNumbers::NameOf(offer.channel_id, offer.offer_id);
  const std::span<LiveOffer> revisions = RevisionsOf(name, offers.live);
  const auto same = std::ranges::find(revisions, offer.revision, &LiveOffer::revision);
  if (same != revisions.end()) {
    if (!offer.sold_out) return;
    same->sold_out = true;
    same->head_seq = offer.head_seq;
    return;
  }
  const int64_t gone_up_to =
      revisions.empty() ? offers.ended.NumberOf(key) : revisions.back().gone_up_to;
  if (offer.revision <= gone_up_to) return;
  if (IsOver(offer)) {
    if (offer.sold_out && !revisions.empty()) return;
    for (LiveOffer& each : revisions) each.gone_up_to = offer.revision;
    std::erase_if(offers.live, [&](const LiveOffer& each) {
      return NameOf(each) == name && each.revision < offer.revision;
    });
    if (RevisionsOf(name, offers.live).empty()) offers.ended.Put(key, offer.revision);
    return;
  }
  offers.ended.Erase(key);
  LiveOffer live = LiveOf(offer);
  live.gone_up_to = gone_up_to;
  for (LiveOffer& each : revisions) {
    if (each.revision < live.revision) {
      each.until = std::min(each.until, live.from);
    } else {
      live.until = std::min(live.until, each.from);
    }
  }
  const auto place = std::ranges::find_if(offers.live, [&live](const LiveOffer& each) {
    return NumberedNameOf(each) > NumberedNameOf(live);
  });
  offers.live.insert(place, std::move(live));
  LeaveOutReplaced(name, offer.recorded_at, offers.live);
  std::erase_if(offers.live, [&name](const LiveOffer& each) {
    return NameOf(each) == name && each.until <= each.from;
  });
}

void LeaveOutEnded(base::Instant bound, KeptOffers& offers) {
  for (size_t i = 0; i < offers.live.size();) {
    const LiveOffer& each = offers.live[i];
    if (each.until > bound) {
      ++i;
    } else if (IsHighest(offers.live, i)) {
      offers.ended.Put(KeyOf(each), each.revision);
      offers.live.erase(offers.live.begin() + static_cast<ptrdiff_t>(i));
    } else {
      const std::string channel_id = each.channel_id, offer_id = each.offer_id;
      LeaveOutReplaced({channel_id, offer_id}, bound, offers.live);
    }
  }
}

int64_t RevisionOf(std::string_view channel_id, std::string_view offer_id,
                   const KeptOffers& offers) {
  const auto revisions = RevisionsOf(Name{channel_id, offer_id}, offers.live);
  return revisions.empty() ? offers.ended.NumberOf(EndedNumbers::NameOf(channel_id, offer_id))
                           : revisions.back().revision;
}

std::vector<LiveOffer> HistoryOf(std::span<const Offer> offers) {
  std::vector<const Offer*> ordered;
  for (const Offer& offer : offers) ordered.push_back(&offer);
  std::sort(ordered.begin(), ordered.end(), [](const Offer* one, const Offer* other) {
    return std::tuple(NameOf(*one), one->revision, one->sold_out) <
           std::tuple(NameOf(*other), other->revision, other->sold_out);
  });
  std::vector<LiveOffer> history;
  base::Instant replaced_at = kNever;  // when a higher revision of the same offer took over
  for (size_t i = ordered.size(); i-- > 0;) {
    const Offer& offer = *ordered[i];
    if (i + 1 == ordered.size() || NameOf(*ordered[i + 1]) != NameOf(offer)) replaced_at = kNever;
    LiveOffer live = LiveOf(offer);
    live.from = std::max(live.from, offer.recorded_at);
    live.until = std::min(live.until, replaced_at);
    replaced_at = std::min(replaced_at, IsOver(offer) ? offer.recorded_at : live.from);
    if (!IsOver(offer) && live.from < live.until) history.push_back(std::move(live));
  }
  std::reverse(history.begin(), history.end());
  return history;
}

void AppendInstants(std::span<const LiveOffer> offers, std::vector<base::Instant>& instants) {
  for (const LiveOffer& offer : offers) {
    instants.push_back(offer.from);
    instants.push_back(offer.until);
  }
}

std::vector<base::Instant> Within(std::vector<base::Instant> instants, base::Instant after,
                                  base::Instant until) {
  std::erase_if(instants,
                [&](base::Instant at) { return at <= after || at > until || at == kNever; });
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  return instants;
}

base::Instant FirstAfter(std::span<const base::Instant> instants, base::Instant after) {
  base::Instant first = kNever;
  for (const base::Instant at : instants)
    if (at > after && at < first) first = at;
  return first;
}

void Write(base::CanonicalWriter& out, const KeptOffers& offers) {
  out.U32(static_cast<uint32_t>(offers.live.size()));
  for (const LiveOffer& offer : offers.live) Write(out, offer);
  offers.ended.Write(out);
}

bool Read(base::CanonicalReader& in, KeptOffers& offers) {
  bool known = true;
  offers = {};
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    LiveOffer offer = ReadOne(in, known);
    if (!offers.live.empty() && NumberedNameOf(offer) <= NumberedNameOf(offers.live.back()))
      return false;
    offers.live.push_back(std::move(offer));
  }
  if (!in.ok() || !known || !offers.ended.Read(in)) return false;
  return offers.ended.empty() ||
         std::none_of(offers.live.begin(), offers.live.end(), [&](const LiveOffer& offer) {
           return offers.ended.NumberOf(KeyOf(offer)) != 0;
         });
}

}  // namespace fairpoint::pricing
