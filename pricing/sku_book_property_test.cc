// Books against what their rows say, row by row.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pricing/rules.h"
#include "pricing/sku_book.h"
#include "pricing/sku_book_builder.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::CountedIn;
using testing::kDay;
using testing::Minute;
using testing::Numbered;
using testing::OfferOf;
using testing::Price;

struct Rows {
  std::vector<PriceFact> facts;
  std::vector<Offer> offers;
  // With the first `count` rows, and the rest.
  SkuBook Taken(size_t count) const {
    const auto until = [&](const auto& rows) {
      return static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
        return row.head_seq <= static_cast<int64_t>(count);
      }));
    };
    const size_t facts_count = until(facts);
    const size_t offers_count = until(offers);
    return SkuBook()
        .With(std::span(facts).first(facts_count), std::span(offers).first(offers_count))
        .With(std::span(facts).subspan(facts_count), std::span(offers).subspan(offers_count));
  }
};

// Instants of a few days around one another, many of them the same.
base::Instant SomeInstant() { return Minute(*rc::gen::inRange(0, 40) * 600); }

PriceFact SomeFact(int64_t source_seq) {
  PriceFact fact = Price(source_seq, *rc::gen::inRange(1, 9), SomeInstant());
  fact.channel_id = *rc::gen::element("a", "b", "c");
  if (*rc::gen::inRange(0, 4) == 0) fact.scope = {ScopeKind::kStore, "S1"};
  if (*rc::gen::inRange(0, 2) == 0)
    fact.window.until = base::Instant{fact.window.from.micros + *rc::gen::inRange(1, 9) * kDay};
  if (*rc::gen::inRange(0, 6) == 0) {
    fact.kind = FactKind::kWithdrawal;
    fact.scope = {};
    fact.window.until.reset();
  }
  return fact;
}

// Facts whose numbers are unique, in any order of arrival, now and then held and confirmed.
Rows SomeRows() {
  Rows rows;
  base::Instant now = Minute(0);
  int64_t head_seq = 0;
  std::vector<std::pair<int64_t, PriceFact>> held;
  const int count = *rc::gen::inRange(1, 25);
  std::vector<int64_t> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(i + 1);
  for (int i = count - 1; i > 0; --i)
    std::swap(numbers[static_cast<size_t>(i)], numbers[*rc::gen::inRange<size_t>(0, i + 1)]);
  for (const int64_t number : numbers) {
    now.micros += *rc::gen::inRange(0, 3) * kDay / 2;
    if (*rc::gen::inRange(0, 6) == 0) {
      Offer offer = OfferOf(number, 9, SomeInstant());
      if (*rc::gen::inRange(0, 2) == 0) offer.window.until = SomeInstant();
      offer.offer_id = *rc::gen::element("o", "p");
      offer.recorded_at = now;
      offer.head_seq = ++head_seq;
      rows.offers.push_back(offer);
      continue;
    }
    PriceFact fact = SomeFact(number);
    fact.recorded_at = now;
    fact.head_seq = ++head_seq;
    if (fact.kind == FactKind::kPrice && *rc::gen::inRange(0, 4) == 0) {
      fact.held_until = base::Instant{now.micros + *rc::gen::inRange(1, 4) * kDay};
      held.emplace_back(head_seq, fact);
    }
    rows.facts.push_back(fact);
    if (!held.empty() && *rc::gen::inRange(0, 3) == 0) {
      PriceFact confirmation = held.back().second;
      confirmation.kind = FactKind::kConfirmation;
      confirmation.confirms_seq = held.back().first;
      confirmation.held_until.reset();
      confirmation.recorded_at = now;
      confirmation.head_seq = ++head_seq;
      rows.facts.push_back(confirmation);
      held.pop_back();
    }
  }
  return rows;
}

base::Instant LatestOf(const Rows& rows) {
  base::Instant latest{INT64_MIN};
  for (const PriceFact& fact : rows.facts) latest = std::max(latest, fact.recorded_at);
  for (const Offer& offer : rows.offers) latest = std::max(latest, offer.recorded_at);
  return latest;
}

