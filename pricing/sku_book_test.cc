#include "pricing/sku_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/canonical.h"
#include "pricing/rules.h"
#include "pricing/sku_book_builder.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::At;
using testing::ConfirmationOf;
using testing::Counted;
using testing::CountedIn;
using testing::Day;
using testing::Held;
using testing::In;
using testing::kDay;
using testing::Minute;
using testing::Numbered;
using testing::OfferOf;
using testing::Price;
using testing::WithdrawalOf;

SkuBook BookOf(std::vector<PriceFact> facts) { return SkuBook().With(Numbered(facts), {}); }

struct Script {
  const char* what;
  std::vector<PriceFact> facts;
  int64_t first, last;                               // minutes
  std::vector<std::pair<int64_t, int64_t>> counted;  // number, since minute
  std::vector<std::pair<int64_t, int64_t>> without_holds;
};

TEST(VisitCounting, FindsWhatCountsByNumbersAndWindows) {
  const std::vector<Script> scripts = {
      {"nothing", {}, 0, 9, {}, {}},
      {"before it begins", {Price(1, 9, Minute(5))}, 0, 4, {}, {}},
      {"from its first instant on", {Price(1, 9, Minute(5))}, 0, 5, {{1, 5}}, {{1, 5}}},
      {"not at its end", {Price(1, 9, Minute(0), Minute(5))}, 5, 9, {}, {}},
      {"the highest number, not the latest",
       {Price(2, 9, Minute(0)), Price(1, 8, Minute(1))},
       3,
       3,
       {{2, 3}},
       {{2, 3}}},
      {"a flash price falls back",
       {Price(1, 9, Minute(0)), Price(2, 5, Minute(2), Minute(4))},
       0,
       9,
       {{2, 2}, {1, 0}},
       {{2, 2}, {1, 0}}},
      {"looked at from within the flash",
       {Price(1, 9, Minute(0)), Price(2, 5, Minute(2), Minute(4))},
       3,
       9,
       {{2, 3}, {1, 4}},
       {{2, 3}, {1, 4}}},
      {"hidden by two in turn",
       {Price(1, 9, Minute(0)), Price(2, 5, Minute(4), Minute(6)),
        Price(3, 4, Minute(0), Minute(4))},
       0,
       9,
       {{3, 0}, {2, 4}, {1, 6}},
       {{3, 0}, {2, 4}, {1, 6}}},
      {"a correction",
       {Price(1, 9, Minute(0), Minute(5)), Price(2, 8, Minute(0), Minute(5))},
       0,
       9,
       {{2, 0}},
       {{2, 0}}},
      {"held, the one before counts",
       {Price(1, 9, Minute(0)), Held(Minute(6), Price(2, 1, Minute(2)))},
       0,
       5,
       {{1, 0}},
       {{2, 2}, {1, 0}}},
      {"its hold is over: from its own instant",
       {Price(1, 9, Minute(0)), Held(Minute(6), Price(2, 1, Minute(2)))},
       0,
       6,
       {{2, 2}, {1, 0}},
       {{2, 2}, {1, 0}}},
      {"confirmed: from its own instant",
       {Price(1, 9, Minute(0)), Held(Minute(6), Price(2, 1, Minute(2))),
        ConfirmationOf(2, Minute(4))},
       0,
       4,
       {{2, 2}, {1, 0}},
       {{2, 2}, {1, 0}}},
      {"confirmed when its hold was over",
       {Held(Minute(6), Price(2, 1, Minute(2))), ConfirmationOf(1, Minute(8))},
       0,
       9,
       {{2, 2}},
       {{2, 2}}},
      {"a hold that ends before it begins",
       {Held(Minute(1), Price(1, 1, Minute(2)))},
       0,
       9,
       {{1, 2}},
       {{1, 2}}},
      {"withdrawn from then on",
       {Price(1, 9, Minute(0)), WithdrawalOf(2, Minute(3))},
       0,
       9,
       {{1, 0}},
       {{1, 0}}},
      {"and not there any more",
       {Price(1, 9, Minute(0)), WithdrawalOf(2, Minute(3))},
       3,
       9,
       {},
       {}},
      {"by its own number", {Price(2, 9, Minute(0)), WithdrawalOf(2, Minute(3))}, 3, 9, {}, {}},
      {"a fact that comes later with a lower number",
       {WithdrawalOf(5, Minute(3)), Price(4, 9, Minute(4))},
       3,
       9,
       {},
       {}},
      {"listed again",
       {WithdrawalOf(5, Minute(3)), Price(6, 9, Minute(4))},
       3,
       9,
       {{6, 4}},
       {{6, 4}}},
      {"two withdrawals: each for its numbers",
       {Price(1, 9, Minute(0)), Price(4, 8, Minute(2)), WithdrawalOf(3, Minute(1)),
        WithdrawalOf(5, Minute(6))},
       0,
       9,
       {{4, 2}, {1, 0}},
       {{4, 2}, {1, 0}}},
  };
  for (const Script& script : scripts) {
    const SkuBook book = BookOf(script.facts);
    for (const bool with_holds : {true, false}) {
      std::vector<Counted> expected;
      for (const auto& [number, minute] : with_holds ? script.counted : script.without_holds)
        expected.push_back({number, Minute(minute)});
      EXPECT_EQ(CountedIn(book, Minute(script.first), Minute(script.last), with_holds), expected)
          << script.what << (with_holds ? "" : ", holds apart");
    }
  }
}

