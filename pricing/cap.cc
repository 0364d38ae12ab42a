#include "pricing/cap.h"

#include <algorithm>

namespace fairpoint::pricing {
namespace {

int64_t AmountOf(const LiveFact& fact, int64_t quantity, bool ignores_platform_subsidy) {
  int64_t paid = fact.amount - (ignores_platform_subsidy ? 0 : fact.platform_subsidy);
  if (fact.tax_ppm != 0)
    paid = PaidOf(fact.amount, fact.tax_ppm, fact.platform_subsidy, ignores_platform_subsidy);
  int64_t product = 0;
  if (!__builtin_mul_overflow(paid, quantity, &product))
    return std::min(product / fact.pack, kLineAmountMax);
  return std::min(CapOf(paid, fact.pack, quantity), kLineAmountMax);
}

// Less, or as much and earlier, or then too and recorded earlier.
bool IsLess(const LineReference& one, const LineReference& other) {
  if (one.amount != other.amount) return one.amount < other.amount;
  if (one.at != other.at) return one.at < other.at;
  return one.head_seq < other.head_seq;
}

}  // namespace

bool IsComparedFor(const Shopper& shopper, const SkuBook& book, const Series& series) {
  return ScopeIncludes(series.scope, book.TextAt(series.scope_id), shopper) &&
         AudienceIncludes(series.audience, book.TextAt(series.plan_id), shopper);
}

std::optional<LineCost> CostWithin(const Market& market, uint32_t channel, const Shopper& shopper,
                                   const SkuBook& book, const ListedChannel& listed,
                                   int64_t quantity, base::Instant first, base::Instant last) {
  const bool ignores = market.references[channel].channel->ignores_platform_subsidy;
  std::optional<LineCost> least;
  const auto see_dearer = [&least](int64_t by) {
    if (by == 0) return;
    least->spare = std::max(least->spare, by);
    least->next_dearer = least->next_dearer == 0 ? by : std::min(least->next_dearer, by);
  };
  const auto take = [&](const LiveFact& fact, base::Instant at) {
    if (!IsCompared(fact)) return;
    const LineReference reference{channel, AmountOf(fact, quantity, ignores), fact.head_seq, at};
    if (!least) {
      least = {reference, fact.shipping};
      return;
    }
    const int64_t fall = least->reference.amount - reference.amount;
    if (fall > 0) {
      if (least->spare > 0) least->spare += fall;
      least->next_dearer = 0;
      see_dearer(fall);
    } else {
      see_dearer(-fall);
    }
    if (IsLess(reference, least->reference)) least->reference = reference;
    least->shipping = std::min(least->shipping, fact.shipping);
  };
  for (const Listing& listing : book.ListingsOf(listed))
    for (const Series& series : book.SeriesOf(listing))
      if (IsComparedFor(shopper, book, series))
        VisitCounting(book, listing, series, first, last, market.holds_as_of, take);
  return least;
}

std::optional<LineCost> CostOf(const Market& market, uint32_t channel, const Shopper& shopper,
                               const SkuBook& book, const ListedChannel& listed, int64_t quantity) {
  const ChannelState& state = market.references[channel];
  return CostWithin(market, channel, shopper, book, listed, quantity, state.first, state.last);
}

std::optional<LineReference> CapOf(const Market& market, const Shopper& shopper,
                                   const SkuBook& book, int64_t quantity) {
  std::optional<LineReference> least;
  VisitListed(market, book, [&](uint32_t channel, const ListedChannel& listed) {
    const auto cost = CostOf(market, channel, shopper, book, listed, quantity);
    if (cost && (!least || cost->reference.amount < least->amount)) least = cost->reference;
  });
  return least;
}

std::optional<LineReference> CapIn(const Market& market, uint32_t channel, const Shopper& shopper,
                                   const SkuBook& book, int64_t quantity) {
  std::optional<LineReference> cap;
  VisitListed(market, book, [&](uint32_t index, const ListedChannel& listed) {
    if (index != channel) return;
    if (const auto cost = CostOf(market, channel, shopper, book, listed, quantity))
      cap = cost->reference;
  });
  return cap;
}

}  // namespace fairpoint::pricing
