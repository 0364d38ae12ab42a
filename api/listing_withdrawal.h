// PricingService.WithdrawListing: of one SKU, or of all that facts named.
#ifndef FAIRPOINT_API_LISTING_WITHDRAWAL_H_
#define FAIRPOINT_API_LISTING_WITHDRAWAL_H_

#include "api/call.h"
#include "fairpoint/v1/price_facts.pb.h"

namespace fairpoint::api {

void WithdrawListing(Call<v1::WithdrawListingRequest, v1::WithdrawListingResponse>& call);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_LISTING_WITHDRAWAL_H_