// How many facts and withdrawals stay after a row recorded on day 20.
TEST(SkuBook, LeavesOutWhatCannotMatterAnyMore) {
  const base::Instant now = Day(20);
  const auto later = [&](int64_t micros) { return base::Instant{now.micros + micros}; };
  const int64_t tolerance = kClockToleranceMaxMicros;
  struct Case {
    const char* what;
    std::vector<PriceFact> facts;
    size_t kept_facts, kept_withdrawals;
  };
  const std::vector<Case> cases = {
      {"ended seven days ago", {Price(1, 9, Day(0), Day(13))}, 0, 0},
      {"a little later", {Price(1, 9, Day(0), base::Instant{Day(13).micros + 1})}, 1, 0},
      {"replaced long ago", {Price(1, 9, Day(0)), Price(2, 8, Day(18))}, 1, 0},
      {"replaced the tolerance ago", {Price(1, 9, Day(0)), Price(2, 8, later(-tolerance))}, 1, 0},
      {"a little less", {Price(1, 9, Day(0)), Price(2, 8, later(-tolerance + 1))}, 2, 0},
      {"replaced by what was scheduled, six days ago",
       {Price(1, 9, Day(0)), At(Day(10), Price(2, 8, Day(14)))},
       2,
       0},
      {"seven", {Price(1, 9, Day(0)), At(Day(10), Price(2, 8, Day(13)))}, 1, 0},
      {"replaced by what ends earlier", {Price(1, 9, Day(0)), Price(2, 8, Day(18), Day(30))}, 2, 0},
      {"by what ends with it", {Price(1, 9, Day(0), Day(30)), Price(2, 8, Day(18), Day(30))}, 1, 0},
      {"by what is held", {Price(1, 9, Day(0)), Held(Day(21), Price(2, 1, Day(18)))}, 2, 0},
      {"by what was held", {Price(1, 9, Day(0)), Held(Day(19), Price(2, 1, Day(18)))}, 1, 0},
      {"by what is confirmed",
       {Price(1, 9, Day(0)), Held(Day(21), Price(2, 1, Day(18))), ConfirmationOf(2, Day(19))},
       1,
       0},
      {"withdrawn seven days ago", {Price(1, 9, Day(0)), WithdrawalOf(1, Day(13))}, 0, 1},
      {"six days ago", {Price(1, 9, Day(0)), WithdrawalOf(1, Day(14))}, 1, 1},
      {"a number that was withdrawn before",
       {WithdrawalOf(1, Day(13)), Price(1, 9, Day(14)), Price(2, 9, Day(14))},
       1,
       1},
      {"a withdrawal that a higher one makes needless",
       {WithdrawalOf(1, Day(13)), WithdrawalOf(2, Day(12))},
       0,
       1},
      {"one that a higher one does not",
       {WithdrawalOf(1, Day(13)), WithdrawalOf(2, Day(14))},
       0,
       2},
      {"the same again", {WithdrawalOf(1, Day(13)), WithdrawalOf(1, Day(13))}, 0, 1},
      {"both long ago: the higher one does for it",
       {WithdrawalOf(1, Day(12)), WithdrawalOf(2, Day(13))},
       0,
       1},
  };
  for (const Case& each : cases) {
    std::vector<PriceFact> facts = each.facts;
    facts.push_back(At(now, In("other", Price(1, 9, Day(40)))));
    const SkuBook book = BookOf(facts);
    EXPECT_EQ(book.facts().size(), each.kept_facts + 1) << each.what;
    EXPECT_EQ(book.withdrawals().size(), each.kept_withdrawals) << each.what;
    EXPECT_EQ(SkuBook::OfHistory(Numbered(facts), {}).facts().size(),
              static_cast<size_t>(std::count_if(
                  facts.begin(), facts.end(),
                  [](const PriceFact& fact) { return fact.kind == FactKind::kPrice; })))
        << each.what;
  }
}

