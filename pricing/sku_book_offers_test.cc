// A SKU's book and its offers: those that stand, and what stays of those that do not.
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/canonical.h"
#include "pricing/sku_book.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::Minute;
using testing::Numbered;
using testing::OfferOf;
using testing::Price;
using testing::WithdrawalOf;

std::string Named(const std::string& name) { return base::CanonicalWriter().Bytes(name).bytes(); }

TEST(SkuBook, OffersStandAsTheirHighestRevision) {
  Offer withdrawn = OfferOf(3, 0, Day(4));
  withdrawn.withdrawn = true;
  const std::vector<Offer> offers = Numbered<Offer>(
      {OfferOf(1, 90, Day(0)), OfferOf(2, 80, Day(2)), OfferOf(1, 70, Day(3)), withdrawn});
  const auto amount_after = [&](size_t count) {
    return SkuBook().With({}, std::span(offers).first(count)).offers().front().amount;
  };
  EXPECT_EQ(amount_after(1), 90);
  EXPECT_EQ(amount_after(2), 80);
  EXPECT_EQ(amount_after(3), 80);
  const SkuBook book = SkuBook().With({}, offers);
  EXPECT_TRUE(book.offers().empty());
  EXPECT_EQ(book.RevisionOf("app", "o"), 3);
  EXPECT_EQ(book.RevisionOf("app", "x"), 0);
  EXPECT_EQ(book.RevisionOf("mini", "o"), 0);
  const SkuBook back = book.With({}, Numbered<Offer>({OfferOf(4, 60, Day(5))}, 5));
  ASSERT_EQ(back.offers().size(), 1U);
  EXPECT_EQ(back.offers().front().amount, 60);
  EXPECT_EQ(back.RevisionOf("app", "o"), 4);
}

std::string StandingOf(std::span<const LiveOffer> offers) {
  std::string told;
  for (const LiveOffer& each : offers)
    absl::StrAppend(
        &told, each.revision, "@", (each.from.micros - Day(0).micros) / testing::kDay, "-",
        each.until == kNever ? 0 : (each.until.micros - Day(0).micros) / testing::kDay, " ");
  return told;
}

TEST(SkuBook, ALaterRevisionOfAnOfferTakesOverWhenItBegins) {
  const auto at = [](int64_t revision, int64_t from, int64_t recorded) {
    Offer offer = OfferOf(revision, 90, Day(from));
    offer.recorded_at = Day(recorded);
    return offer;
  };
  const auto withdrawn = [&](int64_t revision, int64_t recorded) {
    Offer offer = at(revision, 0, recorded);
    offer.withdrawn = true;
    return offer;
  };
  const struct {
    const char* what;
    std::vector<Offer> rows;
    std::string told;
  } cases[] = {
      {"scheduled", {at(1, 0, 0), at(2, 5, 1)}, "1@0-5 2@5-0 "},
      {"in any order", {at(2, 5, 0), at(1, 0, 1)}, "1@0-5 2@5-0 "},
      {"begun", {at(1, 0, 0), at(2, 5, 6)}, "2@5-0 "},
      {"begun, in any order", {at(2, 5, 6), at(1, 0, 7)}, "2@5-0 "},
      {"an earlier one after it", {at(1, 0, 0), at(2, 5, 1), at(3, 4, 2)}, "1@0-4 3@4-0 "},
      {"at once after it", {at(1, 0, 0), at(2, 5, 1), at(3, 0, 2)}, "3@0-0 "},
      {"withdrawn", {at(1, 0, 0), at(2, 5, 1), withdrawn(3, 2)}, ""},
      {"withdrawn between", {at(1, 0, 0), at(3, 5, 1), withdrawn(2, 2)}, "3@5-0 "},
      {"withdrawn before it came", {at(3, 5, 0), withdrawn(2, 1), at(1, 0, 2)}, "3@5-0 "},
      {"withdrawn, and back", {withdrawn(2, 0), at(3, 5, 1), at(1, 0, 2)}, "3@5-0 "},
  };
  for (const auto& each : cases) {
    const SkuBook book = SkuBook().With({}, Numbered<Offer>(each.rows));
    EXPECT_EQ(StandingOf(book.offers()), each.told) << each.what;
    SkuBook decoded;
    ASSERT_TRUE(SkuBook::Decode(book.Encode(), decoded));
    EXPECT_EQ(decoded, book) << each.what;
  }
}

