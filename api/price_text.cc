#include "api/price_text.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "api/text.h"
#include "base/money.h"
#include "pricing/rules.h"

namespace fairpoint::api {
namespace {

using absl::StrAppend;
using absl::StrCat;

void AppendDegraded(bool degraded, v1::LocalizedText& out) {
  if (!degraded) return;
  StrAppend(out.mutable_zh_hans(), "；部分渠道的价格未及时更新，已按其近期最低价计算");
  StrAppend(out.mutable_en(),
            "; some channels are not up to date, so the least that they asked lately was used");
}

void AppendLowered(const PriceText& text, std::string_view channel_id, v1::LocalizedText& out) {
  const std::string channel = text.Channel(channel_id);
  StrAppend(out.mutable_zh_hans(), "，已按", channel, "的价格下调");
  StrAppend(out.mutable_en(), ", lowered to what ", channel, " asks");
}

// The channel whose cap of the line itself is what is charged.
void AddLoweredTo(const v1::PricedLine& line, std::set<std::string>& channels) {
  if (line.has_cap() && line.amount() == line.cap() && line.amount() < line.offered_amount())
    channels.insert(line.cap_channel_id());
}

// The fresh channel at which most is saved; null: there is none.
template <class Channels>
const v1::ChannelComparison* Dearest(const Channels& channels) {
  const v1::ChannelComparison* dearest = nullptr;
  for (const v1::ChannelComparison& each : channels) {
    if (each.saved() > 0 && (dearest == nullptr || each.saved() > dearest->saved()))
      dearest = &each;
  }
  return dearest;
}

// The channel on whose account most of the credit is; empty: there is none.
std::string BindingMost(const v1::ExamineExternalOrderResponse& examined) {
  std::map<std::string, int64_t> credits;
  int64_t of_baskets = examined.credit();
  for (const v1::ExaminedLine& line : examined.lines()) {
    if (!line.has_cap() || line.amount() <= line.cap()) continue;
    credits[line.cap_channel_id()] += line.amount() - line.cap();
    of_baskets -= line.amount() - line.cap();
  }
  // What is left is of the only channel where the lines are less together; of several, nobody's.
  const auto caps = [](const v1::ChannelComparison& each) { return each.caps(); };
  const auto least = std::ranges::find_if(examined.channels(), caps);
  if (of_baskets > 0 && std::ranges::count_if(examined.channels(), caps) != 1) return "";
  if (of_baskets > 0) credits[least->channel_id()] += of_baskets;
  const auto most =
      std::ranges::max_element(credits, {}, [](const auto& credit) { return credit.second; });
  return most == credits.end() ? "" : most->first;
}

void AppendNeverFed(const PriceText& text, const std::vector<std::string>& never_fed,
                    v1::LocalizedText& out) {
  if (never_fed.empty()) return;
  std::vector<std::string> names;
  names.reserve(never_fed.size());
  for (const std::string& channel_id : never_fed) names.push_back(text.Channel(channel_id));
  const bool is_first = out.en().empty();
  StrAppend(out.mutable_zh_hans(), is_first ? "" : "；", absl::StrJoin(names, "、"),
            "从未上报价格，无法与其比较");
  StrAppend(out.mutable_en(), is_first ? "" : "; ", absl::StrJoin(names, ", "),
            " never reported prices: there is no comparing with that");
}

void ExplainObstacle(v1::Obstacle obstacle, v1::LocalizedText& out) {
  const auto say = [&out](const char* zh, const char* en) {
    out.set_zh_hans(zh);
    out.set_en(en);
  };
  switch (obstacle) {
    case v1::SKU_UNKNOWN:
      return say("没有此商品的价格", "No price of this is known");
    case v1::NO_OFFER:
      return say("目前没有适用的价格", "No offer applies now");
    case v1::MEMBERS_ONLY:
      return say("有价格，但不适用于此顾客", "There are offers, but none for this shopper");
    case v1::CHANNEL_NEVER_FED:
      return say("尚未收到某一渠道的价格，暂不可售",
                 "A channel's prices are not known yet: not sold until they are");
    case v1::CHANNEL_STALE:
      return say("某一渠道的价格未及时更新，暂不可售",
                 "A channel's prices are not up to date: not sold until they are");
    case v1::BELOW_MARGIN_FLOOR:
      return say("低于最低售价，暂不可售", "Below the least that it is sold for");
    case v1::SHIPPING_ABOVE_CAP:
      return say("运费高于其他渠道，暂不可售", "Our shipping alone is above another channel's");
    case v1::SOLD_OUT:
      return say("已售罄", "Sold out");
    default:
      return;
  }
}

}  // namespace

std::string PriceText::Number(int64_t minor_units) const {
  const int digits = base::MinorDigits(program_.currency);
  if (digits == 0) return StrCat(minor_units);
  int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  return absl::StrFormat("%s%d.%0*d", minor_units < 0 ? "-" : "", std::abs(minor_units / unit),
                         digits, std::abs(minor_units % unit));
}

std::string PriceText::AmountZh(int64_t minor_units) const {
  if (program_.currency == "CNY") return StrCat("¥", Number(minor_units));
  return StrCat(program_.currency, " ", Number(minor_units));
}

std::string PriceText::AmountEn(int64_t minor_units) const {
  return StrCat(Number(minor_units), " ", program_.currency);
}

std::string PriceText::Time(base::Instant at) const {
  return absl::FormatTime("%Y-%m-%d %H:%M", base::ToAbsl(at), program_.zone);
}

std::string PriceText::Time(const google::protobuf::Timestamp& at) const {
  return Time(base::Instant{at.seconds() * base::kMicrosPerSecond + at.nanos() / 1'000});
}

std::string PriceText::Channel(std::string_view channel_id) const {
  const pricing::Channel* const channel = pricing::FindChannel(program_.prices, channel_id);
  return channel == nullptr || channel->display_name.empty() ? std::string(channel_id)
                                                             : channel->display_name;
}

bool PriceText::StopsWhenStale(std::string_view channel_id) const {
  const pricing::Channel* const channel = pricing::FindChannel(program_.prices, channel_id);
  return channel != nullptr && channel->when_stale == pricing::WhenStale::kNotSaleable;
}

void Explain(const PriceText& text, const v1::PriceTag& tag, const TagContext& context,
             v1::LocalizedText& out) {
  if (tag.obstacle() != v1::OBSTACLE_UNSPECIFIED) return ExplainObstacle(tag.obstacle(), out);
  const char* zh = context.is_for_members ? "会员价 " : "价格 ";
  const char* en = context.is_for_members ? "Member price " : "Price ";
  if (tag.introductory()) {
    zh = "首单价 ";
    en = "First-order price ";
  }
  out.set_zh_hans(StrCat(zh, text.AmountZh(tag.amount())));
  out.set_en(StrCat(en, text.AmountEn(tag.amount())));
  if (tag.saved() > 0) {
    const std::string channel = text.Channel(tag.saved_channel_id());
    const std::string since = context.dearer_since ? text.Time(*context.dearer_since) : "";
    StrAppend(out.mutable_zh_hans(), "，比", channel, "省 ", text.AmountZh(tag.saved()), "（",
              since, since.empty() ? "" : " 起", "该店价 ", text.AmountZh(context.dearer_amount),
              "）");
    StrAppend(out.mutable_en(), ", ", text.Number(tag.saved()), " below ", channel, " (",
              text.Number(context.dearer_amount), " there", since.empty() ? "" : " since ", since,
              ")");
  }
  if (!tag.capped_by_channel_id().empty()) AppendLowered(text, tag.capped_by_channel_id(), out);
  AppendDegraded(tag.degraded(), out);
}

void Explain(const PriceText& text, const v1::QuoteBasketResponse& quote, int64_t our_shipping,
             v1::LocalizedText& out) {
  const int lines = quote.lines_size();
  out.set_zh_hans(StrCat(lines, " 行商品合计 ", text.AmountZh(quote.total())));
  out.set_en(StrCat(text.AmountEn(quote.total()), " for ", lines, lines == 1 ? " line" : " lines"));
  if (const v1::ChannelComparison* const dearest = Dearest(quote.channels())) {
    const std::string channel = text.Channel(dearest->channel_id());
    const bool is_shipped = our_shipping > 0 || dearest->shipping() > 0;
    StrAppend(out.mutable_zh_hans(), is_shipped ? "，含运费比" : "，比", channel, "的同样订单省 ",
              text.AmountZh(dearest->saved()));
    StrAppend(out.mutable_en(), ", ", text.Number(dearest->saved()), " below the same order",
              is_shipped ? ", shipping included," : "", " at ", channel);
  }
  std::set<std::string> lowered_to;
  for (const v1::PricedLine& line : quote.lines()) AddLoweredTo(line, lowered_to);
  for (const v1::ChannelComparison& each : quote.channels()) {
    if (each.caps()) lowered_to.insert(each.channel_id());
  }
  for (const std::string& channel_id : lowered_to) AppendLowered(text, channel_id, out);
  AppendDegraded(quote.degraded(), out);
  const std::string until = text.Time(quote.expire_time());
  StrAppend(out.mutable_zh_hans(), "；价格保留至 ", until);
  StrAppend(out.mutable_en(), "; kept until ", until);
}

void Explain(const PriceText& text, const v1::ExamineExternalOrderResponse& examined,
             const std::vector<std::string>& never_fed, v1::LocalizedText& out) {
  const bool is_compared = !examined.channels().empty();
  if (examined.credit() > 0) {
    const std::string binding = BindingMost(examined);
    const std::string channel = binding.empty() ? "" : text.Channel(binding);
    out.set_zh_hans(StrCat("比其他渠道的价格多 ", text.AmountZh(examined.credit()), "，应退还"));
    out.set_en(
        StrCat(text.AmountEn(examined.credit()), " above what other channels ask: to be credited"));
    if (!channel.empty()) {
      StrAppend(out.mutable_zh_hans(), "，主要因", channel, "的价格");
      StrAppend(out.mutable_en(), ", most of it on account of ", channel);
    }
  } else if (is_compared) {
    out.set_zh_hans("不高于所比较渠道的价格");
    out.set_en("Not above what the channels compared ask");
  } else if (never_fed.empty()) {
    out.set_zh_hans("所比较的渠道都没有这些商品");
    out.set_en("None of the channels compared has any of this");
  }
  AppendNeverFed(text, never_fed, out);
  AppendDegraded(examined.degraded(), out);
}

void Explain(const PriceText& text, const v1::PriceEvidence& evidence, v1::LocalizedText& out) {
  const std::string at = text.Time(evidence.priced_time());
  if (evidence.kind() == v1::PriceEvidence::BASKET) {
    out.set_zh_hans(StrCat("订单 ", evidence.order_id(), "，", at));
    out.set_en(StrCat("Order ", evidence.order_id(), ", ", at));
  } else {
    out.set_zh_hans(StrCat("报价，", at));
    out.set_en(StrCat("Quote, ", at));
  }
  StrAppend(out.mutable_zh_hans(), "，计划第 ", evidence.program_version(), " 版：合计 ",
            text.AmountZh(evidence.total()));
  StrAppend(out.mutable_en(), ", version ", evidence.program_version(),
            " of the programme: ", text.AmountEn(evidence.total()));
  int compared = 0;
  for (const v1::EvidenceChannel& each : evidence.channels())
    compared += each.comparison().has_at() ? 1 : 0;
  StrAppend(out.mutable_zh_hans(), "，与 ", compared, " 个渠道的价格比较");
  StrAppend(out.mutable_en(), ", compared with ", compared,
            compared == 1 ? " channel" : " channels");
  std::set<std::string> lowered_to;
  for (const v1::EvidenceLine& each : evidence.lines()) AddLoweredTo(each.line(), lowered_to);
  for (const v1::EvidenceChannel& each : evidence.channels()) {
    if (each.comparison().caps()) lowered_to.insert(each.comparison().channel_id());
  }
  for (const std::string& channel_id : lowered_to) AppendLowered(text, channel_id, out);
  AppendDegraded(evidence.degraded(), out);
}

void Explain(const PriceText& text, const v1::ParityAlert& alert, const pricing::Alert& found,
             v1::LocalizedText& out) {
  const std::string at = text.Time(alert.since());
  const std::string channel = text.Channel(alert.channel_id());
  const std::string& sku = alert.sku();
  const auto say = [&out](std::string zh, std::string en) {
    out.set_zh_hans(std::move(zh));
    out.set_en(std::move(en));
  };
  switch (alert.kind()) {
    case v1::ParityAlert::PRIVATE_ABOVE_CAP:
      return say(
          StrCat("商品 ", sku, " 的优惠 ", alert.offer_id(), "（",
                 text.AmountZh(alert.offered_amount()), "）自 ", at, " 起高于", channel, "的 ",
                 text.AmountZh(alert.cap()), "，收取不高于后者"),
          StrCat("Offer ", alert.offer_id(), " of ", sku, " (",
                 text.AmountEn(alert.offered_amount()), ") is above the ", text.Number(alert.cap()),
                 " of ", channel, " since ", at, ": no more than that is charged"));
    case v1::ParityAlert::INFEASIBLE_SCHEDULE:
      if (found.is_floor)
        return say(
            StrCat("商品 ", sku, " 的优惠 ", alert.offer_id(), " 的最低售价 ",
                   text.AmountZh(alert.offered_amount()), " 自 ", at, " 起高于", channel, "的 ",
                   text.AmountZh(alert.cap()), found.is_now ? "，现在不可售" : "，届时不可售"),
            StrCat("The floor of offer ", alert.offer_id(), " of ", sku, " (",
                   text.AmountEn(alert.offered_amount()), ") is above the ",
                   text.Number(alert.cap()), " of ", channel, found.is_now ? " since " : " from ",
                   at, found.is_now ? ": it is not sold now" : " on: it is not sold then"));
      return say(StrCat("商品 ", sku, " 的优惠 ", alert.offer_id(), "（",
                        text.AmountZh(alert.offered_amount()), "）自 ", at, " 起将高于", channel,
                        "的 ", text.AmountZh(alert.cap())),
                 StrCat("Offer ", alert.offer_id(), " of ", sku, " (",
                        text.AmountEn(alert.offered_amount()), ") will be above the ",
                        text.Number(alert.cap()), " of ", channel, " from ", at, " on"));
    case v1::ParityAlert::STALE_FEED: {
      const bool stops = text.StopsWhenStale(alert.channel_id());
      const char* zh = stops ? "：其所列商品暂不可售" : "：以其近期最低价为上限";
      const char* en = stops ? ": what it lists is not sold" : ": the least it asked lately caps";
      if (!found.complete_as_of)
        return say(StrCat(channel, "的价格从未确认完整", zh),
                   StrCat("Prices of ", channel, " were never said to be complete", en));
      const std::string complete = text.Time(*found.complete_as_of);
      return say(StrCat(channel, "的价格自 ", at, " 起未及时更新，最近确认完整至 ", complete, zh),
                 StrCat("Prices of ", channel, " are not up to date since ", at,
                        ", and were last said to be complete up to ", complete, en));
    }
    case v1::ParityAlert::HELD_FACT: {
      const bool fell = found.fell_from > 0;
      return say(
          StrCat(channel, "的商品 ", sku, "（链接 ", found.listing_id, "）价格",
                 fell ? StrCat("由 ", text.AmountZh(found.fell_from), " ") : "", "骤降至 ",
                 text.AmountZh(alert.cap()), "，待确认：可用 ConfirmPriceFact 确认（fact_seq ",
                 alert.fact_seq(), "），否则 ", at, " 起自动生效"),
          StrCat("The price of ", sku, " at ", channel, " fell far, to ",
                 text.AmountEn(alert.cap()), fell ? " from " : "",
                 fell ? text.Number(found.fell_from) : "", " (listing ", found.listing_id,
                 "): it counts once ConfirmPriceFact confirms it (fact_seq ", alert.fact_seq(),
                 "), or from ", at, " on"));
    }
    case v1::ParityAlert::UNDERCUTTING: {
      std::vector<std::string> times;
      times.reserve(found.turns.size());
      for (const base::Instant turn : found.turns) times.push_back(text.Time(turn));
      return say(StrCat(channel, "与", text.Channel(alert.other_channel_id()), "轮流调低商品 ", sku,
                        " 的价格，最近 ", times.size(), " 次：", absl::StrJoin(times, "、")),
                 StrCat(channel, " and ", text.Channel(alert.other_channel_id()),
                        " undercut one another with ", sku, ", in the last ", times.size(),
                        " turns: ", absl::StrJoin(times, ", ")));
    }
    case v1::ParityAlert::NEVER_FED_CHANNEL:
      return say(StrCat("尚未收到", channel, "的任何价格，在此之前一律不可售"),
                 StrCat("Prices of ", channel, " never came: nothing is sold until they do"));
    default:
      return;
  }
}

}  // namespace fairpoint::api