TEST(SkuBook, ASeriesIsKeptWithItsNumberWhenNothingOfItIs) {
  const SkuBook book = BookOf({Price(7, 9, Day(0), Day(1)), In("other", Price(1, 9, Day(20)))});
  const Series* series = book.FindSeries(Price(0, 0, Day(0)));
  ASSERT_NE(series, nullptr);
  EXPECT_EQ(series->fact_count, 0U);
  EXPECT_EQ(series->source_seq_max, 7);
  EXPECT_EQ(book.version(), 2);
}

TEST(SkuBook, SeriesAreApartByScopeAndAudience) {
  std::vector<PriceFact> facts(6, Price(1, 9, Day(0)));
  facts[1].scope = {ScopeKind::kStore, "S1"};
  facts[2].scope = {ScopeKind::kStore, "S2"};
  facts[3].audience = {AudienceKind::kPlan, "88vip"};
  facts[4].audience.kind = AudienceKind::kNewcomers;
  facts[5].listing_id = "M";
  const SkuBook book = BookOf(facts);
  EXPECT_EQ(book.series().size(), 6U);
  EXPECT_EQ(book.listings().size(), 2U);
  EXPECT_EQ(book.channels().size(), 1U);
  for (const PriceFact& fact : facts) {
    const Series* series = book.FindSeries(fact);
    ASSERT_NE(series, nullptr);
    EXPECT_EQ(book.TextAt(series->scope_id), fact.scope.id);
    EXPECT_EQ(book.TextAt(series->plan_id), fact.audience.plan_id);
    EXPECT_EQ(book.TextAt(book.listings()[series->listing].listing_id), fact.listing_id);
  }
  facts[1].scope.id = "S3";
  EXPECT_EQ(book.FindSeries(facts[1]), nullptr);
  EXPECT_EQ(book.FindListing("jd", "X"), nullptr);
  EXPECT_EQ(book.FindListing("x", "L"), nullptr);
}

TEST(SkuBook, ItsInstantsAreWhereSomethingBeginsOrEnds) {
  const std::vector<PriceFact> facts = Numbered<PriceFact>(
      {Price(1, 9, Day(1), Day(3)), Held(Day(2), Price(2, 8, Day(1))),
       At(Day(1), WithdrawalOf(3, Day(4))), In("other", Held(Day(0), Price(5, 8, Day(1))))});
  const std::vector<Offer> offers = Numbered<Offer>({OfferOf(1, 9, Day(2), Day(5))}, 5);
  const SkuBook book = SkuBook().With(facts, offers);
  using Instants = std::vector<base::Instant>;
  EXPECT_EQ(BreakpointsOf(book, Day(0), Day(9)),
            (Instants{Day(1), Day(2), Day(3), Day(4), Day(5)}));
  EXPECT_EQ(BreakpointsOf(book, Day(1), Day(4)), (Instants{Day(2), Day(3), Day(4)}));
  EXPECT_EQ(BreakpointsOf(book, Day(5), kNever), Instants{});
  EXPECT_EQ(NextBreakpoint(book, Day(0)), Day(1));
  EXPECT_EQ(NextBreakpoint(book, Day(4)), Day(5));
  EXPECT_EQ(NextBreakpoint(book, Day(5)), kNever);
}