TEST(SkuBook, OfOffersThatEndedLongAgoTheRevisionStays) {
  const std::vector<Offer> ended = Numbered<Offer>({OfferOf(4, 90, Day(0), Day(1))});
  const std::vector<PriceFact> fact = Numbered<PriceFact>({Price(1, 9, Day(8))}, 2);
  EXPECT_EQ(SkuBook().With({}, ended).offers().size(), 1U);
  const SkuBook book = SkuBook().With({}, ended).With(fact, {});
  EXPECT_TRUE(book.offers().empty());
  EXPECT_EQ(book.RevisionOf("app", "o"), 4);
  const std::vector<Offer> lower = Numbered<Offer>({OfferOf(3, 9, Day(9))}, 3);
  EXPECT_TRUE(book.With({}, lower).offers().empty()) << "the higher one counts, whole";
}

TEST(SkuBook, AYearOfDailyOffersAndWithdrawalsStaysSmall) {
  SkuBook book;
  for (int64_t day = 0; day < 365; ++day) {
    std::vector<Offer> offers =
        Numbered<Offer>({OfferOf(1, 9, Day(day), Day(day + 1))}, 3 * day + 1);
    offers[0].offer_id = absl::StrCat("flash-", day);
    std::vector<PriceFact> facts = {Price(2 * day + 1, 9, Day(day)),
                                    WithdrawalOf(2 * day + 2, Minute(24 * 60 * day + 60))};
    book = book.With(Numbered(facts, 3 * day + 2), offers);
  }
  EXPECT_LE(book.offers().size(), 8U);
  EXPECT_LE(book.withdrawals().size(), 9U);
  EXPECT_LT(book.BytesUsed(), 40'000U);
  EXPECT_EQ(book.RevisionOf("app", "flash-0"), 1);
  SkuBook decoded;
  ASSERT_TRUE(SkuBook::Decode(book.Encode(), decoded));
  EXPECT_EQ(decoded, book);
  EXPECT_EQ(decoded.RevisionOf("app", "flash-0"), 1);
}

TEST(SkuBook, OffersOfThePastStandWhileTheyWereTheHighestRecorded) {
  Offer withdrawn = OfferOf(3, 0, Day(4));
  withdrawn.withdrawn = true;
  Offer backdated = OfferOf(4, 60, Day(1));
  backdated.recorded_at = Day(6);
  Offer too_late = OfferOf(2, 50, Day(0));
  too_late.recorded_at = Day(7);
  const SkuBook book = SkuBook::OfHistory(
      {}, Numbered<Offer>({OfferOf(1, 90, Day(0)), withdrawn, backdated, too_late}));
  ASSERT_EQ(book.offers().size(), 2U);
  EXPECT_EQ(book.offers()[0].amount, 90);
  EXPECT_EQ(book.offers()[0].until, Day(4));
  EXPECT_EQ(book.offers()[1].amount, 60);
  EXPECT_EQ(book.offers()[1].from, Day(6));
  EXPECT_EQ(book.offers()[1].until, kNever);
}

TEST(SkuBook, AnOfferThatStandsIsNotAmongThoseThatEnded) {
  Offer withdrawn = OfferOf(1, 0, Day(0));
  withdrawn.withdrawn = true;
  withdrawn.offer_id = "x";
  const SkuBook ended = SkuBook().With({}, Numbered<Offer>({withdrawn}));
  Offer live = OfferOf(2, 9, Day(1));
  live.offer_id = "y";
  const std::string bytes = ended.With({}, Numbered<Offer>({live}, 2)).Encode();
  SkuBook decoded;
  ASSERT_TRUE(SkuBook::Decode(bytes, decoded));
  std::string other = bytes;
  other.replace(other.find(Named("y")), Named("y").size(), Named("x"));
  EXPECT_FALSE(SkuBook::Decode(other, decoded));
}

}  // namespace
}  // namespace fairpoint::pricing
