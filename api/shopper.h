// Who asks for prices, and where.
#ifndef FAIRPOINT_API_SHOPPER_H_
#define FAIRPOINT_API_SHOPPER_H_

#include "absl/status/status.h"
#include "api/fields.h"
#include "api/principal.h"
#include "checkout/program.h"
#include "fairpoint/v1/prices.pb.h"
#include "pricing/market.h"

namespace fairpoint::api {

// As far as the message alone tells. A till that names no store asks for its own.
pricing::Shopper ShopperFromProto(const v1::Shopper& shopper, const Principal& caller,
                                  Fields& fields);

// As the programme sees them: the store's region is filled in. STORE_MAY_NOT, STORE_UNKNOWN,
// CHANNEL_UNKNOWN, CHANNEL_ROLE_WRONG, INVALID_FIELDS for a region that is not the store's.
absl::Status Place(const checkout::Program& program, const Principal& caller,
                   pricing::Shopper& shopper);

void ToProto(const pricing::Shopper& shopper, v1::Shopper& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_SHOPPER_H_
