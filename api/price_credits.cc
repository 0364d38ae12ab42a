#include "api/price_credits.h"

#include "api/answers.h"

namespace fairpoint::api {
namespace {

v1::PriceCredit::State ProtoOf(pricing::CreditState state) {
  switch (state) {
    case pricing::CreditState::kDue:
      return v1::PriceCredit::DUE;
    case pricing::CreditState::kPaid:
      return v1::PriceCredit::PAID;
    case pricing::CreditState::kFailed:
      return v1::PriceCredit::FAILED;
  }
  return v1::PriceCredit::STATE_UNSPECIFIED;
}

}  // namespace

void ToProto(const pricing::PriceCredit& credit, const pricing::CreditSettlement* settlement,
             v1::PriceCredit& out) {
  out.set_order_id(credit.order_id);
  out.set_credit_seq(credit.credit_seq);
  out.set_line_number(credit.line_number);
  out.set_sku(credit.sku);
  out.set_member_id(credit.member_id.value());
  out.set_units(credit.units);
  out.set_currency(credit.currency);
  out.set_amount(credit.amount);
  out.set_channel_id(credit.channel_id);
  out.set_fact_seq(credit.fact_seq);
  ToProto(credit.fell_at, *out.mutable_fell_time());
  ToProto(credit.recorded_at, *out.mutable_record_time());
  out.set_state(v1::PriceCredit::DUE);
  if (settlement == nullptr) return;
  out.set_state(ProtoOf(settlement->state));
  out.set_payment_reference(settlement->payment_reference);
  out.set_reason(settlement->reason);
}

}  // namespace fairpoint::api
