#include "api/price_facts.h"

#include <utility>

#include "api/answers.h"
#include "api/fields.h"

namespace fairpoint::api {
namespace {

pricing::Condition ConditionFromProto(v1::PriceFact::Condition condition, Fields& fields) {
  switch (condition) {
    case v1::PriceFact::CONDITION_UNSPECIFIED:
    case v1::PriceFact::NEW:
      return pricing::Condition::kNew;
    case v1::PriceFact::CLEARANCE:
      return pricing::Condition::kClearance;
    case v1::PriceFact::NEAR_EXPIRY:
      return pricing::Condition::kNearExpiry;
    case v1::PriceFact::OUTLET:
      return pricing::Condition::kOutlet;
    case v1::PriceFact::SECOND_HAND:
      return pricing::Condition::kSecondHand;
    default:
      fields.Wrong("condition", "is not a known value");
      return pricing::Condition::kNew;
  }
}

v1::PriceFact::Condition ProtoOf(pricing::Condition condition) {
  switch (condition) {
    case pricing::Condition::kNew:
      return v1::PriceFact::NEW;
    case pricing::Condition::kClearance:
      return v1::PriceFact::CLEARANCE;
    case pricing::Condition::kNearExpiry:
      return v1::PriceFact::NEAR_EXPIRY;
    case pricing::Condition::kOutlet:
      return v1::PriceFact::OUTLET;
    case pricing::Condition::kSecondHand:
      return v1::PriceFact::SECOND_HAND;
  }
  return v1::PriceFact::CONDITION_UNSPECIFIED;
}

int64_t SubsidyFromProto(std::string_view path, int64_t value, int64_t amount, Fields& fields) {
  if (value < 0 || (value > 0 && value >= amount))
    fields.Wrong(path, "must be 0 or more, and less than the amount");
  return value;
}

void ReadMoney(const v1::PriceFact& fact, pricing::PriceFact& read, Fields& fields) {
  read.currency = CurrencyFromProto(fact.currency(), fields);
  read.pack =
      fact.has_pack() ? PositiveFromProto("pack", fact.pack(), pricing::kPackMax, fields) : 1;
  read.amount = PositiveFromProto("amount", fact.amount(), pricing::kAmountMax, fields);
  read.platform_subsidy =
      SubsidyFromProto("platform_subsidy", fact.platform_subsidy(), fact.amount(), fields);
  read.government_subsidy =
      SubsidyFromProto("government_subsidy", fact.government_subsidy(), fact.amount(), fields);
  read.tax_ppm = AtMostFromProto("tax_ppm", fact.tax_ppm(), pricing::kTaxPpmMax, fields);
  read.shipping = AtMostFromProto("shipping", fact.shipping(), pricing::kAmountMax, fields);
}

}  // namespace

engine::FactToRecord FactFromProto(const v1::PriceFact& fact, const Recorder& by) {
  Fields fields;
  engine::FactToRecord out;
  pricing::PriceFact& read = out.fact;
  read.program_id = by.program_id;
  read.source = by.source;
  read.actor = by.actor;
  read.channel_id = fields.RequiredReference("channel_id", fact.channel_id());
  read.listing_id = fields.Label("listing_id", fact.listing_id());
  read.sku = fields.Label("sku", fact.sku());
  read.source_seq = PositiveFromProto("source_seq", fact.source_seq(), INT64_MAX, fields);
  read.scope = ScopeFromProto(fact.scope(), fields);
  read.audience = AudienceFromProto(fact.plan_id(), fact.newcomers(), fields);
  read.condition = ConditionFromProto(fact.condition(), fields);
  read.third_party = fact.third_party();
  ReadMoney(fact, read, fields);
  read.window = WindowFromProto(fact.window(), fields);
  read.source_key = pricing::SourceKey(read);
  out.confirmed = fact.confirmed();
  out.refused = fields.status();
  return out;
}

std::vector<engine::FactToRecord> FactsFromProto(
    const google::protobuf::RepeatedPtrField<v1::PriceFact>& facts, const Recorder& by) {
  std::vector<engine::FactToRecord> out;
  out.reserve(static_cast<size_t>(facts.size()));
  for (const v1::PriceFact& fact : facts) out.push_back(FactFromProto(fact, by));
  return out;
}

engine::FactToRecord WithdrawalOf(const std::string& channel_id, const std::string& listing_id,
                                  const std::string& sku, int64_t source_seq, base::Instant from,
                                  const Recorder& by) {
  engine::FactToRecord out;
  pricing::PriceFact& fact = out.fact;
  fact.kind = pricing::FactKind::kWithdrawal;
  fact.program_id = by.program_id;
  fact.channel_id = channel_id;
  fact.listing_id = listing_id;
  fact.sku = sku;
  fact.source_seq = source_seq;
  fact.window.from = from;
  fact.source = by.source;
  fact.actor = by.actor;
  fact.source_key = pricing::SourceKey(fact);
  return out;
}

absl::StatusOr<FeedEnd> FeedFromProto(const v1::FeedStatement& feed, const Recorder& by) {
  Fields fields;
  FeedEnd out;
  out.report.program_id = by.program_id;
  out.report.source = by.source;
  out.report.actor = by.actor;
  out.report.channel_id = fields.RequiredReference("feed.channel_id", feed.channel_id());
  if (feed.has_complete_as_of()) {
    out.report.complete_as_of = fields.Instant("feed.complete_as_of", feed.complete_as_of());
  } else {
    fields.Wrong("feed.complete_as_of", "is required");
  }
  out.is_snapshot = feed.snapshot();
  out.source_seq = fields.NotNegative("feed.source_seq", feed.source_seq());
  if (feed.source_seq() > 0 && !feed.snapshot())
    fields.Wrong("feed.source_seq", "is a snapshot's: set feed.snapshot");
  out.may_be_empty = feed.may_be_empty();
  if (feed.may_be_empty() && !feed.snapshot())
    fields.Wrong("feed.may_be_empty", "is a snapshot's: set feed.snapshot");
  if (!fields.ok()) return fields.status();
  return out;
}

void ToProto(const pricing::PriceFact& fact, v1::PriceFact& out) {
  out.set_channel_id(fact.channel_id);
  out.set_listing_id(fact.listing_id);
  out.set_sku(fact.sku);
  out.set_source_seq(fact.source_seq);
  out.set_pack(fact.pack);
  ScopeToProto(fact.scope, out);
  AudienceToProto(fact.audience, out);
  out.set_condition(ProtoOf(fact.condition));
  out.set_third_party(fact.third_party);
  out.set_currency(fact.currency);
  out.set_amount(fact.amount);
  out.set_platform_subsidy(fact.platform_subsidy);
  out.set_government_subsidy(fact.government_subsidy);
  out.set_tax_ppm(fact.tax_ppm);
  out.set_shipping(fact.shipping);
  ToProto(fact.window, *out.mutable_window());
}

void ToProto(const pricing::PriceFact& fact, v1::WithdrawListingRequest& out) {
  out.set_program_id(fact.program_id.value());
  out.set_channel_id(fact.channel_id);
  out.set_listing_id(fact.listing_id);
  out.set_sku(fact.sku);
  out.set_source_seq(fact.source_seq);
  ToProto(fact.window.from, *out.mutable_withdrawn_from());
  out.set_source(fact.source);
}

}  // namespace fairpoint::api
