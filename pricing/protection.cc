#include "pricing/protection.h"

#include <set>
#include <utility>

#include "base/canonical.h"
#include "pricing/basket.h"
#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

// All instants at which a cap may change, and `from` itself.
std::set<base::Instant> InstantsOf(const std::map<std::string, ChannelBook, std::less<>>& channels,
                                   std::span<const BasketLine> lines, base::Instant from,
                                   base::Instant until) {
  std::set<base::Instant> instants = {from};
  for (const BasketLine& line : lines)
    if (line.book != nullptr)
      for (const base::Instant at : BreakpointsOf(*line.book, from, until)) instants.insert(at);
  for (const auto& [id, book] : channels)
    for (const base::Instant at : BreakpointsOf(book, from, until)) instants.insert(at);
  return instants;
}

Market MarketAt(const Rules& rules, const std::map<std::string, ChannelBook, std::less<>>& channels,
                base::Instant at) {
  Market market;
  market.rules = &rules;
  market.now = at;
  market.holds_as_of = kNever;
  for (const Channel& channel : rules.channels) {
    if (channel.role != ChannelRole::kReference) continue;
    ChannelState& state = market.references.emplace_back();
    const auto book = channels.find(channel.channel_id);
    state.channel = &channel;
    state.book = book == channels.end() ? nullptr : &book->second;
    state.freshness = Freshness::kFresh;
    state.first = state.last = at;
  }
  return market;
}

// Lowers the amounts to the caps of the instant.
void LowerAt(const Market& market, const Shopper& shopper, std::span<const BasketLine> lines,
             int64_t shipping, std::vector<int64_t>& amounts, std::span<Fall* const> falls) {
  const Clamped clamped = ClampToCaps(market, shopper, lines, amounts, shipping);
  for (size_t i = 0; i < lines.size(); ++i) {
    const int64_t fell = amounts[i] - clamped.amounts[i];
    if (fell == 0) continue;
    const PricedLine& line = clamped.lines[i];
    const int64_t by_basket = clamped.lowered_by[i];
    const auto channel =
        by_basket == kAbsent ? line.capped_by.channel : static_cast<uint32_t>(by_basket);
    Fall& fall = *falls[i];
    fall.amount += fell;
    fall.channel_id = market.references[channel].channel->channel_id;
    fall.fact_seq = by_basket == kAbsent ? line.capped_by.head_seq : 0;
    fall.at = market.now;
  }
  amounts = clamped.amounts;
}

}  // namespace

std::string Canonical(const PriceCredit& credit) {
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(credit.program_id.value()).Bytes(credit.order_id).I64(credit.credit_seq);
  out.I64(credit.line_number).Bytes(credit.member_id.value()).I64(credit.units);
  out.I64(credit.amount).Bytes(credit.currency).Bytes(credit.sku).Bytes(credit.channel_id);
  out.I64(credit.fact_seq).I64(credit.fell_at.micros).Bytes(credit.actor);
  out.I64(credit.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const PriceCredit& credit) { return base::LeafHash(Canonical(credit)); }

std::string Canonical(const CreditSettlement& settlement) {
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(settlement.program_id.value()).Bytes(settlement.order_id).I64(settlement.credit_seq);
  out.I64(settlement.settlement_seq);
  WriteEnum(out, settlement.state);
  out.Bytes(settlement.payment_reference).Bytes(settlement.reason).Bytes(settlement.actor);
  out.Bytes(settlement.request_id.value()).I64(settlement.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const CreditSettlement& settlement) {
  return base::LeafHash(Canonical(settlement));
}

std::vector<Fall> FallsWithin(const Rules& rules,
                              const std::map<std::string, ChannelBook, std::less<>>& channels,
                              const Shopper& shopper, std::span<const KeptLine> lines,
                              int64_t shipping, base::Instant from, base::Instant until) {
  std::vector<Fall> falls(lines.size());
  std::vector<BasketLine> kept;
  std::vector<int64_t> amounts;
  std::vector<Fall*> fall_of;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].units == 0) continue;
    kept.push_back({lines[i].sku, lines[i].units, lines[i].history});
    amounts.push_back(lines[i].amount);
    fall_of.push_back(&falls[i]);
  }
  if (kept.empty()) return falls;
  for (const base::Instant at : InstantsOf(channels, kept, from, until))
    LowerAt(MarketAt(rules, channels, at), shopper, kept, shipping, amounts, fall_of);
  return falls;
}

}  // namespace fairpoint::pricing