TEST(SkuBook, ATurnIsAChannelMadeTheCheapest) {
  PriceFact pack = In("b", Price(2, 150, Day(3)));
  pack.pack = 2;
  PriceFact outlet = In("c", Price(1, 1, Day(4)));
  outlet.condition = Condition::kOutlet;
  PriceFact store = In("c", Price(2, 1, Day(4)));
  store.scope = {ScopeKind::kStore, "S1"};
  const std::vector<PriceFact> facts = {
      In("a", Price(1, 90, Day(0))),  // alone
      In("b", Price(1, 90, Day(1))),  // not cheaper
      In("a", Price(2, 80, Day(2))),  // a turn
      In("a", Price(3, 79, Day(2))),  // it was the cheapest
      pack,                           // a turn: 75 for one
      outlet,
      store,                                       // not compared
      Held(Day(9), In("a", Price(4, 1, Day(5)))),  // does not count yet
      In("a", Price(5, 50, Day(7))),               // a turn
  };
  const SkuBook book = BookOf(facts);
  std::string turns;
  for (const Turn& turn : book.turns())
    absl::StrAppend(&turns, std::string(book.TextAt(turn.channel_id)),
                    (turn.at.micros - Day(0).micros) / kDay, " ");
  EXPECT_EQ(turns, "a2 b3 a7 ");
}

TEST(SkuBook, APriceOfAKnownSeriesIsInsertedWithoutTheTree) {
  const std::vector<PriceFact> rows =
      Numbered(std::vector{In("a", Price(1, 9, Day(1))), In("b", Price(1, 8, Day(1)))});
  const SkuBook book = SkuBook().With(rows, {});
  const auto is_inserted = [&](PriceFact fact) {
    fact.head_seq = book.version() + 1;
    return SkuBookBuilder::Inserted(book, fact).has_value();
  };
  EXPECT_TRUE(is_inserted(In("a", Price(2, 8, Day(2)))));
  EXPECT_TRUE(is_inserted(In("a", Price(1, 7, Day(1))))) << "its number is there";
  EXPECT_FALSE(is_inserted(In("a", Price(2, 7, Day(2))))) << "a turn";
  EXPECT_FALSE(is_inserted(In("c", Price(2, 9, Day(2))))) << "a channel of its own";
  EXPECT_FALSE(is_inserted(In("a", WithdrawalOf(2, Day(2)))));
  const std::vector<PriceFact> more =
      Numbered(std::vector{In("a", Price(1, 9, Day(1), Day(2))), In("b", Price(1, 8, Day(1)))});
  const SkuBook other = SkuBook().With(more, {});
  PriceFact late = At(Day(10), In("b", Price(2, 8, Day(10))));
  late.head_seq = other.version() + 1;
  EXPECT_FALSE(SkuBookBuilder::Inserted(other, late)) << "another ended long ago";
}

TEST(SkuBook, KeepsTheLastTurns) {
  std::vector<PriceFact> facts;
  for (int i = 0; i < 30; ++i)
    facts.push_back(In(i % 2 ? "a" : "b", Price(i + 1, 900 - i, Day(i))));
  const SkuBook book = BookOf(facts);
  ASSERT_EQ(book.turns().size(), kTurnsMax);
  EXPECT_EQ(book.turns().back().at, Day(29));
  EXPECT_EQ(book.turns().front().at, Day(22));
}

