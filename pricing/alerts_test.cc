// Alerts: what of the books an operator is told.
#include "pricing/alerts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::During;
using testing::ForPlan;
using testing::kNow;
using testing::ListOf;
using testing::Numbered;
using testing::Pack;
using testing::Seconds;
using testing::Shelf;
using testing::Shop;
using testing::Stranger;

std::vector<Alert> AlertsOfTea(Shop& shop) {
  return AlertsOf("tea", shop.BookOf("tea"), shop.MarketAt(Stranger()));
}

TEST(Alerts, OfAnOfferAboveTheCap) {
  Shop shop;
  shop.Add(ListOf("tea", 100)).Add(Shelf("jd", "tea", 100));
  EXPECT_TRUE(AlertsOfTea(shop).empty());
  shop.Add(Numbered(2, Shelf("jd", "tea", 99)));
  const std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kPrivateAboveCap);
  EXPECT_EQ(alerts[0].sku, "tea");
  EXPECT_EQ(alerts[0].channel_id, "jd");
  EXPECT_EQ(alerts[0].fact_seq, 3);
  EXPECT_EQ(alerts[0].offer_id, "list");
  EXPECT_EQ(alerts[0].offered, 100);
  EXPECT_EQ(alerts[0].cap, 99);
}

TEST(Alerts, CompareUnitsAndAudiences) {
  Shop shop;
  Offer three = ListOf("tea", 290);
  three.per_units = 3;
  PriceFact plus = Shelf("jd", "tea", 95);
  plus.audience = {AudienceKind::kPlan, "plus"};
  shop.Add(three).Add(Pack(3, Shelf("jd", "tea", 290))).Add(plus);
  EXPECT_TRUE(AlertsOfTea(shop).empty());
  shop.Add(ForPlan("plus", ListOf("tea", 96)));
  const std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].offer_id, "plus");
}

TEST(Alerts, OfASchedule) {
  Shop shop;
  Offer list = ListOf("tea", 100);
  list.floor_amount = 80;
  shop.Add(list).Add(Shelf("jd", "tea", 100));
  shop.Add(During(Seconds(5'000), Seconds(6'000), Numbered(2, Shelf("jd", "tea", 90))));
  std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kInfeasibleSchedule);
  EXPECT_EQ(alerts[0].at, Seconds(5'000));
  EXPECT_FALSE(alerts[0].is_now);
  EXPECT_EQ(alerts[0].fact_seq, 3);
  EXPECT_EQ(alerts[0].cap, 90);

  Shop other;
  Offer cheap = ListOf("tea", 70);
  cheap.floor_amount = 80;
  other.Add(cheap).Add(Shelf("jd", "tea", 75));
  alerts = AlertsOfTea(other);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kInfeasibleSchedule);
  EXPECT_EQ(alerts[0].offered, 80);
  EXPECT_TRUE(alerts[0].is_now);
}

TEST(Alerts, OfAHeldFact) {
  Shop shop;
  PriceFact held = Shelf("jd", "tea", 10);
  held.held_until = Seconds(1);
  shop.Add(held);
  const std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kHeldFact);
  EXPECT_EQ(alerts[0].fact_seq, 1);
  EXPECT_EQ(alerts[0].at, Seconds(1));
  EXPECT_EQ(alerts[0].listing_id, "L");
  EXPECT_EQ(alerts[0].fell_from, 0) << "there was none before";
  EXPECT_TRUE(AlertsOf("tea", shop.BookOf("tea"), shop.MarketAt(Stranger(), Seconds(1))).empty());
}

PriceFact HeldTea() {
  PriceFact held = Numbered(2, Pack(2, Shelf("jd", "tea", 20)));
  held.held_until = Seconds(600);
  return held;
}

TEST(Alerts, AHeldFactFellFromWhatCountsThere) {
  Shop shop;
  shop.Add(Pack(2, Shelf("jd", "tea", 200))).Add(HeldTea());
  std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].fell_from, 100);
  EXPECT_EQ(alerts[0].cap, 10);
}

