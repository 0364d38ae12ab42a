// One more price of a series that a book has.
#include <algorithm>
#include <utility>

#include "pricing/series_facts.h"
#include "pricing/sku_book_builder.h"

namespace fairpoint::pricing {
namespace {

// Anything that is left out at `now`, apart from facts of `series`.
bool HasNeedlessBeside(const Series& series, const SkuBook& book, base::Instant now) {
  const base::Instant bound{now.micros - kLookBackMicros};
  if (std::ranges::any_of(book.offers(),
                          [bound](const LiveOffer& offer) { return offer.until <= bound; }))
    return true;
  for (const Listing& listing : book.listings()) {
    const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(listing);
    if (HasNeedless(withdrawals, now)) return true;
    for (const Series& each : book.SeriesOf(listing))
      if (&each != &series && HasNeedless(book.FactsOf(each), withdrawals, now)) return true;
  }
  return false;
}

// Whether it is a turn that `facts` become those of `series`.
bool MakesTurn(const SkuBook& book, const Series& series, std::span<const LiveFact> facts,
               base::Instant at) {
  LeastUnitPrice before(at);
  LeastUnitPrice after(at);
  LeastUnitPrice elsewhere(at);
  const uint32_t own_channel = book.listings()[series.listing].channel;
  for (const Listing& listing : book.listings()) {
    const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(listing);
    for (const Series& each : book.SeriesOf(listing)) {
      if (!IsForEveryone(each)) continue;
      const std::span<const LiveFact> standing = book.FactsOf(each);
      if (listing.channel != own_channel) {
        elsewhere.See(standing, withdrawals);
      } else {
        before.See(standing, withdrawals);
        after.See(&each == &series ? facts : standing, withdrawals);
      }
    }
  }
  return IsTurn(before.least(), after.least(), elsewhere.least());
}

}  // namespace

std::optional<SkuBook> SkuBookBuilder::Inserted(const SkuBook& book, const PriceFact& fact) {
  const Series* const series = fact.kind == FactKind::kPrice ? book.FindSeries(fact) : nullptr;
  if (series == nullptr) return std::nullopt;
  const base::Instant now = std::max(book.last_recorded_at_, fact.recorded_at);
  if (HasNeedlessBeside(*series, book, now)) return std::nullopt;

  const std::span<const LiveFact> standing = book.FactsOf(*series);
  std::vector<LiveFact> facts(standing.begin(), standing.end());
  Insert(LiveOf(fact), facts);
  const base::Instant at = TurnInstantOf(fact, book.last_recorded_at_);
  if (IsForEveryone(*series) && MakesTurn(book, *series, facts, at)) return std::nullopt;
  LeaveOutNeedless(facts, book.WithdrawalsOf(book.listings()[series->listing]), now);

  // All but the facts, which are many and change their places.
  SkuBook next;
  next.channels_ = book.channels_;
  next.listings_ = book.listings_;
  next.series_ = book.series_;
  next.withdrawals_ = book.withdrawals_;
  next.offers_ = book.offers_;
  next.turns_ = book.turns_;
  next.text_ = book.text_;
  next.version_ = std::max(book.version_, fact.head_seq);
  next.last_recorded_at_ = now;
  const std::span<const LiveFact> all = book.facts();
  const std::span<const LiveFact> ahead = all.first(series->first_fact);
  const std::span<const LiveFact> behind = all.subspan(series->first_fact + series->fact_count);
  std::vector<LiveFact> joined;
  joined.reserve(ahead.size() + facts.size() + behind.size());
  for (const std::span<const LiveFact> part : {ahead, std::span<const LiveFact>(facts), behind})
    joined.insert(joined.end(), part.begin(), part.end());
  next.facts_ = std::move(joined);
  const auto place = static_cast<size_t>(series - book.series().data());
  const auto grown = static_cast<uint32_t>(facts.size()) - series->fact_count;  // modulo 2^32
  for (size_t i = place + 1; i < next.series_.size(); ++i) next.series_[i].first_fact += grown;
  Series& changed = next.series_[place];
  changed.fact_count = static_cast<uint32_t>(facts.size());
  changed.source_seq_max = std::max(changed.source_seq_max, fact.source_seq);
  return next;
}

}  // namespace fairpoint::pricing
