// Prices in a group: snapshots decided in the transaction, promotions of one request.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/testing/world.h"
#include "pricing/errors.h"
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

constexpr auto kRecorded = RecordedItem::State::kRecorded;
constexpr auto kDuplicate = RecordedItem::State::kDuplicate;
constexpr auto kHeld = RecordedItem::State::kHeld;
constexpr auto kRefused = RecordedItem::State::kRefused;

// In minutes after kStart; without `from`: from its recording.
pricing::PriceFact Windowed(int64_t source_seq, std::optional<int64_t> from, int64_t until) {
  pricing::PriceFact fact =
      Fact("L", source_seq, from ? kStart + absl::Minutes(*from) : pricing::kFromRecording);
  fact.window.until = kStart + absl::Minutes(until);
  return fact;
}
RecordPriceFacts All(const std::vector<pricing::PriceFact>& facts) {
  RecordPriceFacts record;
  for (const pricing::PriceFact& fact : facts)
    record.facts.push_back({.fact = fact, .refused = {}});
  return record;
}
std::vector<RecordedItem::State> StatesOf(const PriceAnswer& answer) {
  std::vector<RecordedItem::State> states;
  for (const RecordedItem& item : answer.items) states.push_back(item.state);
  return states;
}
using States = std::vector<RecordedItem::State>;

TEST_F(GroupPricesTest, OfTwoWindowsThatOverlapTheLaterIsRefused) {
  RecordPriceFacts record =
      All({Windowed(1, 10, 20), Windowed(2, 12, 18), Windowed(3, 15, 25), Windowed(4, 20, 30)});
  record.facts[1].refused = pricing::ScopeUnknown("scope", {pricing::ScopeKind::kStore, "S9"});
  record.feed = ReportOf(kStart);
  const auto told = Do(record);
  EXPECT_EQ(StatesOf(*told), (States{kRecorded, kRefused, kRefused, kRecorded}));
  EXPECT_EQ(ReasonOf(told->items[1].refused), "STORE_UNKNOWN");
  EXPECT_EQ(ReasonOf(told->items[2].refused), "WINDOWS_OVERLAP");
  EXPECT_EQ(base::DetailOf(told->items[2].refused)->metadata.at("otherSeq"), "1");
  EXPECT_EQ(ReasonOf(told->feed), "FEED_INCOMPLETE");
  const auto again = Do(record);
  EXPECT_EQ(StatesOf(*again), (States{kDuplicate, kRefused, kRefused, kDuplicate}))
      << "the same request again is answered the same";
  EXPECT_EQ(Record(Windowed(3, 15, 25)).state, kRecorded) << "by another request";
  EXPECT_EQ(StatesOf(*Do(All({Windowed(1, 10, 20), Windowed(3, 15, 25)}))),
            (States{kDuplicate, kDuplicate}));
}

TEST_F(GroupPricesTest, AWindowThatIsRefusedOverlapsNothing) {
  pricing::PriceFact foreign = Windowed(1, 10, 20);
  foreign.currency = "USD";
  const auto told = Do(All({foreign, Windowed(2, 15, 25)}));
  EXPECT_EQ(ReasonOf(told->items[0].refused), "CURRENCY_MISMATCH");
  EXPECT_EQ(told->items[1].state, kRecorded);
}

TEST_F(GroupPricesTest, AWindowBeginsByTheClockOfTheTransaction) {
  world.store.SetClock(kStart + absl::Minutes(7));
  EXPECT_EQ(StatesOf(*Do(All({Windowed(1, {}, 60), Windowed(2, 5, 10)}))),
            (States{kRecorded, kRefused}));
  EXPECT_EQ(StatesOf(*Do(All({Windowed(3, 5, 10), Windowed(4, {}, 60)}))),
            (States{kRecorded, kRefused}));
}

TEST_F(GroupPricesTest, TheSameRequestAgainIsOfDuplicatesThoughItsWindowsBeganSince) {
  world.store.SetClock(kStart);
  RecordPriceFacts record = All({Windowed(1, {}, 60), Windowed(2, 5, 10)});
  record.feed = ReportOf(kStart);
  const auto told = Do(record);
  EXPECT_EQ(StatesOf(*told), (States{kRecorded, kRecorded}));
  EXPECT_TRUE(told->feed.ok() && !told->feed_known);
  world.store.SetClock(kStart + absl::Minutes(7));
  const auto again = Do(record);
  EXPECT_EQ(StatesOf(*again), (States{kDuplicate, kDuplicate}));
  EXPECT_TRUE(again->feed.ok() && again->feed_known);
  EXPECT_EQ(again->items[1].seq, told->items[1].seq);
  // With one that is new: its windows are those that were recorded.
  EXPECT_EQ(StatesOf(*Do(All({Windowed(1, {}, 60), Windowed(2, 5, 10), Windowed(3, 8, 12)}))),
            (States{kDuplicate, kDuplicate, kRefused}));
}

TEST_F(GroupPricesTest, ADuplicateTellsItsHoldAsLongAsItStands) {
  world.store.SetClock(kStart);
  EXPECT_EQ(Record(Fact("L", 1, kStart)).held_until, std::nullopt);
  pricing::PriceFact low = Fact("L", 2, kStart);
  low.amount = 1;
  const RecordedItem first = Record(low);
  EXPECT_EQ(first.state, kHeld);
  ASSERT_TRUE(first.held_until);
  const RecordedItem again = Record(low);
  EXPECT_EQ(again.state, kDuplicate);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(again.held_until, first.held_until);
  const auto both = Do(All({low, Fact("L", 1, kStart)}));
  EXPECT_EQ(both->items[0].held_until, first.held_until);
  EXPECT_EQ(both->items[1].held_until, std::nullopt);

  pricing::PriceFact lower = Fact("M", 1, kStart);
  Record(lower);
  lower = Fact("M", 2, kStart);
  lower.amount = 1;
  const RecordedItem other = Record(lower);
  EXPECT_EQ(other.state, kHeld);
  Do(ConfirmPriceFact{.sku = "tea", .fact_seq = other.seq, .actor = "boss"});
  EXPECT_EQ(Record(lower).state, kDuplicate);
  EXPECT_EQ(Record(lower).held_until, std::nullopt) << "confirmed";

  world.store.SetClock(*first.held_until);
  EXPECT_EQ(Record(low).state, kDuplicate);
  EXPECT_EQ(Record(low).held_until, std::nullopt) << "over";
}

TEST_F(GroupPricesTest, ADuplicateTellsWhatItWasClampedTo) {
  world.store.SetClock(kStart);
  Record(Fact("L", 1, kStart));
  RecordOffers record{.offers = {}, .on_above_cap = pricing::OnAboveCap::kClamp};
  for (const int64_t amount : {1'000, 800}) {
    pricing::Offer offer = pricing::testing::OfferOf(1, amount, kStart);
    offer.program_id = Brand();
    offer.offer_id = std::to_string(amount);
    offer.source_key = pricing::SourceKey(offer);
    record.offers.push_back({.offer = offer, .refused = {}});
  }
  for (const RecordedItem::State state : {kRecorded, kDuplicate}) {
    const auto told = Do(record);
    EXPECT_EQ(StatesOf(*told), (States{state, state}));
    EXPECT_EQ(told->items.at(0).clamped_amount, 900);
    EXPECT_EQ(told->items.at(1).clamped_amount, 0);
  }
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