// The numbers that count at an instant: by the definition, from the rows.
std::set<int64_t> CountingAt(const std::vector<PriceFact>& rows, base::Instant at, bool with_holds,
                             base::Instant holds_as_of) {
  const auto held_until = [&](const PriceFact& fact) {
    base::Instant until = fact.held_until.value_or(kNotHeld);
    for (const PriceFact& each : rows)
      if (each.kind == FactKind::kConfirmation && each.confirms_seq == fact.head_seq)
        until = std::min(until, each.recorded_at);
    return until;
  };
  const auto holds = [&](const PriceFact& fact) {
    return fact.kind == FactKind::kPrice && fact.window.from <= at &&
           (!fact.window.until || at < *fact.window.until) &&
           (!with_holds || held_until(fact) <= holds_as_of);
  };
  std::set<int64_t> counting;
  for (const PriceFact& fact : rows) {
    if (!holds(fact)) continue;
    const bool hidden = std::any_of(rows.begin(), rows.end(), [&](const PriceFact& other) {
      if (other.channel_id != fact.channel_id) return false;
      if (other.kind == FactKind::kWithdrawal)
        return other.source_seq >= fact.source_seq && other.window.from <= at;
      return other.scope == fact.scope && other.source_seq > fact.source_seq && holds(other);
    });
    if (!hidden) counting.insert(fact.source_seq);
  }
  return counting;
}

std::set<int64_t> NumbersIn(const SkuBook& book, base::Instant first, base::Instant last,
                            bool with_holds) {
  std::set<int64_t> numbers;
  for (const auto& counted : CountedIn(book, first, last, with_holds))
    numbers.insert(counted.source_seq);
  return numbers;
}

std::vector<base::Instant> InstantsOf(const Rows& rows) {
  std::vector<base::Instant> instants = BreakpointsOf(
      SkuBook::OfHistory(rows.facts, {}), base::Instant{INT64_MIN}, base::Instant{INT64_MAX - 1});
  for (size_t i = instants.size(); i-- > 0;) instants.push_back({instants[i].micros - 1});
  return instants;
}

RC_GTEST_PROP(SkuBookProperty, IsTheSameHoweverItsRowsAreSplit, ()) {
  const Rows rows = SomeRows();
  const size_t count = rows.facts.size() + rows.offers.size();
  const SkuBook whole = rows.Taken(count);
  const SkuBook split = rows.Taken(*rc::gen::inRange<size_t>(0, count + 1));
  RC_ASSERT(split.Encode() == whole.Encode());
  RC_ASSERT(split.version() == static_cast<int64_t>(count));
  SkuBook decoded;
  RC_ASSERT(SkuBook::Decode(whole.Encode(), decoded));
  RC_ASSERT(decoded.Encode() == whole.Encode());
  RC_ASSERT(decoded.BytesUsed() == whole.BytesUsed());
}

// As the engine takes them: most prices of a series that is there are inserted without the tree.
RC_GTEST_PROP(SkuBookProperty, IsTheSameRowByRow, ()) {
  const Rows rows = SomeRows();
  const std::span<const PriceFact> facts(rows.facts);
  const std::span<const Offer> offers(rows.offers);
  SkuBook book;
  size_t facts_taken = 0;
  size_t offers_taken = 0;
  size_t inserted = 0;
  while (facts_taken < facts.size() || offers_taken < offers.size()) {
    const bool is_fact =
        facts_taken < facts.size() && facts[facts_taken].head_seq == book.version() + 1;
    if (is_fact) {
      inserted += SkuBookBuilder::Inserted(book, facts[facts_taken]) ? 1 : 0;
      book = book.With(facts.subspan(facts_taken++, 1), {});
    } else {
      book = book.With({}, offers.subspan(offers_taken++, 1));
    }
    const SkuBook whole = SkuBook().With(facts.first(facts_taken), offers.first(offers_taken));
    RC_ASSERT(book.Encode() == whole.Encode());
    RC_ASSERT(book.BytesUsed() == whole.BytesUsed());
  }
  RC_CLASSIFY(inserted > 2);
}

RC_GTEST_PROP(SkuBookProperty, WhatIsDecodedEncodesToTheSameBytes, (std::string noise)) {
  const Rows rows = SomeRows();
  std::string bytes = rows.Taken(rows.facts.size() + rows.offers.size()).Encode();
  for (size_t i = 0; i + 1 < noise.size(); i += 2)
    bytes[static_cast<unsigned char>(noise[i]) * 7 % bytes.size()] = noise[i + 1];
  SkuBook decoded;
  if (SkuBook::Decode(bytes, decoded)) RC_ASSERT(decoded.Encode() == bytes);
}

