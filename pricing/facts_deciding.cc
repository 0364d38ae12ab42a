#include "pricing/facts_deciding.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <unordered_set>

namespace fairpoint::pricing {
namespace {

auto SeriesOf(const PriceFact& fact) {
  return std::tie(fact.channel_id, fact.listing_id, fact.scope, fact.audience);
}

// The part of the fact's window within [first, last], both included.
struct Part {
  base::Instant begin, end;

  Part(const PriceFact& fact, base::Instant first, base::Instant last)
      : begin(std::max(fact.window.from, first)),
        end(fact.window.until && *fact.window.until <= last
                ? base::Instant{fact.window.until->micros - 1}
                : last) {}
  bool is_empty() const { return end < begin; }
  bool Covers(const Part& other) const { return begin <= other.begin && end >= other.end; }
};

std::vector<const PriceFact*> PricesTrusted(std::span<const PriceFact> facts, base::Instant now) {
  std::unordered_set<int64_t> confirmed;
  for (const PriceFact& fact : facts)
    if (fact.kind == FactKind::kConfirmation) confirmed.insert(fact.confirms_seq);
  std::vector<const PriceFact*> trusted;
  for (const PriceFact& fact : facts) {
    const bool is_held = fact.held_until && *fact.held_until > now;
    if (fact.kind == FactKind::kPrice && (!is_held || confirmed.contains(fact.head_seq)))
      trusted.push_back(&fact);
  }
  return trusted;
}

}  // namespace

std::vector<PriceFact> FactsDeciding(std::span<const PriceFact> facts, base::Instant first,
                                     base::Instant last, base::Instant now) {
  std::vector<const PriceFact*> prices = PricesTrusted(facts, now);
  std::ranges::sort(prices, [](const PriceFact* one, const PriceFact* other) {
    if (SeriesOf(*one) != SeriesOf(*other)) return SeriesOf(*one) < SeriesOf(*other);
    return one->source_seq > other->source_seq;
  });
  std::vector<const PriceFact*> deciding;
  std::vector<Part> parts;  // of the same series: those of higher numbers
  for (size_t i = 0; i < prices.size(); ++i) {
    if (i == 0 || SeriesOf(*prices[i - 1]) != SeriesOf(*prices[i])) parts.clear();
    const Part part(*prices[i], first, last);
    // The last one first: of open windows it began the earliest.
    const bool is_hidden = std::any_of(parts.rbegin(), parts.rend(),
                                       [&part](const Part& each) { return each.Covers(part); });
    if (part.is_empty() || is_hidden) continue;
    parts.push_back(part);
    deciding.push_back(prices[i]);
  }
  for (const PriceFact& fact : facts)
    if (fact.kind == FactKind::kWithdrawal && fact.window.from <= last) deciding.push_back(&fact);
  // Rows of one SKU are stored, and given, by their numbers.
  std::ranges::sort(deciding, {}, [](const PriceFact* fact) { return fact->head_seq; });
  std::vector<PriceFact> result;
  result.reserve(deciding.size());
  for (const PriceFact* fact : deciding) result.push_back(*fact);
  return result;
}

}  // namespace fairpoint::pricing
