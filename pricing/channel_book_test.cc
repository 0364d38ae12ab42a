#include "pricing/channel_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::Numbered;
using testing::OfferOf;
using testing::PromotionOf;

ChannelPromotion Withdrawn(int64_t source_seq, base::Instant at) {
  ChannelPromotion promotion = PromotionOf(source_seq, at);
  promotion.withdrawn = true;
  promotion.terms = {};
  return promotion;
}

FeedReport ReportOf(std::optional<base::Instant> complete_as_of, base::Instant recorded_at) {
  FeedReport report;
  report.complete_as_of = complete_as_of;
  report.recorded_at = recorded_at;
  return report;
}

TEST(ChannelBook, KnowsHowFarTheFeedIsComplete) {
  EXPECT_FALSE(ChannelBook().was_fed());
  const std::vector<Offer> offers = Numbered<Offer>({OfferOf(1, 9, Day(0))});
  EXPECT_FALSE(ChannelBook().With({{}, {}, offers}).was_fed());
  const std::vector<ChannelPromotion> promotions =
      Numbered<ChannelPromotion>({PromotionOf(1, Day(0))});
  EXPECT_TRUE(ChannelBook().With({promotions, {}, {}}).was_fed());

  const std::vector<FeedReport> reports =
      Numbered<FeedReport>({ReportOf({}, Day(1)), ReportOf(Day(3), Day(3)),
                            ReportOf(Day(2), Day(4)), ReportOf({}, Day(5))});
  const auto after = [&](size_t count) {
    return ChannelBook().With({{}, std::span(reports).first(count), {}});
  };
  EXPECT_TRUE(after(1).was_fed());
  EXPECT_EQ(after(1).complete_as_of(), std::nullopt);
  EXPECT_EQ(after(2).complete_as_of(), Day(3));
  EXPECT_EQ(after(4).complete_as_of(), Day(3));
  EXPECT_EQ(after(4).version(), 4);
}

TEST(ChannelBook, APromotionStandsAsItsHighestNumber) {
  std::vector<ChannelPromotion> rows = {PromotionOf(2, Day(0)), PromotionOf(1, Day(1)),
                                        PromotionOf(3, Day(2)), Withdrawn(4, Day(3))};
  for (size_t i = 0; i < rows.size(); ++i) rows[i].order = static_cast<int64_t>(10 + i);
  rows = Numbered(rows);
  const auto order_after = [&](size_t count) {
    const ChannelBook book = ChannelBook().With({std::span(rows).first(count), {}, {}});
    return std::ranges::max(book.promotions(), {}, &LivePromotion::source_seq).order;
  };
  EXPECT_EQ(order_after(1), 10);
  EXPECT_EQ(order_after(2), 10);
  EXPECT_EQ(order_after(3), 12);
  const ChannelBook book = ChannelBook().With({rows, {}, {}});
  EXPECT_TRUE(book.promotions().empty());
  EXPECT_EQ(book.NumberOf("p"), 4);
  EXPECT_EQ(book.NumberOf("q"), 0);
  const ChannelBook back =
      book.With({Numbered<ChannelPromotion>({PromotionOf(5, Day(9))}, 5), {}, {}});
  EXPECT_EQ(back.promotions().size(), 1U);
  EXPECT_EQ(back.NumberOf("p"), 5);
}

TEST(ChannelBook, PromotionsAreInTheirOrder) {
  std::vector<ChannelPromotion> rows(4, PromotionOf(1, Day(0)));
  const char* const ids[] = {"d", "c", "b", "a"};
  const int64_t orders[] = {1, 1, 0, 2};
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].promotion_id = ids[i];
    rows[i].order = orders[i];
  }
  std::string in_order;
  const ChannelBook book = ChannelBook().With({Numbered(rows), {}, {}});
  for (const LivePromotion& each : book.promotions()) in_order += each.promotion_id;
  EXPECT_EQ(in_order, "bcda");
}

