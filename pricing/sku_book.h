// What of a SKU's facts and offers may still matter: its head's content in the database, and what
// prices are made of in memory. Small (below 200 bytes a live fact), immutable once built, made of
// rows in their order; the prices that it gives do not depend on that order.
#ifndef FAIRPOINT_PRICING_SKU_BOOK_H_
#define FAIRPOINT_PRICING_SKU_BOOK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/fact.h"
#include "pricing/live_offer.h"
#include "pricing/offer.h"
#include "pricing/page_memory.h"

namespace fairpoint::pricing {

// A price of a series. 80 bytes.
struct LiveFact {
  int64_t head_seq = 0;
  int64_t source_seq = 0;
  base::Instant from;
  base::Instant until = kNever;
  base::Instant held_until = kNotHeld;
  int64_t amount = 0;
  int64_t platform_subsidy = 0;
  int64_t shipping = 0;
  int32_t pack = 1;
  int32_t tax_ppm = 0;
  Condition condition = Condition::kNew;
  bool third_party = false;
  bool scheduled = false;  // it began after it was recorded: what it replaces is kept a while
  friend bool operator==(const LiveFact&, const LiveFact&) = default;
};

// Whether it can cap, as far as the goods go.
inline bool IsCompared(const LiveFact& fact) {
  return fact.condition == Condition::kNew && !fact.third_party;
}

// A place in a book's text.
struct TextPlace {
  uint32_t offset = 0;
  uint32_t length = 0;
};

struct Series {
  uint32_t listing = 0;                     // index into listings()
  uint32_t first_fact = 0, fact_count = 0;  // in facts(): descending by source_seq
  ScopeKind scope = ScopeKind::kAll;
  AudienceKind audience = AudienceKind::kEveryone;
  TextPlace scope_id, plan_id;
  int64_t source_seq_max = 0;  // of all facts that ever came, kept or not
};

// Descending by source_seq, each with an earlier `from` than those before it.
struct Withdrawal {
  int64_t head_seq = 0;
  int64_t source_seq = 0;
  base::Instant from;
};

// A listing of the SKU, with its series. Ascending by channel and id.
struct Listing {
  uint32_t channel = 0;  // index into channels()
  uint32_t first_series = 0, series_count = 0;
  uint32_t first_withdrawal = 0, withdrawal_count = 0;
  TextPlace listing_id;
};

// A channel in which the SKU was ever listed. Ascending by id.
struct ListedChannel {
  uint32_t first_listing = 0, listing_count = 0;
  TextPlace channel_id;
};

// A fact was recorded that made its channel, among those that are compared to everyone
// everywhere, cheaper by the unit than every other, which it was not before: at the fact's
// beginning, or when it was recorded if that is later.
struct Turn {
  TextPlace channel_id;
  base::Instant at;  // recorded
};
inline constexpr size_t kTurnsMax = 8;

// Thread-compatible: const members may be called by many at once.
class SkuBook {
 public:
  // Of a SKU without rows.
  SkuBook() = default;

  // The highest head_seq taken; 0: none.
  int64_t version() const { return version_; }

  // The same book with further rows: facts and offers whose head_seqs follow version() without
  // gaps, in that order. What cannot matter any more at the rows' recorded_at, or later, is left
  // out.
  SkuBook With(std::span<const PriceFact> facts, std::span<const Offer> offers) const;

  // Of all rows, nothing left out: for questions about the past. Their head_seqs may have gaps. An
  // offer stands there once a revision, over the time in which that was the highest recorded. It
  // has no turns, and is not to be stored.
  static SkuBook OfHistory(std::span<const PriceFact> facts, std::span<const Offer> offers);

  // The stored form. Decode returns false for bytes that Encode does not write.
  std::string Encode() const;
  static bool Decode(std::string_view bytes, SkuBook& book);

  std::span<const ListedChannel> channels() const { return channels_; }
  std::span<const Listing> listings() const { return listings_; }
  std::span<const Series> series() const { return series_; }
  std::span<const LiveFact> facts() const { return facts_; }
  std::span<const Withdrawal> withdrawals() const { return withdrawals_; }
  std::span<const LiveOffer> offers() const { return offers_.live; }  // by channel, then id

  std::string_view TextAt(TextPlace place) const {
    return std::string_view(text_).substr(place.offset, place.length);
  }
  std::span<const Listing> ListingsOf(const ListedChannel& channel) const {
    return listings().subspan(channel.first_listing, channel.listing_count);
  }
  std::span<const Series> SeriesOf(const Listing& listing) const {
    return series().subspan(listing.first_series, listing.series_count);
  }
  std::span<const Withdrawal> WithdrawalsOf(const Listing& listing) const {
    return withdrawals().subspan(listing.first_withdrawal, listing.withdrawal_count);
  }
  std::span<const LiveFact> FactsOf(const Series& one) const {
    return facts().subspan(one.first_fact, one.fact_count);
  }

  // When channels undercut one another, the latest last: the last kTurnsMax.
  std::span<const Turn> turns() const { return turns_; }

