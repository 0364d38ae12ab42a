// What price protection owes, as callers see it.
#ifndef FAIRPOINT_API_PRICE_CREDITS_H_
#define FAIRPOINT_API_PRICE_CREDITS_H_

#include "fairpoint/v1/pricing_service.pb.h"
#include "pricing/protection.h"

namespace fairpoint::api {

// `settlement`: the credit's last; null: it is due.
void ToProto(const pricing::PriceCredit& credit, const pricing::CreditSettlement* settlement,
             v1::PriceCredit& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_CREDITS_H_
