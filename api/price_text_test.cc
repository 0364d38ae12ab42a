#include "api/price_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/answers.h"

namespace fairpoint::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// 2026-11-22 10:00 in Shanghai.
constexpr base::Instant kTen{1'795'312'800 * base::kMicrosPerSecond};

checkout::Program SomeProgram(const std::string& currency = "CNY") {
  checkout::Program program;
  program.currency = currency;
  program.zone = absl::FixedTimeZone(8 * 3600);
  pricing::Channel jd, tmall;
  jd.channel_id = "jd";
  tmall.channel_id = "tmall";
  tmall.display_name = "天猫旗舰店";
  program.prices.channels = {jd, tmall};
  return program;
}

template <class Message, class... Context>
v1::LocalizedText Said(const Message& message, const Context&... context) {
  const checkout::Program program = SomeProgram();
  v1::LocalizedText out;
  Explain(PriceText(program), message, context..., out);
  return out;
}

TEST(PriceText, AmountsAndTimes) {
  const checkout::Program yuan = SomeProgram(), yen = SomeProgram("JPY"), usd = SomeProgram("USD");
  EXPECT_EQ(PriceText(yuan).AmountZh(9'500), "¥95.00");
  EXPECT_EQ(PriceText(yuan).AmountEn(9'500), "95.00 CNY");
  EXPECT_EQ(PriceText(yuan).Number(5), "0.05");
  EXPECT_EQ(PriceText(yuan).Number(-5), "-0.05");
  EXPECT_EQ(PriceText(yuan).Number(-105), "-1.05");
  EXPECT_EQ(PriceText(yen).AmountZh(9'500), "JPY 9500");
  EXPECT_EQ(PriceText(yen).AmountEn(9'500), "9500 JPY");
  EXPECT_EQ(PriceText(usd).AmountZh(9'500), "USD 95.00");
  EXPECT_EQ(PriceText(SomeProgram("VND")).AmountEn(100'000), "100000 VND");
  EXPECT_EQ(PriceText(SomeProgram("KWD")).AmountEn(1'050), "1.050 KWD");
  EXPECT_EQ(PriceText(SomeProgram("KWD")).Number(-1'050), "-1.050");
  EXPECT_EQ(PriceText(yuan).Time(kTen), "2026-11-22 10:00");
  EXPECT_EQ(PriceText(yuan).Channel("tmall"), "天猫旗舰店");
  EXPECT_EQ(PriceText(yuan).Channel("jd"), "jd");
  EXPECT_EQ(PriceText(yuan).Channel("gone"), "gone");
}

TEST(PriceText, Tags) {
  v1::PriceTag tag;
  tag.set_amount(9'500);
  EXPECT_EQ(Said(tag, TagContext{}).zh_hans(), "价格 ¥95.00");
  EXPECT_EQ(Said(tag, TagContext{}).en(), "Price 95.00 CNY");
  tag.set_saved_channel_id("tmall");
  tag.set_saved(500);
  TagContext context{.is_for_members = true, .dearer_amount = 10'000, .dearer_since = kTen};
  EXPECT_EQ(Said(tag, context).zh_hans(),
            "会员价 ¥95.00，比天猫旗舰店省 ¥5.00（2026-11-22 10:00 起该店价 ¥100.00）");
  EXPECT_EQ(Said(tag, context).en(),
            "Member price 95.00 CNY, 5.00 below 天猫旗舰店 (100.00 there since 2026-11-22 10:00)");
  context.dearer_since.reset();
  EXPECT_EQ(Said(tag, context).zh_hans(), "会员价 ¥95.00，比天猫旗舰店省 ¥5.00（该店价 ¥100.00）");
  EXPECT_EQ(Said(tag, context).en(),
            "Member price 95.00 CNY, 5.00 below 天猫旗舰店 (100.00 there)");
  tag.clear_saved();
  tag.set_introductory(true);
  tag.set_capped_by_channel_id("jd");
  tag.set_degraded(true);
  EXPECT_EQ(Said(tag, context).zh_hans(),
            "首单价 ¥95.00，已按jd的价格下调；部分渠道的价格未及时更新，已按其近期最低价计算");
  EXPECT_EQ(Said(tag, context).en(),
            "First-order price 95.00 CNY, lowered to what jd asks; some channels are not up to "
            "date, so the least that they asked lately was used");
}

TEST(PriceText, EveryObstacleHasWords) {
  for (int number = 1; number <= v1::Obstacle_MAX; ++number) {
    v1::PriceTag tag;
    tag.set_obstacle(static_cast<v1::Obstacle>(number));
    EXPECT_FALSE(Said(tag, TagContext{}).zh_hans().empty()) << number;
    EXPECT_FALSE(Said(tag, TagContext{}).en().empty()) << number;
  }
}

TEST(PriceText, Quotes) {
  v1::QuoteBasketResponse quote;
  quote.set_total(19'000);
  quote.add_lines();
  ToProto(kTen, *quote.mutable_expire_time());
  EXPECT_EQ(Said(quote, int64_t{0}).zh_hans(), "1 行商品合计 ¥190.00；价格保留至 2026-11-22 10:00");
  EXPECT_EQ(Said(quote, int64_t{0}).en(), "190.00 CNY for 1 line; kept until 2026-11-22 10:00");
  quote.add_lines();
  v1::ChannelComparison& jd = *quote.add_channels();
  jd.set_channel_id("jd");
  jd.set_caps(true);
  v1::ChannelComparison& tmall = *quote.add_channels();
  tmall.set_channel_id("tmall");
  tmall.set_saved(1'000);
  EXPECT_EQ(Said(quote, int64_t{0}).zh_hans(),
            "2 行商品合计 ¥190.00，比天猫旗舰店的同样订单省 "
            "¥10.00，已按jd的价格下调；价格保留至 2026-11-22 10:00");
  EXPECT_EQ(Said(quote, int64_t{0}).en(),
            "190.00 CNY for 2 lines, 10.00 below the same order at 天猫旗舰店, lowered to what jd "
            "asks; kept until 2026-11-22 10:00");
  EXPECT_THAT(Said(quote, int64_t{1}).zh_hans(), HasSubstr("，含运费比天猫旗舰店的同样订单省"));
  tmall.set_shipping(1);
  EXPECT_THAT(Said(quote, int64_t{0}).zh_hans(), HasSubstr("，含运费比天猫旗舰店的同样订单省"));
  EXPECT_THAT(Said(quote, int64_t{0}).en(),
              HasSubstr("below the same order, shipping included, at 天猫旗舰店"));
}

TEST(PriceText, ExaminedOrders) {
  using Channels = std::vector<std::string>;
  v1::ExamineExternalOrderResponse examined;
  EXPECT_EQ(Said(examined, Channels{}).en(), "None of the channels compared has any of this");
  EXPECT_EQ(Said(examined, Channels{"jd", "tmall"}).zh_hans(),
            "jd、天猫旗舰店从未上报价格，无法与其比较");
  EXPECT_EQ(Said(examined, Channels{"tmall"}).en(),
            "天猫旗舰店 never reported prices: there is no comparing with that");
  v1::ChannelComparison& jd = *examined.add_channels();
  jd.set_channel_id("jd");
  EXPECT_EQ(Said(examined, Channels{}).zh_hans(), "不高于所比较渠道的价格");
  EXPECT_EQ(Said(examined, Channels{}).en(), "Not above what the channels compared ask");
  EXPECT_EQ(Said(examined, Channels{"tmall"}).zh_hans(),
            "不高于所比较渠道的价格；天猫旗舰店从未上报价格，无法与其比较");
  examined.set_credit(300);
  EXPECT_EQ(Said(examined, Channels{}).zh_hans(), "比其他渠道的价格多 ¥3.00，应退还");
  EXPECT_EQ(Said(examined, Channels{}).en(),
            "3.00 CNY above what other channels ask: to be credited");
  v1::ExaminedLine& line = *examined.add_lines();
  line.set_amount(1'000);
  line.set_cap(800);
  line.set_cap_channel_id("tmall");
  jd.set_caps(true);
  EXPECT_EQ(Said(examined, Channels{}).zh_hans(),
            "比其他渠道的价格多 ¥3.00，应退还，主要因天猫旗舰店的价格");
  EXPECT_EQ(Said(examined, Channels{}).en(),
            "3.00 CNY above what other channels ask: to be credited, most of it on account of "
            "天猫旗舰店");
  line.set_cap(900);
  EXPECT_EQ(Said(examined, Channels{}).zh_hans(),
            "比其他渠道的价格多 ¥3.00，应退还，主要因jd的价格");
}

TEST(PriceText, Evidence) {
  v1::PriceEvidence evidence;
  evidence.set_kind(v1::PriceEvidence::QUOTE);
  evidence.set_program_version(3);
  evidence.set_total(19'000);
  ToProto(kTen, *evidence.mutable_priced_time());
  EXPECT_EQ(Said(evidence).zh_hans(),
            "报价，2026-11-22 10:00，计划第 3 版：合计 ¥190.00，与 0 个渠道的价格比较");
  EXPECT_EQ(Said(evidence).en(),
            "Quote, 2026-11-22 10:00, version 3 of the programme: 190.00 CNY, compared with 0 "
            "channels");
  evidence.set_kind(v1::PriceEvidence::BASKET);
  evidence.set_order_id("O-1");
  v1::ChannelComparison& tmall = *evidence.add_channels()->mutable_comparison();
  tmall.set_channel_id("tmall");
  tmall.set_caps(true);
  ToProto(kTen, *tmall.mutable_at());
  EXPECT_EQ(Said(evidence).zh_hans(),
            "订单 O-1，2026-11-22 10:00，计划第 3 版：合计 ¥190.00，与 1 "
            "个渠道的价格比较，已按天猫旗舰店的价格下调");
  EXPECT_EQ(Said(evidence).en(),
            "Order O-1, 2026-11-22 10:00, version 3 of the programme: 190.00 CNY, compared with 1 "
            "channel, lowered to what 天猫旗舰店 asks");
}

v1::ParityAlert SomeAlert(v1::ParityAlert::Kind kind) {
  v1::ParityAlert alert;
  alert.set_kind(kind);
  alert.set_sku("A1");
  alert.set_channel_id("tmall");
  alert.set_other_channel_id("jd");
  alert.set_offer_id("m-1");
  alert.set_offered_amount(10'000);
  alert.set_cap(9'500);
  ToProto(kTen, *alert.mutable_since());
  return alert;
}

TEST(PriceText, Alerts) {
  pricing::Alert found;
  const auto above = Said(SomeAlert(v1::ParityAlert::PRIVATE_ABOVE_CAP), found);
  EXPECT_EQ(above.zh_hans(),
            "商品 A1 的优惠 m-1（¥100.00）自 2026-11-22 10:00 起高于天猫旗舰店的 "
            "¥95.00，收取不高于后者");
  EXPECT_EQ(above.en(),
            "Offer m-1 of A1 (100.00 CNY) is above the 95.00 of 天猫旗舰店 since 2026-11-22 10:00: "
            "no more than that is charged");
  EXPECT_EQ(Said(SomeAlert(v1::ParityAlert::INFEASIBLE_SCHEDULE), found).en(),
            "Offer m-1 of A1 (100.00 CNY) will be above the 95.00 of 天猫旗舰店 from 2026-11-22 "
            "10:00 on");
  EXPECT_EQ(Said(SomeAlert(v1::ParityAlert::NEVER_FED_CHANNEL), found).zh_hans(),
            "尚未收到天猫旗舰店的任何价格，在此之前一律不可售");
}

TEST(PriceText, AlertsOfFloors) {
  pricing::Alert found;
  found.is_floor = true;
  const v1::ParityAlert alert = SomeAlert(v1::ParityAlert::INFEASIBLE_SCHEDULE);
  EXPECT_EQ(Said(alert, found).en(),
            "The floor of offer m-1 of A1 (100.00 CNY) is above the 95.00 of 天猫旗舰店 from "
            "2026-11-22 10:00 on: it is not sold then");
  EXPECT_THAT(Said(alert, found).zh_hans(), EndsWith("，届时不可售"));
  found.is_now = true;
  EXPECT_EQ(Said(alert, found).en(),
            "The floor of offer m-1 of A1 (100.00 CNY) is above the 95.00 of 天猫旗舰店 since "
            "2026-11-22 10:00: it is not sold now");
  EXPECT_THAT(Said(alert, found).zh_hans(), EndsWith("，现在不可售"));
}

TEST(PriceText, AlertsOfStaleFeeds) {
  const v1::ParityAlert alert = SomeAlert(v1::ParityAlert::STALE_FEED);
  EXPECT_EQ(Said(alert, pricing::Alert{}).zh_hans(),
            "天猫旗舰店的价格从未确认完整：以其近期最低价为上限");
  pricing::Alert found;
  found.complete_as_of = kTen + -absl::Hours(24);
  EXPECT_EQ(Said(alert, found).zh_hans(),
            "天猫旗舰店的价格自 2026-11-22 10:00 起未及时更新，最近确认完整至 2026-11-21 "
            "10:00：以其近期最低价为上限");
  EXPECT_EQ(Said(alert, found).en(),
            "Prices of 天猫旗舰店 are not up to date since 2026-11-22 10:00, and were last said to "
            "be complete up to 2026-11-21 10:00: the least it asked lately caps");
  checkout::Program program = SomeProgram();
  program.prices.channels[1].when_stale = pricing::WhenStale::kNotSaleable;
  v1::LocalizedText stopped;
  Explain(PriceText(program), alert, found, stopped);
  EXPECT_THAT(stopped.zh_hans(), EndsWith("：其所列商品暂不可售"));
  EXPECT_THAT(stopped.en(), EndsWith(": what it lists is not sold"));
}

TEST(PriceText, AlertsOfHeldFacts) {
  v1::ParityAlert alert = SomeAlert(v1::ParityAlert::HELD_FACT);
  alert.set_fact_seq(7);
  pricing::Alert found;
  found.listing_id = "L1";
  EXPECT_EQ(Said(alert, found).zh_hans(),
            "天猫旗舰店的商品 A1（链接 L1）价格骤降至 ¥95.00，待确认：可用 ConfirmPriceFact "
            "确认（fact_seq 7），否则 2026-11-22 10:00 起自动生效");
  found.fell_from = 20'000;
  EXPECT_THAT(Said(alert, found).zh_hans(), HasSubstr("价格由 ¥200.00 骤降至 ¥95.00，待确认"));
  EXPECT_EQ(Said(alert, found).en(),
            "The price of A1 at 天猫旗舰店 fell far, to 95.00 CNY from 200.00 (listing L1): it "
            "counts once ConfirmPriceFact confirms it (fact_seq 7), or from 2026-11-22 10:00 on");
}

TEST(PriceText, AlertsOfUndercutting) {
  const v1::ParityAlert alert = SomeAlert(v1::ParityAlert::UNDERCUTTING);
  pricing::Alert found;
  found.turns = {kTen, kTen + absl::Hours(1)};
  EXPECT_EQ(Said(alert, found).en(),
            "天猫旗舰店 and jd undercut one another with A1, in the last 2 turns: 2026-11-22 "
            "10:00, 2026-11-22 11:00");
  EXPECT_EQ(Said(alert, found).zh_hans(),
            "天猫旗舰店与jd轮流调低商品 A1 的价格，最近 2 次：2026-11-22 10:00、2026-11-22 11:00");
}

}  // namespace
}  // namespace fairpoint::api
