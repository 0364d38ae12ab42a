#include "pricing/alerts.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "pricing/basket.h"
#include "pricing/cap.h"

namespace fairpoint::pricing {
namespace {

constexpr size_t kTurnsOfAWar = 4;
constexpr int64_t kTurnsWithinMicros = 7LL * 24 * 3600 * base::kMicrosPerSecond;

// The market as far as is known now, at another instant and no other.
Market AsOf(const Market& market, base::Instant at) {
  Market then = market;
  then.now = at;
  then.holds_as_of = at;
  for (ChannelState& state : then.references) state.first = state.last = at;
  return then;
}

bool HoldsAt(const LiveOffer& offer, base::Instant at) {
  return offer.off_bp == 0 && !offer.sold_out && offer.from <= at && at < offer.until;
}

// Of a fact of the book: when it began, and was not held any more.
base::Instant BeginningOf(int64_t head_seq, const SkuBook& book) {
  const auto fact = std::ranges::find(book.facts(), head_seq, &LiveFact::head_seq);
  return std::max(fact->from, fact->held_until);
}

// What stands under the offer then; nothing: neither its amount nor its floor is above the cap.
std::optional<Alert> AboveCap(const LiveOffer& offer, const SkuBook& book, const Market& market) {
  const Shopper shopper = LeastUserOf(offer, *market.rules);
  const auto cap = CapOf(market, shopper, book, offer.per_units);
  if (!cap) return std::nullopt;
  const bool is_floor = offer.floor_amount > cap->amount;
  const int64_t asked = is_floor ? offer.floor_amount : offer.amount;
  if (asked <= cap->amount) return std::nullopt;
  Alert alert;
  alert.channel_id = market.references[cap->channel].channel->channel_id;
  alert.fact_seq = cap->head_seq;
  alert.offer_id = offer.offer_id;
  alert.offered = asked / offer.per_units;
  alert.is_floor = is_floor;
  alert.cap = CapIn(market, cap->channel, shopper, book, 1)->amount;
  alert.at = std::max(offer.from, BeginningOf(cap->head_seq, book));
  return alert;
}

void AppendOffer(const LiveOffer& offer, const SkuBook& book, const Market& market,
                 std::span<const base::Instant> future, std::vector<Alert>& alerts) {
  const auto append = [&](AlertKind kind, std::optional<Alert> alert) {
    if (!alert) return false;
    alert->kind = kind;
    alerts.push_back(*std::move(alert));
    return true;
  };
  if (HoldsAt(offer, market.now)) {
    // Below its floor it is not sold at all.
    std::optional<Alert> alert = AboveCap(offer, book, market);
    const bool is_stopped = alert && alert->is_floor;
    if (alert) alert->is_now = true;
    if (append(is_stopped ? AlertKind::kInfeasibleSchedule : AlertKind::kPrivateAboveCap,
               std::move(alert)))
      return;
  }
  for (const base::Instant at : future) {
    if (!HoldsAt(offer, at)) continue;
    std::optional<Alert> alert = AboveCap(offer, book, AsOf(market, at));
    if (alert) alert->at = at;
    if (append(AlertKind::kInfeasibleSchedule, std::move(alert))) return;
  }
}

int64_t UnitOf(const LiveFact& fact, const Channel& channel) {
  return CapOf(
      PaidOf(fact.amount, fact.tax_ppm, fact.platform_subsidy, channel.ignores_platform_subsidy),
      fact.pack, 1);
}

// Nothing: the fact is not held, or its listing is withdrawn by when it would count.
std::optional<Alert> HeldAlertOf(const LiveFact& fact, const Series& series, const Listing& listing,
                                 const SkuBook& book, const Channel& channel, base::Instant now) {
  if (!IsHeld(fact, now)) return std::nullopt;
  const base::Instant counts = std::max(fact.held_until, fact.from);
  if (WithdrawnFrom(book.WithdrawalsOf(listing), fact.source_seq) <= counts) return std::nullopt;
  Alert alert;
  alert.kind = AlertKind::kHeldFact;
  alert.channel_id = channel.channel_id;
  alert.listing_id = book.TextAt(listing.listing_id);
  alert.fact_seq = fact.head_seq;
  alert.cap = UnitOf(fact, channel);
  alert.at = counts;
  const base::Instant at = std::max(fact.from, now);
  VisitCounting(book, listing, series, at, at, now, [&](const LiveFact& before, base::Instant) {
    if (IsCompared(before) && before.source_seq < fact.source_seq)
      alert.fell_from = UnitOf(before, channel);
  });
  return alert;
}

void AppendHeld(const SkuBook& book, const Market& market, std::vector<Alert>& alerts) {
  VisitListed(market, book, [&](uint32_t channel, const ListedChannel& listed) {
    for (const Listing& listing : book.ListingsOf(listed))
      for (const Series& series : book.SeriesOf(listing))
        for (const LiveFact& fact : book.FactsOf(series)) {
          auto alert = HeldAlertOf(fact, series, listing, book, *market.references[channel].channel,
                                   market.now);
          if (alert) alerts.push_back(*std::move(alert));
        }
  });
}

void AppendUndercutting(const SkuBook& book, base::Instant now, std::vector<Alert>& alerts) {
  if (book.turns().size() < kTurnsOfAWar) return;
  const std::span<const Turn> turns = book.turns().last(kTurnsOfAWar);
  const auto channel = [&](size_t i) { return book.TextAt(turns[i].channel_id); };
  if (channel(0) == channel(1) || channel(0) != channel(2) || channel(1) != channel(3)) return;
  if (turns[0].at.micros < now.micros - kTurnsWithinMicros) return;
  Alert& alert = alerts.emplace_back();
  alert.kind = AlertKind::kUndercutting;
  alert.channel_id = channel(3);
  alert.other_channel_id = channel(2);
  alert.at = turns[0].at;
  for (const Turn& turn : turns) alert.turns.push_back(turn.at);
}

}  // namespace

std::vector<Alert> AlertsOf(std::string_view sku, const SkuBook& book, const Market& market) {
  std::vector<Alert> alerts;
  const std::vector<base::Instant> future = BreakpointsOf(book, market.now, kNever);
  for (const LiveOffer& offer : book.offers()) AppendOffer(offer, book, market, future, alerts);
  AppendHeld(book, market, alerts);
  AppendUndercutting(book, market.now, alerts);
  for (Alert& alert : alerts) alert.sku = sku;
  return alerts;
}

std::vector<Alert> ChannelAlerts(const Market& market) {
  std::vector<Alert> alerts;
  for (const ChannelState& state : market.references) {
    if (state.freshness == Freshness::kFresh) continue;
    Alert& alert = alerts.emplace_back();
    alert.channel_id = state.channel->channel_id;
    alert.kind =
        state.freshness == Freshness::kStale ? AlertKind::kStaleFeed : AlertKind::kNeverFed;
    if (state.freshness != Freshness::kStale) continue;
    alert.complete_as_of = state.book->complete_as_of();
    if (alert.complete_as_of)
      alert.at = {alert.complete_as_of->micros + state.channel->fresh_for_micros};
  }
  return alerts;
}

}  // namespace fairpoint::pricing
