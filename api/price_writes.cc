#include "api/price_writes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/digest.h"
#include "api/fields.h"
#include "api/offers.h"
#include "api/priced_lines.h"
#include "api/promotions.h"
#include "api/status.h"
#include "api/text.h"
#include "base/error.h"

namespace fairpoint::api {
namespace {

constexpr int kFactsMax = 1'000;
constexpr int kPromotionsMax = 200;
constexpr int kOffersMax = 500;

void CheckCount(const char* path, int count, int most, Fields& fields) {
  if (count < 1 || count > most) fields.Wrong(path, absl::StrCat("must be 1-", most));
}

engine::Command CommandOf(const base::ProgramId& program_id, engine::Operation operation,
                          const Origin& origin) {
  engine::Command command;
  command.program_id = program_id;
  command.posting.actor = origin.caller.id;
  command.operation = std::move(operation);
  command.deadline = origin.deadline;
  return command;
}

// One that is named by its request id.
template <class Request>
engine::Command NamedCommand(const Request& request, engine::Operation operation,
                             const Origin& origin) {
  engine::Command command =
      CommandOf(base::ProgramId(request.program_id()), std::move(operation), origin);
  command.posting.request_id = base::RequestId(request.request_id());
  command.posting.store_id = origin.caller.store_id;
  command.posting.order_id = request.order_id();
  command.digest = DigestOf(request, {});
  return command;
}

// A refusal whose fields are of an item of a list.
absl::Status Within(std::string_view list, size_t index, const absl::Status& status) {
  std::optional<base::ErrorDetail> detail = base::DetailOf(status);
  if (!detail || list.empty()) return status;
  const std::string prefix = absl::StrCat(Absl(list), "[", index, "].");
  for (base::FieldViolation& violation : detail->violations) violation.field.insert(0, prefix);
  if (const auto field = detail->metadata.find("field"); field != detail->metadata.end())
    field->second.insert(0, prefix);
  return base::MakeError(status.code(), std::string(status.message()), *detail);
}

v1::RecordedItem::State ProtoOf(engine::RecordedItem::State state) {
  switch (state) {
    case engine::RecordedItem::State::kRecorded:
      return v1::RecordedItem::RECORDED;
    case engine::RecordedItem::State::kDuplicate:
      return v1::RecordedItem::DUPLICATE;
    case engine::RecordedItem::State::kHeld:
      return v1::RecordedItem::HELD;
    case engine::RecordedItem::State::kRefused:
      return v1::RecordedItem::REFUSED;
  }
  return v1::RecordedItem::STATE_UNSPECIFIED;
}

void ItemToProto(const engine::RecordedItem& item, v1::RecordedItem& out) {
  out.set_state(ProtoOf(item.state));
  out.set_seq(item.seq);
  if (item.held_until) ToProto(*item.held_until, *out.mutable_held_until());
  out.set_clamped_amount(item.clamped_amount);
}

pricing::CreditState StateFromProto(const v1::MarkPriceCreditRequest& request, Fields& fields) {
  switch (request.state()) {
    case v1::PriceCredit::PAID:
      fields.RequiredReference("payment_reference", request.payment_reference());
      if (!request.reason().empty()) fields.Wrong("reason", "is of a payment that FAILED");
      return pricing::CreditState::kPaid;
    case v1::PriceCredit::FAILED:
      if (!request.payment_reference().empty())
        fields.Wrong("payment_reference", "is of a credit that was PAID");
      fields.Reason("reason", request.reason(), /*required=*/false);
      return pricing::CreditState::kFailed;
    default:
      fields.Wrong("state", "must be PAID or FAILED");
      return pricing::CreditState::kDue;
  }
}

}  // namespace

absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordChannelPromotionsRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  CheckCount("promotions", request.promotions_size(), kPromotionsMax, fields);
  fields.Reference("source", request.source());
  if (!fields.ok()) return fields.status();
  const Recorder by{program_id, request.source(), origin.caller.id};
  engine::RecordChannelPromotions record;
  record.promotions.reserve(static_cast<size_t>(request.promotions_size()));
  for (const v1::ChannelPromotion& promotion : request.promotions())
    record.promotions.push_back(PromotionFromProto(promotion, by));
  return CommandOf(program_id, engine::PriceOperation(std::move(record)), origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordOffersRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  CheckCount("offers", request.offers_size(), kOffersMax, fields);
  engine::RecordOffers record;
  switch (request.on_above_cap()) {
    case v1::RecordOffersRequest::ON_ABOVE_CAP_UNSPECIFIED:
    case v1::RecordOffersRequest::REFUSE:
      break;
    case v1::RecordOffersRequest::CLAMP:
      record.on_above_cap = pricing::OnAboveCap::kClamp;
      break;
    default:
      fields.Wrong("on_above_cap", "is not a known value");
  }
  if (!fields.ok()) return fields.status();
  const std::string no_source;
  const Recorder by{program_id, no_source, origin.caller.id};
  record.offers.reserve(static_cast<size_t>(request.offers_size()));
  for (const v1::Offer& offer : request.offers())
    record.offers.push_back(OfferFromProto(offer, by));
  return CommandOf(program_id, engine::PriceOperation(std::move(record)), origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::ConfirmPriceFactRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  engine::ConfirmPriceFact confirm;
  confirm.sku = fields.Label("sku", request.sku());
  confirm.fact_seq = PositiveFromProto("fact_seq", request.fact_seq(), INT64_MAX, fields);
  confirm.actor = origin.caller.id;
  if (!fields.ok()) return fields.status();
  return CommandOf(program_id, engine::PriceOperation(std::move(confirm)), origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::CommitBasketRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  fields.ProgramId("program_id", request.program_id());
  fields.RequestId("request_id", request.request_id());
  // An id of the same form as members have.
  if (!base::IsMemberId(request.quote_id()))
    fields.Wrong("quote_id", "must be 15 of Crockford's base32, as QuoteBasket gave it");
  fields.RequiredReference("order_id", request.order_id());
  if (!fields.ok()) return fields.status();
  engine::Command command =
      NamedCommand(request,
                   checkout::Operation(checkout::CommitBasket{.quote_id = request.quote_id(),
                                                              .order_id = request.order_id()}),
                   origin);
  command.member = engine::QuoteOwner{request.quote_id()};
  return command;
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::MarkPriceCreditRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  fields.ProgramId("program_id", request.program_id());
  fields.RequestId("request_id", request.request_id());
  engine::MarkPriceCredit mark;
  mark.order_id = fields.RequiredReference("order_id", request.order_id());
  mark.credit_seq = PositiveFromProto("credit_seq", request.credit_seq(), INT64_MAX, fields);
  mark.state = StateFromProto(request, fields);
  mark.payment_reference = request.payment_reference();
  mark.reason = request.reason();
  if (!fields.ok()) return fields.status();
  return NamedCommand(request, engine::PriceOperation(std::move(mark)), origin);
}

absl::StatusOr<FactsRequest> FactsFromProto(const v1::RecordPriceFactsRequest& request,
                                            const Origin& origin) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  if (request.facts_size() > kFactsMax)
    fields.Wrong("facts", absl::StrCat("must be 0-", kFactsMax));
  if (request.facts_size() == 0 && !request.has_feed())
    fields.Wrong("facts", "or feed is required");
  fields.Reference("source", request.source());
  if (!fields.ok()) return fields.status();
  const Recorder by{program_id, request.source(), origin.caller.id};
  FactsRequest out{.program_id = program_id,
                   .facts = FactsFromProto(request.facts(), by),
                   .feed = std::nullopt,
                   .feed_fault = absl::OkStatus()};
  if (request.has_feed()) {
    absl::StatusOr<FeedEnd> feed = FeedFromProto(request.feed(), by);
    out.feed_fault = feed.status();
    if (feed.ok()) out.feed = *std::move(feed);
  }
  return out;
}

engine::Command FactsCommand(const base::ProgramId& program_id, engine::RecordPriceFacts record,
                             const Origin& origin) {
  return CommandOf(program_id, engine::PriceOperation(std::move(record)), origin);
}

void ToProto(const std::vector<engine::RecordedItem>& items, std::string_view list,
             google::protobuf::RepeatedPtrField<v1::RecordedItem>& out) {
  out.Reserve(static_cast<int>(items.size()));
  for (size_t i = 0; i < items.size(); ++i) {
    v1::RecordedItem& one = *out.Add();
    ItemToProto(items[i], one);
    if (!items[i].refused.ok())
      *one.mutable_error() = ToProto(Within(list, i, items[i].refused), nullptr);
  }
}

void ToProto(const engine::Answer& answer, v1::RecordChannelPromotionsResponse& out) {
  ToProto(answer.prices->items, "promotions", *out.mutable_items());
}

void ToProto(const engine::Answer& answer, v1::RecordOffersResponse& out) {
  ToProto(answer.prices->items, "offers", *out.mutable_items());
}

void ToProto(const engine::Answer& answer, v1::ConfirmPriceFactResponse& out) {
  ItemToProto(answer.prices->items.front(), *out.mutable_item());
}

void ToProto(const engine::Answer& answer, const std::string& currency,
             v1::CommitBasketResponse& out) {
  const pricing::Evidence& evidence = answer.prices->evidence;
  out.set_replayed(answer.replayed);
  out.set_order_id(evidence.order_id);
  out.set_evidence_id(evidence.evidence_id);
  out.set_currency(currency);
  for (const pricing::EvidenceLine& line : evidence.body.lines) ToProto(line, *out.add_lines());
  out.set_total(evidence.total);
  out.set_quoted_total(answer.prices->quoted_total);
  ToProto(evidence.recorded_at, *out.mutable_record_time());
}

}  // namespace fairpoint::api
