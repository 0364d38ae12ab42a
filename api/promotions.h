// Public promotions of reference channels, from and to what callers see.
#ifndef FAIRPOINT_API_PROMOTIONS_H_
#define FAIRPOINT_API_PROMOTIONS_H_

#include "api/price_parts.h"
#include "engine/price_command.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "pricing/promotion.h"

namespace fairpoint::api {

// What is wrong with a promotion by itself is its `refused`: INVALID_FIELDS with all violations,
// paths within the promotion ("threshold.steps[1].reduction").
engine::PromotionToRecord PromotionFromProto(const v1::ChannelPromotion& promotion,
                                             const Recorder& by);

void ToProto(const pricing::ChannelPromotion& promotion, v1::ChannelPromotion& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PROMOTIONS_H_