  // Null when there is none.
  const Listing* FindListing(std::string_view channel_id, std::string_view listing_id) const;
  const Series* FindSeries(const PriceFact& fact) const;
  // The highest revision that was taken; 0: none.
  int64_t RevisionOf(std::string_view channel_id, std::string_view offer_id) const;

  // What pages computed of it last.
  const PageMemory& page_memory() const { return page_memory_; }

  // Begin to bring what a page reads of it into the processor's caches: the book, then its offers.
  void Prefetch() const {
    const char* const line = reinterpret_cast<const char*>(this);
    for (size_t i = 0; i < sizeof(*this); i += kCacheLine) __builtin_prefetch(line + i);
  }
  void PrefetchOffers() const {
    const char* const line = reinterpret_cast<const char*>(offers_.live.data());
    const size_t size = std::min<size_t>(offers_.live.size() * sizeof(LiveOffer), 16 * kCacheLine);
    for (size_t i = 0; i < size; i += kCacheLine) __builtin_prefetch(line + i);
  }

  // Of the heap, for the bound on memory.
  size_t BytesUsed() const;

  friend bool operator==(const SkuBook& one, const SkuBook& other) {
    return one.Encode() == other.Encode();
  }

 private:
  friend class SkuBookBuilder;

  static constexpr size_t kCacheLine = 64;

  int64_t version_ = 0;
  std::vector<ListedChannel> channels_;
  std::vector<Listing> listings_;
  std::vector<Series> series_;
  std::vector<LiveFact> facts_;
  std::vector<Withdrawal> withdrawals_;
  KeptOffers offers_;
  std::vector<Turn> turns_;
  std::string text_;
  base::Instant last_recorded_at_{INT64_MIN};
  PageMemory page_memory_;
};

// From when on facts of this number and lower ones are withdrawn; kNever: they are not.
inline base::Instant WithdrawnFrom(std::span<const Withdrawal> withdrawals, int64_t source_seq) {
  base::Instant from = kNever;
  for (const Withdrawal& each : withdrawals) {
    if (each.source_seq < source_seq) break;
    from = each.from;
  }
  return from;
}

// A held fact counts at no instant before its hold is over, and then from its own on.
inline bool IsHeld(const LiveFact& fact, base::Instant as_of) { return fact.held_until > as_of; }

// The first instant of [first, last] at which facts[index] counts; kNever: none. `facts` and
// `withdrawals` are of one series and its listing, in their order.
inline base::Instant FirstCounting(std::span<const LiveFact> facts, size_t index,
                                   std::span<const Withdrawal> withdrawals, base::Instant first,
                                   base::Instant last, base::Instant holds_as_of) {
  if (IsHeld(facts[index], holds_as_of)) return kNever;
  base::Instant end = facts[index].until;
  if (const base::Instant gone = WithdrawnFrom(withdrawals, facts[index].source_seq); gone < end)
    end = gone;
  base::Instant at = facts[index].from;
  if (at < first) at = first;
  for (size_t higher = 0; higher < index && at < end && at <= last;) {
    const bool hides =
        !IsHeld(facts[higher], holds_as_of) && facts[higher].from <= at && at < facts[higher].until;
    if (hides) at = facts[higher].until;
    higher = hides ? 0 : higher + 1;
  }
  return at < end && at <= last ? at : kNever;
}

// Of a listing's series, the facts that count at instants of [first, last] (both included): each by
// itself, with the first such instant. A fact counts at an instant when its window contains it, it
// is not held as of `holds_as_of` (kNever: no hold counts), no fact of the series with a higher
// number does likewise, and no withdrawal of the listing with the same or a higher number has
// begun.
template <class Visit>  // (const LiveFact&, base::Instant first_counting_at)
void VisitCounting(const SkuBook& book, const Listing& listing, const Series& series,
                   base::Instant first, base::Instant last, base::Instant holds_as_of,
                   const Visit& visit) {
  const std::span<const LiveFact> facts = book.FactsOf(series);
  const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(listing);
  if (first == last) {
    // The highest that holds; what it hides is not looked at.
    const auto highest = std::ranges::find_if(facts, [&](const LiveFact& fact) {
      return !IsHeld(fact, holds_as_of) && fact.from <= first && first < fact.until;
    });
    if (highest != facts.end() && first < WithdrawnFrom(withdrawals, highest->source_seq))
      visit(*highest, first);
    return;
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    const base::Instant at = FirstCounting(facts, i, withdrawals, first, last, holds_as_of);
    if (at != kNever) visit(facts[i], at);
  }
}

// Whether its stored form has kBookBytesMax.
bool IsFull(const SkuBook& book);

// Instants in (after, until] at which a fact, withdrawal or offer of the SKU begins, ends, or is no
// longer held: ascending, without repeats.
std::vector<base::Instant> BreakpointsOf(const SkuBook& book, base::Instant after,
                                         base::Instant until);
// The first of them after `after`; kNever: none.
base::Instant NextBreakpoint(const SkuBook& book, base::Instant after);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_SKU_BOOK_H_
