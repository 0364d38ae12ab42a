// A history without what cannot matter: the same facts count, and it stays short.
#include "pricing/facts_deciding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "pricing/sku_book.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::ConfirmationOf;
using testing::Held;
using testing::In;
using testing::Minute;
using testing::Price;
using testing::WithdrawalOf;

std::vector<PriceFact> Recorded(std::vector<PriceFact> facts) {
  int64_t head_seq = 0;
  for (PriceFact& fact : facts) fact.head_seq = ++head_seq;
  return facts;
}

std::vector<int64_t> SeqsOf(const std::vector<PriceFact>& facts) {
  std::vector<int64_t> seqs;
  for (const PriceFact& fact : facts) seqs.push_back(fact.head_seq);
  return seqs;
}

std::vector<int64_t> Deciding(std::vector<PriceFact> facts) {
  return SeqsOf(FactsDeciding(Recorded(std::move(facts)), Minute(10), Minute(20), Minute(30)));
}

TEST(FactsDeciding, LeavesOutWhatIsHiddenAllTheTime) {
  EXPECT_EQ(Deciding({Price(1, 9, Minute(0)), Price(2, 9, Minute(1)), Price(3, 9, Minute(10))}),
            (std::vector<int64_t>{3}));
  EXPECT_EQ(Deciding({Price(1, 9, Minute(0)), Price(2, 9, Minute(11))}),
            (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(Deciding({Price(1, 9, Minute(0)), In("tm", Price(2, 9, Minute(1)))}),
            (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(Deciding({Price(1, 9, Minute(0)), Price(2, 9, Minute(1), Minute(20))}),
            (std::vector<int64_t>{1, 2}))
      << "the first counts at the last instant";
}

TEST(FactsDeciding, LeavesOutWhatIsOverOrYetToCome) {
  EXPECT_EQ(Deciding({Price(1, 9, Minute(0), Minute(10)), Price(2, 9, Minute(0), Minute(11)),
                      Price(3, 9, Minute(20)), Price(4, 9, Minute(21)), WithdrawalOf(2, Minute(20)),
                      WithdrawalOf(3, Minute(21))}),
            (std::vector<int64_t>{2, 3, 5}));
}

TEST(FactsDeciding, WhatIsHeldHidesNothing) {
  const PriceFact below = Price(1, 9, Minute(0));
  EXPECT_EQ(Deciding({below, Held(Minute(31), Price(2, 9, Minute(1)))}), (std::vector<int64_t>{1}));
  EXPECT_EQ(Deciding({below, Held(Minute(30), Price(2, 9, Minute(1)))}), (std::vector<int64_t>{2}));
  EXPECT_EQ(
      Deciding({below, Held(Minute(31), Price(2, 9, Minute(1))), ConfirmationOf(2, Minute(5))}),
      (std::vector<int64_t>{2}));
}

TEST(FactsDeciding, OfALongHistoryTheLastAndWhatCameSince) {
  std::vector<PriceFact> facts;
  for (int64_t i = 0; i < 20'000; ++i) facts.push_back(Price(i + 1, 9, Minute(i)));
  facts = Recorded(std::move(facts));
  EXPECT_EQ(SeqsOf(FactsDeciding(facts, Minute(19'997), Minute(30'000), Minute(30'000))),
            (std::vector<int64_t>{19'998, 19'999, 20'000}));
}

// Every fact that counts then, of every series, one by one.
std::set<int64_t> CountingAt(const SkuBook& book, base::Instant at) {
  std::set<int64_t> seqs;
  for (const Series& series : book.series()) {
    const Listing& listing = book.listings()[series.listing];
    const auto facts = book.FactsOf(series);
    for (size_t i = 0; i < facts.size(); ++i) {
      if (FirstCounting(facts, i, book.WithdrawalsOf(listing), at, at, kNever) != kNever)
        seqs.insert(facts[i].head_seq);
    }
  }
  return seqs;
}
std::set<int64_t> VisitedAt(const SkuBook& book, base::Instant at) {
  std::set<int64_t> seqs;
  for (const Series& series : book.series()) {
    VisitCounting(book, book.listings()[series.listing], series, at, at, kNever,
                  [&](const LiveFact& fact, base::Instant first) {
                    RC_ASSERT(first == at);
                    seqs.insert(fact.head_seq);
                  });
  }
  return seqs;
}

PriceFact SomeRow(int64_t number, int64_t rows) {
  const auto some = [](int64_t least, int64_t end) { return *rc::gen::inRange(least, end); };
  if (some(0, 8) == 0) return WithdrawalOf(some(1, rows), Minute(some(0, 30)));
  if (some(0, 8) == 0) return ConfirmationOf(some(1, rows), Minute(some(0, 30)));
  PriceFact fact = Price(number, 9, Minute(some(0, 30)));
  if (some(0, 2) == 0)
    fact.window.until = Minute(fact.window.from == Minute(30) ? 31 : some(31, 40));
  if (some(0, 3) == 0)
    fact.window.until = base::Instant{fact.window.from.micros + some(1, 9) * testing::kMinute};
  if (some(0, 4) == 0) fact.held_until = Minute(some(0, 40));
  if (some(0, 4) == 0) fact.channel_id = "tm";
  if (some(0, 4) == 0) fact.scope = {ScopeKind::kStore, "S1"};
  return fact;
}

// The history as it is without holds: those held and not confirmed taken out, one by one.
std::vector<PriceFact> Trusted(const std::vector<PriceFact>& facts, base::Instant now) {
  std::vector<PriceFact> trusted;
  for (const PriceFact& fact : facts) {
    const bool is_confirmed = std::ranges::any_of(facts, [&fact](const PriceFact& other) {
      return other.kind == FactKind::kConfirmation && other.confirms_seq == fact.head_seq;
    });
    if (!fact.held_until || *fact.held_until <= now || is_confirmed) trusted.push_back(fact);
  }
  return trusted;
}

RC_GTEST_PROP(FactsDeciding, TheSameFactsCount, ()) {
  const auto count = *rc::gen::inRange<int64_t>(0, 14);
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(i + 1);
  // Numbers come in any order.
  for (size_t i = 1; i < numbers.size(); ++i)
    std::swap(numbers[i], numbers[*rc::gen::inRange<size_t>(0, i + 1)]);
  std::vector<PriceFact> facts;
  for (const int64_t number : numbers) facts.push_back(SomeRow(number, count + 1));
  facts = Recorded(std::move(facts));
  const auto first = *rc::gen::inRange<int64_t>(0, 30);
  const auto last = *rc::gen::inRange<int64_t>(first, 35);
  const base::Instant now = Minute(*rc::gen::inRange<int64_t>(0, 40));
  const SkuBook all = SkuBook::OfHistory(Trusted(facts, now), {});
  const SkuBook deciding =
      SkuBook::OfHistory(FactsDeciding(facts, Minute(first), Minute(last), now), {});
  for (int64_t minute = first; minute <= last; ++minute) {
    const std::set<int64_t> counting = CountingAt(all, Minute(minute));
    RC_ASSERT(CountingAt(deciding, Minute(minute)) == counting);
    RC_ASSERT(VisitedAt(all, Minute(minute)) == counting);
  }
}

}  // namespace
}  // namespace fairpoint::pricing