TEST(ChannelBook, OfWhatEndedLongAgoTheNumberStays) {
  const std::vector<ChannelPromotion> promotions =
      Numbered<ChannelPromotion>({PromotionOf(5, Day(0), Day(1))});
  const std::vector<Offer> offers = Numbered<Offer>({OfferOf(6, 9, Day(0), Day(1))}, 2);
  const ChannelBook book = ChannelBook().With({promotions, {}, offers});
  EXPECT_EQ(book.promotions().size(), 1U);
  EXPECT_EQ(book.offers().size(), 1U);
  EXPECT_EQ(NextBreakpoint(book, Day(0)), Day(1));
  const std::vector<FeedReport> reports = Numbered<FeedReport>({ReportOf({}, Day(8))}, 3);
  const ChannelBook later = book.With({{}, reports, {}});
  EXPECT_TRUE(later.promotions().empty());
  EXPECT_EQ(later.NumberOf("p"), 5);
  EXPECT_TRUE(later.offers().empty());
  EXPECT_EQ(later.RevisionOf("app", "o"), 6);
  EXPECT_EQ(later.RevisionOf("app", "x"), 0);
  EXPECT_EQ(NextBreakpoint(later, Day(-1)), kNever);
  const std::vector<ChannelPromotion> lower =
      Numbered<ChannelPromotion>({PromotionOf(4, Day(8))}, 4);
  EXPECT_TRUE(later.With({lower, {}, {}}).promotions().empty()) << "the higher number counts";
  ChannelBook decoded;
  ASSERT_TRUE(ChannelBook::Decode(later.Encode(), decoded));
  EXPECT_EQ(decoded, later);
}

// Each is told as "number@first day-last day".
std::string StandingOf(const ChannelBook& book) {
  const auto day = [](base::Instant at) {
    return at == kNever ? "" : std::to_string((at.micros - Day(0).micros) / testing::kDay);
  };
  std::string told;
  for (const LivePromotion& one : book.promotions())
    told += std::to_string(one.source_seq) + "@" + day(one.from) + "-" + day(one.until) + " ";
  return told;
}

TEST(ChannelBook, PromotionsOfThePastEndWhereHigherNumbersTakeOver) {
  ChannelPromotion correction = PromotionOf(2, Day(2));
  correction.recorded_at = Day(4);
  ChannelPromotion planned = PromotionOf(2, Day(9));
  planned.recorded_at = Day(4);
  struct Case {
    const char* what;
    std::vector<ChannelPromotion> rows;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"alone", {PromotionOf(1, Day(0), Day(20))}, "1@0-20 "},
      {"withdrawn", {PromotionOf(1, Day(0), Day(20)), Withdrawn(2, Day(5))}, "1@0-5 "},
      {"corrected from before", {PromotionOf(1, Day(0), Day(20)), correction}, "1@0-2 2@2- "},
      {"replaced by one to come", {PromotionOf(1, Day(0), Day(20)), planned}, "1@0-9 2@9- "},
      {"withdrawn and back",
       {PromotionOf(1, Day(0)), Withdrawn(2, Day(5)), PromotionOf(3, Day(7))},
       "1@0-5 3@7- "},
      {"never begun", {PromotionOf(1, Day(6)), Withdrawn(2, Day(5))}, ""},
  };
  for (const Case& each : cases) {
    const std::vector<ChannelPromotion> rows = Numbered(each.rows);
    EXPECT_EQ(StandingOf(ChannelBook::OfHistory({rows, {}, {}})), each.told) << each.what;
  }
}

