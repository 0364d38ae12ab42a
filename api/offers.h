// Offers, from and to what callers see.
#ifndef FAIRPOINT_API_OFFERS_H_
#define FAIRPOINT_API_OFFERS_H_

#include "api/price_parts.h"
#include "engine/price_command.h"
#include "fairpoint/v1/price_offers.pb.h"
#include "pricing/offer.h"

namespace fairpoint::api {

// What is wrong with an offer by itself is its `refused`: INVALID_FIELDS with all violations, paths
// within the offer ("amount"). An offer has no source.
engine::OfferToRecord OfferFromProto(const v1::Offer& offer, const Recorder& by);

// With the amount that it was clamped to, if it was.
void ToProto(const pricing::Offer& offer, v1::Offer& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_OFFERS_H_
