#include "api/price_snapshot.h"

#include <gtest/gtest.h>

#include <string>

#include "pricing/testing/rows.h"

namespace fairpoint::api {
namespace {

engine::FactToRecord Fact(const std::string& channel_id, const std::string& sku) {
  engine::FactToRecord one;
  one.fact.program_id = base::ProgramId("p");
  one.fact.channel_id = channel_id;
  one.fact.listing_id.assign(1, 'l');
  one.fact.sku = sku;
  return one;
}

FeedEnd Statement(const std::string& channel_id, bool is_snapshot) {
  FeedEnd feed;
  feed.report.program_id = base::ProgramId("p");
  feed.report.channel_id = channel_id;
  feed.is_snapshot = is_snapshot;
  return feed;
}

TEST(ListingSet, TellsNamesApart) {
  ListingSet listings;
  listings.Add("ab", "c");
  EXPECT_TRUE(listings.Has("ab", "c"));
  EXPECT_FALSE(listings.Has("a", "bc"));
  EXPECT_FALSE(listings.Has("ab", ""));
  EXPECT_FALSE(listings.empty());
  EXPECT_TRUE(ListingSet().empty());
}

TEST(NumberKnownAt, IsOfFactsThatHadBegunOrWereRecorded) {
  using pricing::testing::At;
  using pricing::testing::Minute;
  using pricing::testing::Price;
  const auto book =
      pricing::SkuBook().With(pricing::testing::Numbered<pricing::PriceFact>(
                                  {Price(1, 9, Minute(0)), At(Minute(1), Price(4, 9, Minute(30))),
                                   Price(6, 9, Minute(10))}),
                              {});
  const auto known_at = [&book](int64_t minute) {
    return NumberKnownAt(book, book.listings()[0], Minute(minute),
                         [](const pricing::LiveFact& fact) {
                           EXPECT_EQ(fact.source_seq, 4);
                           return Minute(1);
                         });
  };
  EXPECT_EQ(known_at(-1), 0);
  EXPECT_EQ(known_at(0), 1);
  EXPECT_EQ(known_at(1), 4) << "it is to begin";
  EXPECT_EQ(known_at(9), 4);
  EXPECT_EQ(known_at(10), 6);
}

TEST(FeedsHeard, ASnapshotIsOfItsChannelSinceTheLast) {
  FeedsHeard heard;
  heard.Name({Fact("a", "1"), Fact("b", "1")});
  heard.Name({Fact("a", "2")});
  // A statement alone forgets nothing.
  EXPECT_TRUE(heard.End(Statement("a", false)));
  const auto first = heard.End(Statement("a", true));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->Has("l", "1"));
  EXPECT_TRUE(first->Has("l", "2"));
  heard.Name({Fact("a", "3")});
  const auto second = heard.End(Statement("a", true));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->Has("l", "1"));
  EXPECT_TRUE(second->Has("l", "3"));
  const auto other = heard.End(Statement("b", true));
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->Has("l", "1"));
  EXPECT_FALSE(other->Has("l", "3"));
}

TEST(FeedsHeard, ARefusalSpoilsWhatItFallsWithin) {
  FeedsHeard heard;
  EXPECT_TRUE(heard.End(Statement("a", true)));
  heard.HearRefusal();
  EXPECT_FALSE(heard.End(Statement("a", false)));
  EXPECT_TRUE(heard.End(Statement("a", false)));
  // Told of before, but within the snapshot.
  EXPECT_FALSE(heard.End(Statement("a", true)));
  EXPECT_TRUE(heard.End(Statement("a", true)));
  // Whose it was is not known.
  EXPECT_FALSE(heard.End(Statement("b", true)));
  EXPECT_TRUE(heard.End(Statement("b", true)));
}

}  // namespace
}  // namespace fairpoint::api