TEST(SkuBook, RoundTripsAndRefusesAllElse) {
  std::vector<PriceFact> facts = {Price(1, 9, Day(0)), In("b", Price(1, 8, Day(1), Day(30))),
                                  WithdrawalOf(1, Day(2)), WithdrawalOf(2, Day(3))};
  facts[0].scope = {ScopeKind::kRegion, "north"};
  facts.push_back(Price(3, 8, Day(1)));
  const SkuBook book =
      SkuBook().With(Numbered(facts), Numbered<Offer>({OfferOf(1, 9, Day(2), Day(50))}, 6));
  const std::string bytes = book.Encode();
  SkuBook decoded;
  ASSERT_TRUE(SkuBook::Decode(bytes, decoded));
  EXPECT_EQ(decoded.Encode(), bytes);
  EXPECT_EQ(decoded.version(), 6);
  EXPECT_EQ(decoded.BytesUsed(), book.BytesUsed());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(SkuBook::Decode(bytes.substr(0, length), decoded)) << length;
  EXPECT_FALSE(SkuBook::Decode(bytes + '\0', decoded));
  EXPECT_FALSE(SkuBook::Decode('\2' + bytes.substr(1), decoded));
  ASSERT_TRUE(SkuBook::Decode(SkuBook().Encode(), decoded));
  EXPECT_EQ(decoded, SkuBook());
}

std::string Number(int64_t number) { return base::CanonicalWriter().I64(number).bytes(); }

std::string Name(const std::string& name) { return base::CanonicalWriter().Bytes(name).bytes(); }

TEST(SkuBook, WhatIsOutOfOrderIsRefused) {
  std::vector<PriceFact> facts(2, Price(2'000, 9, Day(1)));
  facts[0].scope = {ScopeKind::kStore, "S1"};
  facts[1].scope = {ScopeKind::kStore, "S2"};
  facts.push_back(Price(1'000, 8, Day(1), Day(3)));
  facts.push_back(Price(1'500, 8, Day(1), Day(2)));
  facts.push_back(In("a", Price(1, 9, Day(1))));
  facts.push_back(WithdrawalOf(400, Day(1)));
  facts.push_back(WithdrawalOf(500, Day(2)));
  facts.push_back(Price(1, 9, Day(1)));
  facts.back().listing_id = "M";
  const std::string bytes = BookOf(facts).Encode();
  const std::vector<std::pair<std::string, std::string>> changes = {
      {Name("a"), Name("z")},          // channels
      {Name("M"), Name("A")},          // listings
      {Name("S1"), Name("S3")},        // series
      {Name("S1"), Name("S2")},        // twice
      {Number(1'000), Number(1'600)},  // facts
      {Number(1'000), Number(1'500)},  // twice
      {Number(500), Number(400)},      // withdrawals
      {Number(500) + Number(Day(2).micros),
       Number(500) + Number(Day(1).micros)},  // the higher one makes it needless
  };
  for (const auto& [from, to] : changes) {
    std::string other = bytes;
    ASSERT_NE(other.find(from), std::string::npos);
    other.replace(other.find(from), from.size(), to);
    SkuBook decoded;
    EXPECT_FALSE(SkuBook::Decode(other, decoded)) << ::testing::PrintToString(to);
    EXPECT_EQ(decoded, SkuBook());
  }
}

TEST(SkuBook, IsSmall) {
  std::vector<PriceFact> facts;
  for (int channel = 0; channel < 6; ++channel) {
    PriceFact fact = In(absl::StrCat("channel-", channel), Price(1, 9'900, Day(0)));
    fact.listing_id = absl::StrCat("10009382375", channel);
    facts.push_back(fact);
    fact.source_seq = 2;
    fact.window = {Day(10), Day(12)};
    facts.push_back(fact);
  }
  const SkuBook book = BookOf(facts);
  ASSERT_EQ(book.facts().size(), 12U);
  EXPECT_LT(book.BytesUsed(), 200 * book.facts().size());
  EXPECT_GT(book.BytesUsed(), 80 * book.facts().size());
  EXPECT_EQ(sizeof(LiveFact), 80U);
}

}  // namespace
}  // namespace fairpoint::pricing