RC_GTEST_PROP(SkuBookProperty, AHistoryCountsWhatTheRowsSay, ()) {
  const Rows rows = SomeRows();
  const SkuBook book = SkuBook::OfHistory(rows.facts, rows.offers);
  for (const base::Instant at : InstantsOf(rows))
    for (const bool with_holds : {true, false})
      RC_ASSERT(NumbersIn(book, at, at, with_holds) == CountingAt(rows.facts, at, with_holds, at));
}

RC_GTEST_PROP(SkuBookProperty, ABookCountsWhatTheRowsSayFromItsToleranceOn, ()) {
  const Rows rows = SomeRows();
  const SkuBook book = rows.Taken(rows.facts.size() + rows.offers.size());
  const base::Instant since{LatestOf(rows).micros - kClockToleranceMaxMicros};
  for (const base::Instant at : InstantsOf(rows))
    if (at >= since)
      RC_ASSERT(NumbersIn(book, at, at, true) == CountingAt(rows.facts, at, true, at));
}

// What was scheduled is known for seven days, also what it replaced.
RC_GTEST_PROP(SkuBookProperty, WhatWasScheduledIsKnownForSevenDays, ()) {
  Rows rows = SomeRows();
  for (PriceFact& fact : rows.facts)
    if (fact.window.from <= fact.recorded_at) fact.window.from.micros = fact.recorded_at.micros + 1;
  const SkuBook book = rows.Taken(rows.facts.size() + rows.offers.size());
  const base::Instant since{LatestOf(rows).micros - kLookBackMicros};
  for (const base::Instant at : InstantsOf(rows))
    if (at >= since)
      RC_ASSERT(NumbersIn(book, at, at, true) == CountingAt(rows.facts, at, true, at));
}

RC_GTEST_PROP(SkuBookProperty, ATimeCountsWhatItsInstantsCount, ()) {
  const Rows rows = SomeRows();
  const SkuBook book = SkuBook::OfHistory(rows.facts, {});
  base::Instant first = SomeInstant();
  base::Instant last = SomeInstant();
  if (last < first) std::swap(first, last);
  const bool with_holds = *rc::gen::arbitrary<bool>();
  std::vector<base::Instant> instants = BreakpointsOf(book, first, last);
  instants.insert(instants.begin(), first);
  std::set<std::pair<int64_t, int64_t>> expected;
  std::set<int64_t> seen;
  for (const base::Instant at : instants)
    for (const int64_t number : CountingAt(rows.facts, at, with_holds, last))
      if (seen.insert(number).second) expected.emplace(number, at.micros);
  std::set<std::pair<int64_t, int64_t>> found;
  for (const auto& counted : CountedIn(book, first, last, with_holds))
    RC_ASSERT(found.emplace(counted.source_seq, counted.at.micros).second);
  RC_ASSERT(found == expected);
}

// The same facts, recorded at the same times, in another order of arrival.
RC_GTEST_PROP(SkuBookProperty, PricesDoNotDependOnTheOrderOfArrival, ()) {
  Rows rows = SomeRows();
  std::erase_if(rows.facts,
                [](const PriceFact& fact) { return fact.kind == FactKind::kConfirmation; });
  Rows other = rows;
  for (size_t i = other.facts.size(); i-- > 1;)
    std::swap(other.facts[i], other.facts[*rc::gen::inRange<size_t>(0, i + 1)]);
  rows.facts = Numbered(rows.facts);
  other.facts = Numbered(other.facts);
  const SkuBook one = SkuBook().With(rows.facts, {});
  const SkuBook two = SkuBook().With(other.facts, {});
  for (const base::Instant at : InstantsOf(rows)) {
    RC_ASSERT(NumbersIn(one, at, at, true) == NumbersIn(two, at, at, true));
    RC_ASSERT(NumbersIn(one, at, at, false) == NumbersIn(two, at, at, false));
  }
}

}  // namespace
}  // namespace fairpoint::pricing
