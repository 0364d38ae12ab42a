#include "api/price_tags.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/price_text.h"
#include "api/shopper.h"
#include "pricing/costs_since.h"

namespace fairpoint::api {
namespace {

constexpr int kSkusMax = 500;

using GetPricesCall = Call<v1::GetPricesRequest, v1::GetPricesResponse>;

absl::StatusOr<PriceQuestion> QuestionFromProto(const v1::GetPricesRequest& request,
                                                const Principal& caller) {
  Fields fields;
  PriceQuestion question;
  question.program_id = fields.ProgramId("program_id", request.program_id());
  question.shopper = ShopperFromProto(request.shopper(), caller, fields);
  if (request.skus().empty() || request.skus_size() > kSkusMax)
    fields.Wrong("skus", absl::StrCat("must be 1 to ", kSkusMax));
  for (int i = 0; i < std::min(request.skus_size(), kSkusMax); ++i) {
    if (!IsLabel(request.skus(i))) fields.Wrong(absl::StrCat("skus[", i, "]"), kNoLabel);
  }
  if (!fields.ok()) return fields.status();
  return question;
}

TagContext TagContextOf(const PriceContext& context, std::string_view sku,
                        const pricing::SkuBook& book, const pricing::PagePrice& price) {
  TagContext out;
  const std::span<const pricing::LiveOffer> offers =
      price.is_wide ? context.market.own->offers() : book.offers();
  const auto offer = std::ranges::find(offers, price.offer_seq, &pricing::LiveOffer::head_seq);
  out.is_for_members =
      offer != offers.end() && offer->audience.kind != pricing::OfferAudienceKind::kEveryone;
  if (price.dearest.channel == pricing::PageCosts::kNowhere) return out;
  out.dearer_amount = price.dearest.amount;
  out.dearer_since = pricing::CostsSince(context.market, context.shopper, sku, book, price.dearest);
  return out;
}

void Answer(GetPricesCall& call, const PriceQuestion& question, const PriceContext& context) {
  const v1::GetPricesRequest& request = call.request();
  v1::GetPricesResponse& response = call.response();
  const std::vector<std::string_view> skus(request.skus().begin(), request.skus().end());
  const std::vector<engine::PriceCatalog::SkuBookPtr> books =
      call.door().prices.Find(question.program_id, skus);
  base::Instant next_change = call.door()
                                  .programs.NextInForce(question.program_id, context.market.now)
                                  .value_or(pricing::kNever);
  response.mutable_prices()->Reserve(request.skus_size());
  const pricing::Page page(context.market, context.shopper);
  for (size_t i = 0; i < skus.size(); ++i) {
    const pricing::PagePrice price = page.Price(skus[i], books[i].get());
    next_change = std::min(next_change, price.next_change);
    ToProto(context, skus[i], books[i].get(), price, request.explain(), *response.add_prices());
  }
  response.set_currency(context.program->currency);
  ToProto(context.market.now, *response.mutable_priced_time());
  if (next_change != pricing::kNever) ToProto(next_change, *response.mutable_next_change_time());
  call.Reply();
}

}  // namespace

void ToProto(const PriceContext& context, std::string_view sku, const pricing::SkuBook* book,
             const pricing::PagePrice& price, bool explain, v1::PriceTag& out) {
  const auto channel_id = [&context](int64_t index) -> const std::string& {
    return context.market.references[static_cast<size_t>(index)].channel->channel_id;
  };
  out.set_sku(sku.data(), sku.size());
  // The proto's numbers are pricing's; a test compares them.
  out.set_obstacle(static_cast<v1::Obstacle>(price.obstacle));
  out.set_list_amount(std::max<int64_t>(price.list_amount, 0));
  out.set_degraded(price.degraded);
  if (out.obstacle() == v1::OBSTACLE_UNSPECIFIED) {
    out.set_amount(price.amount);
    out.set_offer_seq(price.offer_seq);
    out.set_offer_for_all(price.is_wide);
    out.set_introductory(price.introductory);
    if (price.lowered_by != pricing::kAbsent)
      out.set_capped_by_channel_id(channel_id(price.lowered_by));
    if (price.dearest.channel != pricing::PageCosts::kNowhere) {
      out.set_saved_channel_id(channel_id(price.dearest.channel));
      out.set_saved(price.dearest.amount - price.amount);
      out.set_saved_fact_seq(price.dearest.head_seq);
    }
  }
  if (!explain) return;
  const TagContext words =
      book == nullptr ? TagContext{} : TagContextOf(context, sku, *book, price);
  Explain(PriceText(*context.program), out, words, *out.mutable_explanation());
}

Reactor* StartGetPrices(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  return StartCall<v1::GetPricesRequest, v1::GetPricesResponse,
                   &HandlePriced<v1::GetPricesRequest, v1::GetPricesResponse, PriceQuestion,
                                 &QuestionFromProto, &Answer>>(door, method, context);
}

}  // namespace fairpoint::api