TEST(ChannelBook, ALaterNumberOfAPromotionTakesOverWhenItBegins) {
  const auto at = [](int64_t number, int64_t from, int64_t recorded) {
    ChannelPromotion promotion = PromotionOf(number, Day(from));
    promotion.recorded_at = Day(recorded);
    return promotion;
  };
  const auto withdrawn = [](int64_t number, int64_t recorded) {
    ChannelPromotion promotion = Withdrawn(number, Day(recorded));
    promotion.recorded_at = Day(recorded);
    return promotion;
  };
  struct Case {
    const char* what;
    std::vector<ChannelPromotion> rows;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"scheduled", {at(1, 0, 0), at(2, 5, 1)}, "1@0-5 2@5- "},
      {"in any order", {at(2, 5, 0), at(1, 0, 1)}, "1@0-5 2@5- "},
      {"begun", {at(1, 0, 0), at(2, 5, 6)}, "1@0-5 2@5- "},
      {"over it all", {at(1, 0, 0), at(2, 5, 1), at(3, 0, 2)}, "3@0- "},
      {"over a part", {at(1, 0, 0), at(2, 5, 1), at(3, 2, 2)}, "1@0-2 3@2- "},
      {"long ago", {at(1, 0, 0), at(2, 5, 6), at(3, 20, 20)}, "2@5-20 3@20- "},
      {"withdrawn between", {at(1, 0, 0), at(3, 5, 1), withdrawn(2, 2)}, "3@5- "},
      {"withdrawn before it came", {at(3, 5, 0), withdrawn(2, 1), at(1, 0, 2)}, "3@5- "},
      {"withdrawn, and back", {withdrawn(2, 0), at(3, 5, 1), at(1, 0, 2)}, "3@5- "},
  };
  for (const Case& each : cases) {
    const std::vector<ChannelPromotion> rows = Numbered(each.rows);
    const ChannelBook book = ChannelBook().With({rows, {}, {}});
    EXPECT_EQ(StandingOf(book), each.told) << each.what;
    ChannelBook decoded;
    ASSERT_TRUE(ChannelBook::Decode(book.Encode(), decoded));
    EXPECT_EQ(decoded, book) << each.what;
  }
}

std::vector<ChannelPromotion> ManyPromotions() {
  std::vector<ChannelPromotion> rows = {
      PromotionOf(1, Day(0)),         Withdrawn(2, Day(1)),    PromotionOf(1, Day(2), Day(9)),
      PromotionOf(1, Day(3), Day(4)), PromotionOf(2, Day(20)), PromotionOf(1, Day(20)),
      PromotionOf(1, Day(20))};
  rows[2].promotion_id = "q";
  rows[2].terms.skus = {"tea"};
  rows[3].promotion_id = rows[4].promotion_id = "r";
  rows[4].order = -1;
  rows[5].promotion_id = "s";
  rows[6].promotion_id = "t";
  return Numbered(rows);
}

TEST(ChannelBook, RoundTripsAndRefusesAllElse) {
  const ChannelBook book =
      ChannelBook().With({ManyPromotions(), Numbered<FeedReport>({ReportOf(Day(3), Day(3))}, 8),
                          Numbered<Offer>({OfferOf(1, 9, Day(0))}, 9)});
  const std::string bytes = book.Encode();
  ChannelBook decoded;
  ASSERT_TRUE(ChannelBook::Decode(bytes, decoded));
  EXPECT_EQ(decoded, book);
  EXPECT_EQ(decoded.Encode(), bytes);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(ChannelBook::Decode(bytes.substr(0, length), decoded)) << length;
  EXPECT_FALSE(ChannelBook::Decode(bytes + '\0', decoded));
  EXPECT_FALSE(ChannelBook::Decode('\2' + bytes.substr(1), decoded));
  // "r", "s", "t": by order, then id.
  std::string other = bytes;
  other.replace(other.find("\1t"), 2, "\1a");
  EXPECT_FALSE(ChannelBook::Decode(other, decoded));
  ASSERT_TRUE(ChannelBook::Decode(ChannelBook().Encode(), decoded));
  EXPECT_EQ(decoded, ChannelBook());
}

TEST(ChannelBook, IsTheSameHoweverItsRowsAreSplit) {
  const std::vector<ChannelPromotion> rows = ManyPromotions();
  const ChannelBook whole = ChannelBook().With({rows, {}, {}});
  for (size_t count = 0; count <= rows.size(); ++count) {
    const ChannelBook first = ChannelBook().With({std::span(rows).first(count), {}, {}});
    EXPECT_EQ(first.With({std::span(rows).subspan(count), {}, {}}), whole) << count;
  }
}

}  // namespace
}  // namespace fairpoint::pricing
