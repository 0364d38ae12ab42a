#include "bench/catalogue_messages.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "bench/catalogue.h"

namespace fairpoint::bench {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kCurrency[] = "CNY";
constexpr int64_t kHourMicros = 3'600 * base::kMicrosPerSecond;

void SayTime(int64_t micros, google::protobuf::Timestamp& time) {
  time = TimeUtil::MicrosecondsToTimestamp(micros);
}

struct FactPlace {
  uint64_t sku = 0;
  size_t channel = 0;
  bool is_scheduled = false;
};

FactPlace PlaceOf(const CatalogueOptions& options, uint64_t fact) {
  if (!options.by_channel) {
    const uint64_t within = fact % kFactsASku;
    return {fact / kFactsASku, static_cast<size_t>(within / kFactsAChannel),
            within % kFactsAChannel == 1};
  }
  const uint64_t facts_a_feed = options.skus * kFactsAChannel;
  const uint64_t within = fact % facts_a_feed;
  return {within / kFactsAChannel, static_cast<size_t>(fact / facts_a_feed),
          within % kFactsAChannel == 1};
}

void SayFact(const CatalogueOptions& options, const FactPlace& place, v1::PriceFact& fact) {
  fact.set_channel_id(std::string(kReferences[place.channel]));
  fact.set_sku(SkuOf(place.sku));
  fact.set_listing_id("L" + std::to_string(place.sku));
  fact.set_source_seq(place.is_scheduled ? 2 : 1);
  fact.set_currency(kCurrency);
  fact.set_amount(place.is_scheduled ? SaleAmount(place.sku, place.channel)
                                     : ShelfAmount(place.sku, place.channel));
  v1::PriceWindow& window = *fact.mutable_window();
  if (!place.is_scheduled)
    return SayTime(options.now.micros - kHourMicros, *window.mutable_valid_from());
  SayTime(options.now.micros + 24 * kHourMicros, *window.mutable_valid_from());
  SayTime(options.now.micros + 48 * kHourMicros, *window.mutable_valid_until());
}

void SayOffer(const CatalogueOptions& options, uint64_t number, v1::Offer& offer) {
  const uint64_t sku = number / kOffersASku;
  const bool is_list = number % kOffersASku == 0;
  offer.set_channel_id(std::string(kOwnChannel));
  offer.set_offer_id(is_list ? "list" : "member");
  offer.set_sku(SkuOf(sku));
  offer.set_revision(1);
  offer.set_kind(is_list ? v1::Offer::LIST : v1::Offer::MEMBER);
  if (!is_list) offer.set_level_min(0);
  offer.set_amount(is_list ? ListAmount(sku) : MemberAmount(sku));
  offer.set_currency(kCurrency);
  SayTime(options.now.micros - kHourMicros, *offer.mutable_window()->mutable_valid_from());
}

v1::ChannelPromotion& AddPromotion(const CatalogueOptions& options, size_t channel,
                                   const std::string& id,
                                   v1::RecordChannelPromotionsRequest& request) {
  v1::ChannelPromotion& promotion = *request.add_promotions();
  promotion.set_channel_id(std::string(kReferences[channel]));
  promotion.set_promotion_id(id);
  promotion.set_source_seq(1);
  promotion.set_order(request.promotions_size());
  promotion.set_currency(kCurrency);
  SayTime(options.now.micros - kHourMicros, *promotion.mutable_window()->mutable_valid_from());
  return promotion;
}

}  // namespace

uint64_t FactsOf(const CatalogueOptions& options) { return options.skus * kFactsASku; }

v1::RecordPriceFactsRequest FactsMessage(const CatalogueOptions& options, uint64_t first,
                                         uint64_t count) {
  v1::RecordPriceFactsRequest request;
  request.set_program_id(options.program_id);
  request.set_source("bench");
  const uint64_t end = std::min(first + count, FactsOf(options));
  for (uint64_t n = first; n < end; ++n)
    SayFact(options, PlaceOf(options, n), *request.add_facts());
  return request;
}

uint64_t OffersOf(const CatalogueOptions& options) { return options.skus * kOffersASku; }

v1::RecordOffersRequest OffersMessage(const CatalogueOptions& options, uint64_t first,
                                      uint64_t count) {
  v1::RecordOffersRequest request;
  request.set_program_id(options.program_id);
  const uint64_t end = std::min(first + count, OffersOf(options));
  for (uint64_t n = first; n < end; ++n) SayOffer(options, n, *request.add_offers());
  return request;
}

v1::RecordPriceFactsRequest FeedMessage(const CatalogueOptions& options, size_t channel) {
  v1::RecordPriceFactsRequest request;
  request.set_program_id(options.program_id);
  request.set_source("bench");
  v1::FeedStatement& feed = *request.mutable_feed();
  feed.set_channel_id(std::string(kReferences[channel]));
  SayTime(options.now.micros, *feed.mutable_complete_as_of());
  return request;
}

v1::RecordChannelPromotionsRequest PromotionsMessage(const CatalogueOptions& options,
                                                     size_t channel) {
  v1::RecordChannelPromotionsRequest request;
  request.set_program_id(options.program_id);
  request.set_source("bench");
  auto& threshold = *AddPromotion(options, channel, "threshold", request).mutable_threshold();
  for (const auto& [sum, off] : {std::pair{30'000, 2'000}, {100'000, 8'000}, {300'000, 30'000}}) {
    v1::ChannelPromotion::Step& step = *threshold.add_steps();
    step.set_threshold(sum);
    step.set_reduction(off);
  }
  auto& percent = *AddPromotion(options, channel, "percent", request).mutable_percent();
  percent.set_off_bp(300);
  percent.set_reduction_max(5'000);
  auto& third = *AddPromotion(options, channel, "third", request).mutable_nth_item();
  third.set_nth(3);
  third.set_off_bp(2'000);
  third.set_mixed(true);
  auto& gift = *AddPromotion(options, channel, "gift", request).mutable_identical_gift();
  gift.set_buy(5);
  gift.set_get(1);
  return request;
}

}  // namespace fairpoint::bench
