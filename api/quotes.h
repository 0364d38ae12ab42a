// PricingService.QuoteBasket and ExamineExternalOrder: baskets, priced from memory.
#ifndef FAIRPOINT_API_QUOTES_H_
#define FAIRPOINT_API_QUOTES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "api/call.h"
#include "api/price_context.h"
#include "fairpoint/v1/prices.pb.h"
#include "pricing/basket.h"
#include "pricing/evidence.h"

namespace fairpoint::api {

struct BasketQuestion : PriceQuestion {
  base::MemberId member_id;                // a quote's; empty: nobody's
  std::vector<pricing::BasketLine> lines;  // refer to the request; without books
  std::vector<int64_t> amounts;            // of an examined order: what the till asks
  int64_t shipping = 0;
};

// Both report all violations at once (INVALID_FIELDS).
absl::StatusOr<BasketQuestion> QuestionFromProto(const v1::QuoteBasketRequest& request,
                                                 const Principal& caller);
absl::StatusOr<BasketQuestion> QuestionFromProto(const v1::ExamineExternalOrderRequest& request,
                                                 const Principal& caller);

// Complete but for what the transaction adds.
pricing::Evidence QuoteOf(const PriceContext& context, const BasketQuestion& question,
                          std::span<const pricing::BasketLine> lines,
                          const pricing::BasketPrice& price, const std::string& actor);
void ToProto(const PriceContext& context, const pricing::BasketPrice& price,
             const pricing::Evidence& quote, v1::QuoteBasketResponse& out);

// `lines`: the question's, with their books.
void ToProto(const PriceContext& context, const BasketQuestion& question,
             std::span<const pricing::BasketLine> lines, const pricing::Clamped& clamped,
             v1::ExamineExternalOrderResponse& out);

Reactor* StartQuoteBasket(Door& door, const Method& method, grpc::CallbackServerContext& context);
Reactor* StartExamineExternalOrder(Door& door, const Method& method,
                                   grpc::CallbackServerContext& context);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_QUOTES_H_
