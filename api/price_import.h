// PricingService.RecordPriceFacts and ImportPriceFacts: facts, and what they say of their feeds.
#ifndef FAIRPOINT_API_PRICE_IMPORT_H_
#define FAIRPOINT_API_PRICE_IMPORT_H_

#include <grpcpp/grpcpp.h>

#include "api/call.h"
#include "api/door.h"
#include "api/roles.h"
#include "fairpoint/v1/price_facts.pb.h"

namespace fairpoint::api {

void RecordPriceFacts(Call<v1::RecordPriceFactsRequest, v1::RecordPriceFactsResponse>& call);

// `door` must outlive the call; the reactor deletes itself when the call is over.
Reactor* StartPriceImport(Door& door, const Method& method, grpc::CallbackServerContext& context);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_IMPORT_H_
