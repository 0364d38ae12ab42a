#include "api/quotes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/basket_fields.h"
#include "api/price_text.h"
#include "api/priced_lines.h"
#include "api/random.h"
#include "api/shopper.h"
#include "pricing/saleable.h"

namespace fairpoint::api {
namespace {

constexpr auto kLinesMax = static_cast<int>(pricing::kBasketLinesMax);

template <class Request>
BasketQuestion ReadBasket(const Request& request, const Principal& caller, Fields& fields) {
  BasketQuestion question;
  question.program_id = fields.ProgramId("program_id", request.program_id());
  question.shopper = ShopperFromProto(request.shopper(), caller, fields);
  question.shipping = AmountOrNothing("shipping", request.shipping(), fields);
  if (request.lines().empty() || request.lines_size() > kLinesMax)
    fields.Wrong("lines", absl::StrCat("must be 1 to ", kLinesMax));
  const int lines = std::min(request.lines_size(), kLinesMax);
  question.lines.reserve(static_cast<size_t>(lines));
  for (int i = 0; i < lines; ++i) {
    CheckLine(i, request.lines(i).sku(), request.lines(i).quantity(), fields);
    question.lines.push_back(
        {.sku = request.lines(i).sku(), .quantity = request.lines(i).quantity()});
  }
  return question;
}

// A basket's lines with what is known of their SKUs. The books outlive them here.
struct KnownLines {
  std::vector<engine::PriceCatalog::SkuBookPtr> books;
  std::vector<pricing::BasketLine> lines;
};

KnownLines WithBooks(const Door& door, const BasketQuestion& question) {
  std::vector<std::string_view> skus;
  skus.reserve(question.lines.size());
  for (const pricing::BasketLine& line : question.lines) skus.push_back(line.sku);
  KnownLines known{.books = door.prices.Find(question.program_id, skus), .lines = question.lines};
  for (size_t i = 0; i < skus.size(); ++i) known.lines[i].book = known.books[i].get();
  return known;
}

using QuoteCall = Call<v1::QuoteBasketRequest, v1::QuoteBasketResponse>;
using ExamineCall = Call<v1::ExamineExternalOrderRequest, v1::ExamineExternalOrderResponse>;

void Quote(QuoteCall& call, const BasketQuestion& question, const PriceContext& context) {
  const KnownLines known = WithBooks(call.door(), question);
  const pricing::BasketPrice price =
      pricing::PriceBasket(context.market, context.shopper, known.lines, question.shipping);
  if (absl::Status status = pricing::CheckSaleable(context.market, known.lines, price);
      !status.ok())
    return call.Refuse(status);
  engine::KeepQuote keep{QuoteOf(context, question, known.lines, price, call.caller().id)};
  ToProto(context, price, keep.evidence, call.response());
  engine::Command command;
  command.program_id = question.program_id;
  command.posting.actor = call.caller().id;
  command.operation = engine::PriceOperation(std::move(keep));
  command.deadline = call.deadline();
  call.door().engine.Submit(std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    call.Answer(answer.status());
  });
}

void Examine(ExamineCall& call, const BasketQuestion& question, const PriceContext& context) {
  const KnownLines known = WithBooks(call.door(), question);
  ToProto(context, question, known.lines,
          pricing::ClampToCaps(context.market, context.shopper, known.lines, question.amounts,
                               question.shipping),
          call.response());
  call.Reply();
}

const std::string& ChannelIdOf(const PriceContext& context, uint32_t channel) {
  return context.market.references[channel].channel->channel_id;
}

std::vector<std::string> NeverFed(const pricing::Market& market) {
  std::vector<std::string> channel_ids;
  for (const pricing::ChannelState& state : market.references) {
    if (state.freshness == pricing::Freshness::kNeverFed)
      channel_ids.push_back(state.channel->channel_id);
  }
  return channel_ids;
}

// Why the line cannot be compared.
v1::Obstacle ObstacleOf(const pricing::Market& market, const pricing::BasketLine& line) {
  if (line.book == nullptr || line.book->version() == 0) return v1::SKU_UNKNOWN;
  return NeverFed(market).empty() ? v1::OBSTACLE_UNSPECIFIED : v1::CHANNEL_NEVER_FED;
}

// Whether a channel that lists any of it is stale.
bool IsDegraded(const PriceContext& context, const pricing::Clamped& clamped) {
  for (const pricing::PricedLine& line : clamped.lines) {
    for (const pricing::LineReference& each : line.references) {
      if (context.market.references[each.channel].freshness == pricing::Freshness::kStale)
        return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<BasketQuestion> QuestionFromProto(const v1::QuoteBasketRequest& request,
                                                 const Principal& caller) {
  Fields fields;
  BasketQuestion question = ReadBasket(request, caller, fields);
  if (!request.member_id().empty())
    question.member_id = fields.MemberId("member_id", request.member_id());
  if (!fields.ok()) return fields.status();
  return question;
}

absl::StatusOr<BasketQuestion> QuestionFromProto(const v1::ExamineExternalOrderRequest& request,
                                                 const Principal& caller) {
  Fields fields;
  BasketQuestion question = ReadBasket(request, caller, fields);
  for (size_t i = 0; i < question.lines.size(); ++i) {
    const int64_t amount = request.lines(static_cast<int>(i)).amount();
    question.amounts.push_back(amount);
    if (amount < 0 || amount > pricing::kAmountMax)
      fields.Wrong(absl::StrCat("lines[", i, "].amount"), "must be 0 to 10^14");
  }
  if (!fields.ok()) return fields.status();
  return question;
}

pricing::Evidence QuoteOf(const PriceContext& context, const BasketQuestion& question,
                          std::span<const pricing::BasketLine> lines,
                          const pricing::BasketPrice& price, const std::string& actor) {
  pricing::Evidence quote;
  quote.program_id = question.program_id;
  quote.evidence_id = RandomId().value();
  quote.kind = pricing::EvidenceKind::kQuote;
  quote.member_id = question.member_id;
  quote.program_version = context.program->version;
  quote.priced_at = context.market.now;
  quote.expires_at = {quote.priced_at.micros + context.program->prices.quote_for_micros};
  quote.total = price.total;
  quote.body = pricing::BodyOf(context.market, context.shopper, question.shipping, lines, price);
  quote.actor = actor;
  return quote;
}

void ToProto(const PriceContext& context, const pricing::BasketPrice& price,
             const pricing::Evidence& quote, v1::QuoteBasketResponse& out) {
  out.set_quote_id(quote.evidence_id);
  out.set_currency(context.program->currency);
  int64_t list_total = 0;
  for (const pricing::EvidenceLine& line : quote.body.lines) {
    ToProto(line, *out.add_lines());
    list_total = list_total < 0 || line.list_amount < 0 ? -1 : list_total + line.list_amount;
  }
  out.set_total(quote.total);
  out.set_list_total(std::max<int64_t>(list_total, 0));
  for (const pricing::BasketReference& reference : price.references)
    ToProto(context.market, reference, quote.body.shipping, *out.add_channels());
  out.set_degraded(price.degraded);
  ToProto(quote.priced_at, *out.mutable_priced_time());
  ToProto(quote.expires_at, *out.mutable_expire_time());
  Explain(PriceText(*context.program), out, quote.body.shipping, *out.mutable_explanation());
}

void ToProto(const PriceContext& context, const BasketQuestion& question,
             std::span<const pricing::BasketLine> lines, const pricing::Clamped& clamped,
             v1::ExamineExternalOrderResponse& out) {
  int64_t credit = 0;
  for (size_t i = 0; i < question.lines.size(); ++i) {
    v1::ExaminedLine& line = *out.add_lines();
    line.set_sku(question.lines[i].sku.data(), question.lines[i].sku.size());
    line.set_quantity(question.lines[i].quantity);
    line.set_amount(question.amounts[i]);
    line.set_credit(question.amounts[i] - clamped.amounts[i]);
    credit += line.credit();
    line.set_obstacle(ObstacleOf(context.market, lines[i]));
    if (clamped.lines[i].cap < 0) continue;
    line.set_cap(clamped.lines[i].cap);
    line.set_cap_channel_id(ChannelIdOf(context, clamped.lines[i].capped_by.channel));
    line.set_cap_fact_seq(clamped.lines[i].capped_by.head_seq);
  }
  out.set_credit(credit);
  for (const pricing::BasketReference& reference : clamped.references)
    ToProto(context.market, reference, question.shipping, *out.add_channels());
  out.set_degraded(IsDegraded(context, clamped));
  ToProto(context.market.now, *out.mutable_priced_time());
  Explain(PriceText(*context.program), out, NeverFed(context.market), *out.mutable_explanation());
}

Reactor* StartQuoteBasket(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  return StartCall<v1::QuoteBasketRequest, v1::QuoteBasketResponse,
                   &HandlePriced<v1::QuoteBasketRequest, v1::QuoteBasketResponse, BasketQuestion,
                                 &QuestionFromProto, &Quote>>(door, method, context);
}

Reactor* StartExamineExternalOrder(Door& door, const Method& method,
                                   grpc::CallbackServerContext& context) {
  return StartCall<v1::ExamineExternalOrderRequest, v1::ExamineExternalOrderResponse,
                   &HandlePriced<v1::ExamineExternalOrderRequest, v1::ExamineExternalOrderResponse,
                                 BasketQuestion, &QuestionFromProto, &Examine>>(door, method,
                                                                                context);
}

}  // namespace fairpoint::api
