#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "pricing/heads.h"
#include "pricing/record.h"
#include "pricing/testing/rows.h"
#include "pricing/testing/world.h"

namespace fairpoint::pricing {
namespace {

using testing::Minute;
using testing::Numbered;
using testing::PromotionOf;
using testing::SomeRules;
using testing::Told;

TEST(RecordPromotion, IsARowOrRefused) {
  ChannelPromotion unknown = PromotionOf(1, Minute(0));
  unknown.channel_id = "x";
  ChannelPromotion ours = PromotionOf(1, Minute(0));
  ours.channel_id = "app";
  ChannelPromotion euro = PromotionOf(1, Minute(0));
  euro.currency = "EUR";
  ChannelPromotion withdrawn = euro;
  withdrawn.withdrawn = true;
  struct Case {
    ChannelPromotion promotion;
    std::string told;
  };
  const std::vector<Case> cases = {
      {PromotionOf(1, Minute(0)), "OK"},
      {unknown, "CHANNEL_UNKNOWN channelId=x field=channel_id"},
      {ours, "CHANNEL_ROLE_WRONG channelId=app field=channel_id neededRole=REFERENCE"},
      {euro, "CURRENCY_MISMATCH expectedCurrency=CNY field=currency"},
      {withdrawn, "OK"},
      {PromotionOf(1, kFromRecording, Minute(1)), "INVALID_FIELDS"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(Told(Record(each.promotion, nullptr, ChannelBook(), SomeRules(), Minute(1)).status()),
              each.told);

  const ChannelBook book =
      ChannelBook().With({Numbered<ChannelPromotion>({PromotionOf(4, Minute(0))}), {}, {}});
  const auto recorded =
      Record(PromotionOf(5, kFromRecording), nullptr, book, SomeRules(), Minute(3));
  EXPECT_EQ(recorded->row->head_seq, 2);
  EXPECT_EQ(recorded->row->window.from, Minute(3));
  EXPECT_EQ(recorded->row->recorded_at, Minute(3));
}

TEST(RecordPromotion, ARepeatedNumberIsADuplicateOrRefused) {
  const ChannelPromotion stored = Numbered<ChannelPromotion>({PromotionOf(4, Minute(0))}, 9)[0];
  ChannelPromotion other = PromotionOf(4, Minute(0));
  other.terms.repeats = true;
  other.order = 1;
  const auto record = [&](const ChannelPromotion& promotion) {
    return Record(promotion, &stored, ChannelBook(), SomeRules(), Minute(3));
  };
  EXPECT_EQ(record(PromotionOf(4, Minute(0)))->duplicate_seq, 9);
  EXPECT_EQ(record(PromotionOf(4, kFromRecording))->duplicate_seq, 9);
  EXPECT_EQ(Told(record(other).status()),
            "SEQUENCE_REUSED differingFields=terms,order field=source_seq sequence=4");
}

TEST(RecordReport, IsARowWhereItSaysMore) {
  const base::Instant now = Minute(100);
  const base::Instant ahead = now + base::kClockTolerance;
  struct Case {
    const char* what;
    std::vector<std::optional<base::Instant>> known;
    std::string channel_id;
    std::optional<base::Instant> complete_as_of;
    std::string told;  // "row", "nothing" or a refusal
  };
  const std::vector<Case> cases = {
      {"the first", {}, "jd", std::nullopt, "row"},
      {"again", {std::nullopt}, "jd", std::nullopt, "nothing"},
      {"how far", {std::nullopt}, "jd", Minute(90), "row"},
      {"no further", {Minute(90)}, "jd", Minute(90), "nothing"},
      {"less", {Minute(90)}, "jd", Minute(80), "nothing"},
      {"further", {Minute(90)}, "jd", Minute(91), "row"},
      {"a clock a little ahead", {}, "jd", ahead, "row"},
      {"more",
       {},
       "jd",
       base::Instant{ahead.micros + 1},
       "CLOCK_SKEW at=2026-01-01T01:45:00.000001Z field=feed.complete_as_of "
       "now=2026-01-01T01:40:00.000000Z"},
      {"nobody's", {}, "x", Minute(90), "CHANNEL_UNKNOWN channelId=x field=feed.channel_id"},
      {"ours",
       {},
       "app",
       Minute(90),
       "CHANNEL_ROLE_WRONG channelId=app field=feed.channel_id neededRole=REFERENCE"},
  };
  for (const Case& each : cases) {
    ChannelBook book;
    for (const auto& complete_as_of : each.known) {
      FeedReport report;
      report.head_seq = book.version() + 1;
      report.complete_as_of = complete_as_of;
      book = book.With({{}, std::vector{report}, {}});
    }
    FeedReport report;
    report.channel_id = each.channel_id;
    report.complete_as_of = each.complete_as_of;
    const auto recorded = Record(report, book, SomeRules(), now);
    EXPECT_EQ(!recorded.ok()          ? Told(recorded.status())
              : recorded->has_value() ? "row"
                                      : "nothing",
              each.told)
        << each.what;
    if (recorded.ok() && recorded->has_value()) {
      EXPECT_EQ((*recorded)->head_seq, book.version() + 1);
      EXPECT_EQ((*recorded)->recorded_at, now);
    }
  }
}

TEST(RecordReport, OfASnapshotIsNewsOnlyIfItIsLater) {
  FeedReport known;
  known.head_seq = 1;
  known.complete_as_of = Minute(10);
  const ChannelBook book = ChannelBook().With({{}, std::vector{known}, {}});
  const auto record = [&](const ChannelBook& before, int64_t minute) {
    FeedReport report;
    report.channel_id = "jd";
    report.complete_as_of = Minute(minute);
    return RecordSnapshot(report, before, SomeRules(), Minute(20));
  };
  EXPECT_TRUE(record(ChannelBook(), 9)->has_value());
  EXPECT_TRUE(record(book, 11)->has_value());
  EXPECT_FALSE(record(book, 10)->has_value());
  EXPECT_EQ(Told(record(book, 9).status()),
            "SNAPSHOT_SUPERSEDED at=2026-01-01T00:09:00.000000Z "
            "completeAsOf=2026-01-01T00:10:00.000000Z field=feed.complete_as_of");
  EXPECT_EQ(Told(record(book, 60).status()),
            "CLOCK_SKEW at=2026-01-01T01:00:00.000000Z field=feed.complete_as_of "
            "now=2026-01-01T00:20:00.000000Z");
}

TEST(RecordPromotion, AFullBookTakesOnlyWhatEndsSomething) {
  std::vector<ChannelPromotion> promotions;
  std::vector<std::string> skus;
  skus.reserve(2'000);
  for (int i = 0; i < 2'000; ++i) skus.push_back(std::string(60, 's') + std::to_string(1'000 + i));
  while (promotions.size() * 2'000 * 68 < kBookBytesMax) {
    ChannelPromotion promotion = PromotionOf(1, Minute(0));
    promotion.promotion_id = "p" + std::to_string(promotions.size());
    promotion.terms.skus = skus;
    promotions.push_back(promotion);
  }
  promotions = Numbered(promotions);
  const std::span<const ChannelPromotion> rows(promotions);
  const ChannelBook full = ChannelBook().With({rows, {}, {}});
  EXPECT_FALSE(IsFull(ChannelBook().With({rows.first(rows.size() / 2), {}, {}})));
  EXPECT_GE(full.Encode().size(), kBookBytesMax);
  ASSERT_TRUE(IsFull(full));
  const auto record = [&](const ChannelPromotion& promotion) {
    return Told(Record(promotion, nullptr, full, SomeRules(), Minute(3)).status());
  };
  ChannelPromotion over = PromotionOf(2, Minute(1));
  over.promotion_id = "p0";
  EXPECT_EQ(record(over), "BOOK_FULL field=channel_id name=jd");
  over.withdrawn = true;
  EXPECT_EQ(record(over), "OK");
  over.promotion_id = "unknown";
  EXPECT_EQ(record(over), "BOOK_FULL field=channel_id name=jd");
}

}  // namespace
}  // namespace fairpoint::pricing
