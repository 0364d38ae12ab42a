#include "api/offers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "api/answers.h"

namespace fairpoint::api {
namespace {

pricing::OfferKind KindFromProto(v1::Offer::Kind kind, Fields& fields) {
  switch (kind) {
    case v1::Offer::LIST:
      return pricing::OfferKind::kList;
    case v1::Offer::MEMBER:
      return pricing::OfferKind::kMember;
    case v1::Offer::FLASH:
      return pricing::OfferKind::kFlash;
    case v1::Offer::LIVE:
      return pricing::OfferKind::kLive;
    case v1::Offer::INTRODUCTORY:
      return pricing::OfferKind::kIntroductory;
    case v1::Offer::KIND_UNSPECIFIED:
      fields.Wrong("kind", "is required");
      return {};
    default:
      fields.Wrong("kind", "is not a known value");
      return {};
  }
}

v1::Offer::Kind ProtoOf(pricing::OfferKind kind) {
  switch (kind) {
    case pricing::OfferKind::kList:
      return v1::Offer::LIST;
    case pricing::OfferKind::kMember:
      return v1::Offer::MEMBER;
    case pricing::OfferKind::kFlash:
      return v1::Offer::FLASH;
    case pricing::OfferKind::kLive:
      return v1::Offer::LIVE;
    case pricing::OfferKind::kIntroductory:
      return v1::Offer::INTRODUCTORY;
  }
  return v1::Offer::KIND_UNSPECIFIED;
}

pricing::OfferAudience AudienceFromProto(const v1::Offer& offer, Fields& fields) {
  pricing::OfferAudience audience;
  switch (offer.audience_case()) {
    case v1::Offer::kLevelMin:
      audience.kind = pricing::OfferAudienceKind::kMembers;
      audience.level = AtMostFromProto("level_min", offer.level_min(), pricing::kLevelMax, fields);
      break;
    case v1::Offer::kPlanId:
      audience.kind = pricing::OfferAudienceKind::kPlan;
      audience.plan_id = fields.RequiredReference("plan_id", offer.plan_id());
      break;
    case v1::Offer::kNewcomers:
      audience.kind = pricing::OfferAudienceKind::kNewcomers;
      if (!offer.newcomers()) fields.Wrong("newcomers", "must be true, or not there");
      break;
    case v1::Offer::AUDIENCE_NOT_SET:
      break;
  }
  return audience;
}

// Newcomers alone may be told apart from members, and only if the offer says why.
bool ExclusionFromProto(const v1::Offer& offer, Fields& fields) {
  const bool for_newcomers = offer.audience_case() == v1::Offer::kNewcomers;
  switch (offer.exclusion_reason()) {
    case v1::Offer::EXCLUSION_REASON_UNSPECIFIED:
      if (for_newcomers)
        fields.Wrong("exclusion_reason",
                     "is required for newcomers: it leaves out members of higher tiers");
      return false;
    case v1::Offer::INTRODUCTORY_CLASS:
      if (!for_newcomers) fields.Wrong("exclusion_reason", "is for the audience of newcomers only");
      return true;
    default:
      fields.Wrong("exclusion_reason", "is not a known value");
      return false;
  }
}

void ReadPrice(const v1::Offer& offer, pricing::Offer& read, Fields& fields) {
  switch (offer.price_case()) {
    case v1::Offer::kAmount:
      read.amount = PositiveFromProto("amount", offer.amount(), pricing::kAmountMax, fields);
      read.per_units = UnitsFromProto("per_units", offer.per_units(), fields);
      if (offer.sku().empty())
        fields.Wrong("amount", "is of one SKU: an offer for all SKUs is a percentage, off_bp");
      break;
    case v1::Offer::kOffBp:
      read.off_bp = PositiveFromProto("off_bp", offer.off_bp(), pricing::kBasisPoints - 1, fields);
      if (offer.kind() == v1::Offer::LIST)
        fields.Wrong("off_bp", "is off the LIST price: a LIST offer has an amount");
      if (offer.per_units() != 0 && offer.per_units() != 1)
        fields.Wrong("per_units", "is of an amount: a percentage has none");
      break;
    case v1::Offer::PRICE_NOT_SET:
      fields.Wrong("price", "is required: amount or off_bp");
      break;
  }
  read.asked_amount = read.amount;
  read.floor_amount =
      AtMostFromProto("floor_amount", offer.floor_amount(), pricing::kAmountMax, fields);
  if (offer.floor_amount() != 0 && offer.kind() != v1::Offer::LIST)
    fields.Wrong("floor_amount", "is of a LIST offer");
  if (offer.floor_amount() > offer.amount() && offer.amount() > 0)
    fields.Wrong("floor_amount", "must be at most the amount: it could never be sold");
  read.currency = CurrencyFromProto(offer.currency(), fields);
}

// What a kind of offer needs beside its price.
void CheckKind(const v1::Offer& offer, Fields& fields) {
  if (offer.kind() == v1::Offer::FLASH && !offer.window().has_valid_until())
    fields.Wrong("window.valid_until", "is required for a FLASH offer");
  if (offer.kind() == v1::Offer::LIVE && offer.session_id().empty())
    fields.Wrong("session_id", "is required for a LIVE offer");
  if (offer.kind() == v1::Offer::INTRODUCTORY && offer.audience_case() != v1::Offer::kNewcomers)
    fields.Wrong("newcomers", "is required for an INTRODUCTORY offer");
}

void ReadTerms(const v1::Offer& offer, pricing::Offer& read, Fields& fields) {
  read.kind = KindFromProto(offer.kind(), fields);
  read.audience = AudienceFromProto(offer, fields);
  read.introductory = ExclusionFromProto(offer, fields);
  ReadPrice(offer, read, fields);
  read.scope = ScopeFromProto(offer.scope(), fields);
  read.window = WindowFromProto(offer.window(), fields);
  read.scene = fields.Reference("scene", offer.scene());
  read.session_id = fields.Reference("session_id", offer.session_id());
  read.stock = fields.NotNegative("stock", offer.stock());
  CheckKind(offer, fields);
}

void AudienceToProto(const pricing::OfferAudience& audience, v1::Offer& out) {
  switch (audience.kind) {
    case pricing::OfferAudienceKind::kEveryone:
      break;
    case pricing::OfferAudienceKind::kMembers:
      out.set_level_min(audience.level);
      break;
    case pricing::OfferAudienceKind::kPlan:
      out.set_plan_id(audience.plan_id);
      break;
    case pricing::OfferAudienceKind::kNewcomers:
      out.set_newcomers(true);
      break;
  }
}

}  // namespace

engine::OfferToRecord OfferFromProto(const v1::Offer& offer, const Recorder& by) {
  Fields fields;
  engine::OfferToRecord out;
  pricing::Offer& read = out.offer;
  read.program_id = by.program_id;
  read.actor = by.actor;
  read.channel_id = fields.RequiredReference("channel_id", offer.channel_id());
  read.offer_id = fields.RequiredReference("offer_id", offer.offer_id());
  read.sku = offer.sku().empty() ? "" : fields.Label("sku", offer.sku());
  read.revision = PositiveFromProto("revision", offer.revision(), INT64_MAX, fields);
  read.withdrawn = offer.withdrawn();
  read.window.from = pricing::kFromRecording;
  if (!offer.withdrawn()) ReadTerms(offer, read, fields);
  read.source_key = pricing::SourceKey(read);
  out.refused = fields.status();
  return out;
}

void ToProto(const pricing::Offer& offer, v1::Offer& out) {
  out.set_channel_id(offer.channel_id);
  out.set_offer_id(offer.offer_id);
  out.set_sku(offer.sku);
  out.set_revision(offer.revision);
  out.set_withdrawn(offer.withdrawn);
  if (offer.withdrawn) return;
  out.set_kind(ProtoOf(offer.kind));
  AudienceToProto(offer.audience, out);
  if (offer.introductory) out.set_exclusion_reason(v1::Offer::INTRODUCTORY_CLASS);
  if (offer.amount > 0) {
    out.set_amount(offer.amount);
    out.set_per_units(offer.per_units);
  } else {
    out.set_off_bp(offer.off_bp);
  }
  out.set_floor_amount(offer.floor_amount);
  ScopeToProto(offer.scope, out);
  ToProto(offer.window, *out.mutable_window());
  out.set_scene(offer.scene);
  out.set_session_id(offer.session_id);
  out.set_stock(offer.stock);
  out.set_currency(offer.currency);
}

}  // namespace fairpoint::api
