// PricingService.GetPrices: prices for a page, from memory.
#ifndef FAIRPOINT_API_PRICE_TAGS_H_
#define FAIRPOINT_API_PRICE_TAGS_H_

#include <string_view>

#include "api/call.h"
#include "api/price_context.h"
#include "fairpoint/v1/prices.pb.h"
#include "pricing/page.h"

namespace fairpoint::api {

// `book` may be null.
void ToProto(const PriceContext& context, std::string_view sku, const pricing::SkuBook* book,
             const pricing::PagePrice& price, bool explain, v1::PriceTag& out);

Reactor* StartGetPrices(Door& door, const Method& method, grpc::CallbackServerContext& context);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_TAGS_H_
