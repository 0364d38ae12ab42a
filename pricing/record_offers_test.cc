#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "pricing/record.h"
#include "pricing/testing/rows.h"
#include "pricing/testing/world.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::In;
using testing::Minute;
using testing::Numbered;
using testing::OfferOf;
using testing::Price;
using testing::SomeRules;
using testing::Told;

using Change = std::function<void(Offer&)>;

Offer Changed(const Change& change, Offer offer = OfferOf(1, 1'000, Minute(10))) {
  change(offer);
  return offer;
}

// The channels' feeds are complete, and looked at by `rules` at minute 10 or later.
class RecordOffer : public ::testing::Test {
 protected:
  RecordOffer() {
    FeedReport report;
    report.head_seq = 1;
    report.complete_as_of = Minute(0);
    fed_ = ChannelBook().With({{}, std::vector{report}, {}});
  }

  absl::StatusOr<Recorded<Offer>> Do(const Offer& offer, OnAboveCap on_above_cap,
                                     const std::vector<PriceFact>& facts = {},
                                     const Offer* same = nullptr) {
    const base::Instant at = std::max(offer.window.from, now_);
    const Market market =
        MakeMarket(rules_, offer.channel_id, at, [&](std::string_view) { return &fed_; });
    return Record(offer, on_above_cap, same, SkuBook().With(Numbered(facts), {}), ChannelBook(),
                  offer.sku.empty() ? nullptr : &market, rules_, now_);
  }

  Rules rules_ = SomeRules();
  ChannelBook fed_;
  base::Instant now_ = Minute(10);
};

TEST_F(RecordOffer, IsMadeOnlyWhereWeMakePrices) {
  struct Case {
    const char* what;
    Change change;
    std::string told;
  };
  const std::string wrong_role =
      "CHANNEL_ROLE_WRONG channelId=store field=channel_id neededRole=PRIVATE";
  const auto members = [](Offer& o) {
    o.channel_id = "store";
    o.audience.kind = OfferAudienceKind::kMembers;
  };
  const std::vector<Case> cases = {
      {"ours", [](Offer&) {}, "OK"},
      {"unknown", [](Offer& o) { o.channel_id = "x"; },
       "CHANNEL_UNKNOWN channelId=x field=channel_id"},
      {"theirs", [](Offer& o) { o.channel_id = "jd"; },
       "CHANNEL_ROLE_WRONG channelId=jd field=channel_id neededRole=PRIVATE"},
      {"theirs, for members",
       [](Offer& o) {
         o.channel_id = "jd";
         o.audience.kind = OfferAudienceKind::kMembers;
       },
       "CHANNEL_ROLE_WRONG channelId=jd field=channel_id neededRole=PRIVATE"},
      {"a store, to everyone", [](Offer& o) { o.channel_id = "store"; }, wrong_role},
      {"a store, to members", members, "OK"},
      {"over",
       [&](Offer& o) {
         members(o);
         o.audience = {};
         o.withdrawn = true;
         o.currency.clear();
       },
       "OK"},
      {"currency", [](Offer& o) { o.currency = "EUR"; },
       "CURRENCY_MISMATCH expectedCurrency=CNY field=currency"},
      {"window",
       [](Offer& o) {
         o.window = {kFromRecording, Minute(10)};
       },
       "INVALID_FIELDS"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(Told(Do(Changed(each.change), OnAboveCap::kRefuse).status()), each.told) << each.what;
}

// An offer of 1,000 from minute 10 on, against what others charge.
TEST_F(RecordOffer, IsKeptToTheCap) {
  PriceFact pack = Price(1, 2'500, Minute(0));
  pack.pack = 3;
  PriceFact of_plan = Price(1, 700, Minute(0));
  of_plan.audience = {AudienceKind::kPlan, "gold"};
  PriceFact of_newcomers = Price(1, 600, Minute(0));
  of_newcomers.audience.kind = AudienceKind::kNewcomers;
  PriceFact of_store = Price(1, 500, Minute(0));
  of_store.scope = {ScopeKind::kStore, "S1"};
  PriceFact of_region = Price(1, 400, Minute(0));
  of_region.scope = {ScopeKind::kRegion, "north"};
  const std::vector<PriceFact> groups = {of_plan, of_newcomers, of_store, of_region};
  rules_.regions = {{"S2", "north"}};
  struct Case {
    const char* what;
    Change change;
    std::vector<PriceFact> facts;
    int64_t amount;  // recorded by CLAMP; 1,000: it is not above
  };
  const std::vector<Case> cases = {
      {"nobody else has it", [](Offer&) {}, {}, 1'000},
      {"equal", [](Offer&) {}, {Price(1, 1'000, Minute(0))}, 1'000},
      {"above", [](Offer&) {}, {Price(1, 999, Minute(0))}, 999},
      {"the least",
       [](Offer&) {},
       {Price(1, 990, Minute(0)), In("tmall", Price(1, 980, Minute(0)))},
       980},
      {"a pack's share", [](Offer&) {}, {pack}, 833},
      {"for as many units", [](Offer& o) { o.per_units = 2; }, {Price(1, 499, Minute(0))}, 998},
      {"which is not above", [](Offer& o) { o.per_units = 2; }, {Price(1, 500, Minute(0))}, 1'000},
      {"from then on",
       [](Offer& o) { o.window.from = Minute(60); },
       {Price(1, 900, Minute(0), Minute(30))},
       1'000},
      {"what will hold then",
       [](Offer& o) { o.window.from = Minute(60); },
       {testing::At(Minute(0), Price(1, 900, Minute(50)))},
       900},
      {"within the tolerance",
       [](Offer&) {},
       {testing::At(Minute(0), Price(1, 900, Minute(11)))},
       900},
      {"begun before: now",
       [](Offer& o) { o.window.from = Minute(1); },
       {Price(1, 900, Minute(0), Minute(5))},
       1'000},
      {"from its recording",
       [](Offer& o) { o.window.from = kFromRecording; },
       {Price(1, 900, Minute(0))},
       900},
      {"percent has no amount",
       [](Offer& o) {
         o.amount = 0;
         o.off_bp = 1;
       },
       {Price(1, 1, Minute(0))},
       0},
      {"it is over",
       [](Offer& o) {
         o.window = {Minute(0), Minute(10)};
       },
       {Price(1, 1, Minute(0))},
       1'000},
      {"to everyone: not what groups get", [](Offer&) {}, groups, 1'000},
      {"to members",
       [](Offer& o) {
         o.audience = {OfferAudienceKind::kMembers, 2, ""};
       },
       groups, 1'000},
      {"to a plan",
       [](Offer& o) {
         o.audience = {OfferAudienceKind::kPlan, 0, "gold"};
       },
       groups, 700},
      {"to newcomers", [](Offer& o) { o.audience.kind = OfferAudienceKind::kNewcomers; }, groups,
       600},
      {"in a store",
       [](Offer& o) {
         o.scope = {ScopeKind::kStore, "S1"};
       },
       groups, 500},
      {"in a store of a region",
       [](Offer& o) {
         o.scope = {ScopeKind::kStore, "S2"};
       },
       groups, 400},
      {"in a region",
       [](Offer& o) {
         o.scope = {ScopeKind::kRegion, "north"};
       },
       groups, 400},
  };
  for (const Case& each : cases) {
    const Offer offer = Changed(each.change);
    const auto clamped = Do(offer, OnAboveCap::kClamp, each.facts);
    ASSERT_TRUE(clamped.ok() && clamped->row) << each.what << clamped.status();
    EXPECT_EQ(clamped->row->amount, each.amount) << each.what;
    EXPECT_EQ(clamped->row->asked_amount, offer.amount) << each.what;
    const auto refused = Do(offer, OnAboveCap::kRefuse, each.facts);
    EXPECT_EQ(base::ReasonOf(refused.status()),
              each.amount < offer.amount ? "PRICE_ABOVE_CAP" : "OK")
        << each.what;
  }
}

TEST(MarketOfAnOfferToCome, IsLookedAtWhenItBeginsWithChannelsAsFreshAsNow) {
  const Rules rules = SomeRules();
  std::vector<FeedReport> reports(1);
  reports[0].head_seq = 1;
  reports[0].complete_as_of = reports[0].recorded_at = Day(10);
  const ChannelBook jd = ChannelBook().With({{}, reports, {}});
  const auto find = [&](std::string_view id) { return id == "jd" ? &jd : nullptr; };
  const base::Instant first = Day(17);
  const Market market = MakeMarketAt(first, rules, "app", Day(10), find);
  const ChannelState& state = market.references[0];
  EXPECT_EQ(market.now, first);
  EXPECT_EQ(state.freshness, Freshness::kFresh);
  EXPECT_EQ(state.first.micros, first.micros - rules.clock_tolerance_micros);
  EXPECT_EQ(state.last.micros, first.micros + rules.clock_tolerance_micros);
  // A flash price of today does not cap the offer of next week.
  const std::vector<PriceFact> facts = Numbered<PriceFact>(
      {Price(1, 100, Day(0)), Price(2, 50, Day(10), Minute(10 * 24 * 60 + 60))});
  const SkuBook book = SkuBook().With(facts, {});
  const Offer offer = OfferOf(1, 100, first);
  const auto recorded =
      Record(offer, OnAboveCap::kRefuse, nullptr, book, ChannelBook(), &market, rules, Day(10));
  EXPECT_TRUE(recorded.ok()) << recorded.status();
  // Nor is looked back at where the feed is stale already.
  const Market stale = MakeMarketAt(first, rules, "app", Day(12), find);
  EXPECT_EQ(stale.references[0].freshness, Freshness::kStale);
  EXPECT_EQ(stale.references[0].first, state.first);
}

TEST_F(RecordOffer, ARefusalSaysByHowMuchAndWhere) {
  PriceFact fact = In("tmall", Price(1, 450, Minute(2)));
  fact.listing_id = "T9";
  Offer offer = OfferOf(1, 1'000, Minute(10));
  offer.per_units = 2;
  EXPECT_EQ(Told(Do(offer, OnAboveCap::kRefuse, {Price(1, 700, Minute(0)), fact}).status()),
            "PRICE_ABOVE_CAP aboveBy=100 amount=1000 at=2026-01-01T00:09:00.000000Z capAmount=900 "
            "channelId=tmall listingId=T9 perUnits=2");
  // Nothing is left to clamp to.
  PriceFact pack = Price(1, 1, Minute(0));
  pack.pack = 3;
  EXPECT_EQ(base::ReasonOf(Do(offer, OnAboveCap::kClamp, {pack}).status()), "PRICE_ABOVE_CAP");
}

TEST_F(RecordOffer, IsARowOfItsHead) {
  const auto of_sku = Do(OfferOf(1, 9, kFromRecording), OnAboveCap::kRefuse,
                         {Price(1, 9, Minute(0)), Price(2, 9, Minute(1))});
  EXPECT_EQ(of_sku->row->head_seq, 3);
  EXPECT_EQ(of_sku->row->window.from, now_);
  EXPECT_EQ(of_sku->row->recorded_at, now_);
  Offer wide = OfferOf(4, 0, Minute(10));
  wide.sku.clear();
  wide.off_bp = 500;
  const auto of_channel =
      Record(wide, OnAboveCap::kRefuse, nullptr, SkuBook(), fed_, nullptr, rules_, now_);
  EXPECT_EQ(of_channel->row->head_seq, 2);
}

TEST_F(RecordOffer, ARepeatedRevisionIsADuplicateOrRefused) {
  Offer stored = OfferOf(3, 900, Minute(10));
  stored.asked_amount = 1'000;
  stored.head_seq = 8;
  const std::vector<PriceFact> facts = {Price(1, 900, Minute(0))};
  EXPECT_EQ(Do(OfferOf(3, 1'000, Minute(10)), OnAboveCap::kRefuse, facts, &stored)->duplicate_seq,
            8);
  EXPECT_EQ(
      Do(OfferOf(3, 1'000, kFromRecording), OnAboveCap::kRefuse, facts, &stored)->duplicate_seq, 8);
  EXPECT_EQ(Told(Do(OfferOf(3, 900, Minute(10)), OnAboveCap::kRefuse, facts, &stored).status()),
            "SEQUENCE_REUSED differingFields=amount field=revision sequence=3");
}

TEST_F(RecordOffer, IsSurelyNewAboveTheKnownRevision) {
  Offer wide = OfferOf(4, 0, Minute(0));
  wide.sku.clear();
  const SkuBook book = SkuBook().With({}, Numbered<Offer>({OfferOf(2, 9, Minute(0))}));
  const ChannelBook channel = ChannelBook().With({{}, {}, Numbered<Offer>({wide})});
  const auto is_new = [&](int64_t revision, const std::string& sku) {
    Offer offer = OfferOf(revision, 9, Minute(0));
    offer.sku = sku;
    return IsSurelyNew(offer, book, channel);
  };
  EXPECT_FALSE(is_new(2, "tea"));
  EXPECT_TRUE(is_new(3, "tea"));
  EXPECT_FALSE(is_new(4, ""));
  EXPECT_TRUE(is_new(5, ""));
}

}  // namespace
}  // namespace fairpoint::pricing
