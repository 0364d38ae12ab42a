// Prices in a group: snapshots decided in the transaction, promotions of one request.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/testing/world.h"
#include "pricing/testing/rows.h"

namespace fairpoint::engine {
namespace {

using pricing::testing::Price;
using testing::Brand;
using testing::Elsewhere;
using testing::kStart;
using testing::World;

Command Of(PriceOperation operation) {
  Command command = testing::Ask("", Nobody(), {});
  command.operation = std::move(operation);
  return command;
}

pricing::PriceFact Fact(const std::string& listing_id, int64_t source_seq, base::Instant from) {
  pricing::PriceFact fact = Price(source_seq, 900, from);
  fact.program_id = Brand();
  fact.listing_id = listing_id;
  fact.source_key = pricing::SourceKey(fact);
  return fact;
}

struct GroupPricesTest : ::testing::Test {
  pricing::FeedReport ReportOf(base::Instant at) const {
    pricing::FeedReport report;
    report.program_id = Brand();
    report.channel_id = "jd";
    report.complete_as_of = at;
    return report;
  }
  std::shared_ptr<const PriceAnswer> Do(const PriceOperation& operation) {
    const auto told = world.Do(Of(operation));
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() ? told->prices : std::make_shared<const PriceAnswer>();
  }
  RecordedItem Record(const pricing::PriceFact& fact) {
    return Do(RecordPriceFacts{.facts = {{.fact = fact, .refused = {}}}, .feed = {}})->items.at(0);
  }
  // What a snapshot as of then withdraws: the listing, by the number.
  RecordPriceFacts Withdrawal(const std::string& listing_id, int64_t number, base::Instant at) {
    pricing::PriceFact fact = Fact(listing_id, number, at);
    fact.kind = pricing::FactKind::kWithdrawal;
    fact.currency.clear();
    fact.amount = 0;
    fact.source_key = pricing::SourceKey(fact);
    return {.facts = {{.fact = fact, .of_snapshot = true, .refused = {}}},
            .feed = ReportOf(at),
            .part = FeedPart::kWithdrawals};
  }
  std::shared_ptr<const PriceAnswer> End(base::Instant at) {
    return Do(RecordPriceFacts{.facts = {}, .feed = ReportOf(at), .part = FeedPart::kSnapshot});
  }
  size_t Counting() const {
    const auto book = world.prices.Find(Brand(), "tea");
    return book == nullptr
               ? 0
               : pricing::testing::CountedIn(*book, kStart, kStart + absl::Hours(1)).size();
  }
  World world{"CNY shop"};
};

std::string ReasonOf(const absl::Status& status) {
  const auto detail = base::DetailOf(status);
  return detail ? detail->reason : std::string(status.message());
}

TEST_F(GroupPricesTest, AnOldSnapshotWithdrawsNothing) {
  world.store.SetClock(kStart + absl::Hours(10));
  EXPECT_EQ(Record(Fact("L", 1, kStart)).state, RecordedItem::State::kRecorded);
  ASSERT_TRUE(End(kStart + absl::Hours(2))->feed.ok());
  const auto old = Do(Withdrawal("L", 1, kStart + absl::Hours(1)));
  EXPECT_EQ(ReasonOf(old->feed), "SNAPSHOT_SUPERSEDED");
  EXPECT_TRUE(old->items.empty());
  const auto again = Do(Withdrawal("L", 1, kStart + absl::Hours(2)));
  EXPECT_TRUE(again->feed.ok() && again->feed_known);
  EXPECT_TRUE(again->items.empty());
  EXPECT_EQ(Counting(), 1U);
  EXPECT_TRUE(End(kStart + absl::Hours(2))->feed_known);
  EXPECT_EQ(ReasonOf(End(kStart + absl::Hours(1))->feed), "SNAPSHOT_SUPERSEDED");
  const auto later = Do(Withdrawal("L", 1, kStart + absl::Hours(3)));
  EXPECT_TRUE(later->feed.ok() && !later->feed_known);
  EXPECT_EQ(later->items.at(0).state, RecordedItem::State::kRecorded);
  EXPECT_EQ(world.prices.Channels(Brand())->books.at("jd")->complete_as_of(),
            kStart + absl::Hours(2))
      << "not before its end";
}

TEST_F(GroupPricesTest, AnotherServersLaterSnapshotIsSeen) {
  world.store.SetClock(kStart + absl::Hours(10));
  EXPECT_EQ(Record(Fact("L", 1, kStart)).state, RecordedItem::State::kRecorded);
  ASSERT_TRUE(Elsewhere(world, Of(RecordPriceFacts{.facts = {},
                                                   .feed = ReportOf(kStart + absl::Hours(2)),
                                                   .part = FeedPart::kSnapshot}))
                  .ok());
  EXPECT_EQ(ReasonOf(Do(Withdrawal("L", 1, kStart + absl::Hours(1)))->feed), "SNAPSHOT_SUPERSEDED");
}

TEST_F(GroupPricesTest, AWithdrawnListingNeedsAHigherNumber) {
  world.store.SetClock(kStart + absl::Hours(10));
  const pricing::PriceFact fact = Fact("L", 1, kStart);
  EXPECT_EQ(Record(fact).state, RecordedItem::State::kRecorded);
  EXPECT_EQ(Record(fact).state, RecordedItem::State::kDuplicate);
  Do(Withdrawal("L", 1, kStart + absl::Minutes(5)));
  EXPECT_EQ(ReasonOf(Record(fact).refused), "LISTING_WITHDRAWN");
  EXPECT_EQ(Record(Fact("L", 2, kStart)).state, RecordedItem::State::kRecorded);
}

TEST_F(GroupPricesTest, WhatTheBookLeftOutIsConfirmedHarmlessly) {
  const pricing::PriceFact fact = Fact("L", 1, kStart);
  const int64_t seq = Record(fact).seq;
  world.store.SetClock(kStart + absl::Hours(24 * 30));
  Record(Fact("L", 2, kStart + absl::Hours(24 * 20)));
  Record(Fact("L", 3, kStart + absl::Hours(24 * 30)));
  const auto book = world.prices.Find(Brand(), "tea");
  ASSERT_TRUE(std::none_of(book->facts().begin(), book->facts().end(),
                           [seq](const pricing::LiveFact& each) { return each.head_seq == seq; }));
  const auto confirm = [](int64_t fact_seq) {
    return Of(ConfirmPriceFact{.sku = "tea", .fact_seq = fact_seq, .actor = "boss"});
  };
  const auto told = world.Do(confirm(seq));
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->prices->items.at(0).state, RecordedItem::State::kDuplicate);
  EXPECT_EQ(testing::ReasonOf(world.Do(confirm(99))), "FACT_NOT_FOUND");
}

TEST_F(GroupPricesTest, PromotionsOfOneRequestAreTakenInTurn) {
  RecordChannelPromotions record;
  for (const int64_t source_seq : {1, 2, 2, 3}) {
    pricing::ChannelPromotion promotion = pricing::testing::PromotionOf(source_seq, kStart);
    promotion.program_id = Brand();
    promotion.promotion_id = source_seq == 3 ? "q" : "p";
    promotion.source_key = pricing::SourceKey(promotion);
    record.promotions.push_back({.promotion = promotion, .refused = {}});
  }
  const auto told = Do(record);
  std::vector<int64_t> seqs;
  for (const RecordedItem& item : told->items) seqs.push_back(item.seq);
  EXPECT_EQ(seqs, (std::vector<int64_t>{1, 2, 2, 3}));
  EXPECT_EQ(told->items[2].state, RecordedItem::State::kDuplicate);
  const auto& book = *world.prices.Channels(Brand())->books.at("jd");
  EXPECT_EQ(book.version(), 3);
  ASSERT_EQ(book.promotions().size(), 2U);
  EXPECT_EQ(book.NumberOf("p"), 2);
}

}  // namespace
}  // namespace fairpoint::engine