TEST(Alerts, AHeldFactCountsNotBeforeItBegins) {
  Shop shop;
  shop.Add(During(Seconds(9'000), std::nullopt, HeldTea()));
  EXPECT_EQ(AlertsOfTea(shop)[0].at, Seconds(9'000));
}

TEST(Alerts, NoneOfAHeldFactThatIsWithdrawn) {
  const auto with = [](int64_t source_seq, base::Instant from) {
    Shop shop;
    PriceFact withdrawal = testing::WithdrawalOf(source_seq, from);
    withdrawal.listing_id = "L2";
    shop.Add(HeldTea()).Add(withdrawal);
    return AlertsOfTea(shop).size();
  };
  EXPECT_EQ(with(2, kNow), 0U);
  EXPECT_EQ(with(3, Seconds(600)), 0U) << "it would count then";
  EXPECT_EQ(with(1, kNow), 1U) << "of the facts before it";
  EXPECT_EQ(with(3, Seconds(601)), 1U);
}

// A fact of each of these channels, an hour after the one before, each less than all before.
Shop Turns(const std::vector<std::string>& channels) {
  Shop shop;
  shop.recorded_at = Day(25);
  int64_t amount = 1'000;
  for (const std::string& channel : channels) {
    amount -= 10;
    shop.Add(During(shop.recorded_at, std::nullopt,
                    Numbered(1'000 - amount, Shelf(channel, "tea", amount))));
    shop.recorded_at.micros += 60 * testing::kMinute;
  }
  return shop;
}

TEST(Alerts, OfChannelsUndercuttingOneAnotherInTurns) {
  // The first of all undercuts nobody.
  Shop shop = Turns({"jd", "tm", "jd", "tm", "jd"});
  const std::vector<Alert> alerts = AlertsOfTea(shop);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kUndercutting);
  EXPECT_EQ(alerts[0].channel_id, "jd");
  EXPECT_EQ(alerts[0].other_channel_id, "tm");
  EXPECT_EQ(alerts[0].at, (base::Instant{Day(25).micros + 60 * testing::kMinute}));
  ASSERT_EQ(alerts[0].turns.size(), 4U);
  EXPECT_EQ(alerts[0].turns[0], alerts[0].at);
  EXPECT_EQ(alerts[0].turns[3].micros, Day(25).micros + 4 * 60 * testing::kMinute);
  shop = Turns({"jd", "tm", "jd", "tm"});
  EXPECT_TRUE(AlertsOfTea(shop).empty()) << "three turns";
  shop = Turns({"jd", "tm", "jd", "store", "jd"});
  EXPECT_TRUE(AlertsOfTea(shop).empty()) << "three channels";
  shop = Turns({"jd", "tm", "jd", "tm", "jd"});
  EXPECT_TRUE(AlertsOf("tea", shop.BookOf("tea"), shop.MarketAt(Stranger(), Day(33))).empty())
      << "long ago";
}

TEST(Alerts, OfChannels) {
  Shop shop;
  EXPECT_TRUE(ChannelAlerts(shop.MarketAt(Stranger())).empty());
  shop.complete.erase("jd");
  shop.complete["store"] = Day(28);
  shop.complete["tm"] = std::nullopt;
  const std::vector<Alert> alerts = ChannelAlerts(shop.MarketAt(Stranger()));
  ASSERT_EQ(alerts.size(), 3U);
  EXPECT_EQ(alerts[0].kind, AlertKind::kNeverFed);
  EXPECT_EQ(alerts[0].channel_id, "jd");
  EXPECT_EQ(alerts[1].kind, AlertKind::kStaleFeed);
  EXPECT_EQ(alerts[1].at, Day(29));
  EXPECT_EQ(alerts[1].complete_as_of, Day(28));
  EXPECT_EQ(alerts[2].complete_as_of, std::nullopt);
  EXPECT_EQ(alerts[2].kind, AlertKind::kStaleFeed);
}

}  // namespace
}  // namespace fairpoint::pricing
