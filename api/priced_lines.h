// Priced baskets as callers see them.
#ifndef FAIRPOINT_API_PRICED_LINES_H_
#define FAIRPOINT_API_PRICED_LINES_H_

#include "base/time.h"
#include "fairpoint/v1/prices.pb.h"
#include "pricing/basket.h"
#include "pricing/evidence.h"
#include "pricing/market.h"

namespace fairpoint::api {

void ToProto(const pricing::EvidenceLine& line, v1::PricedLine& out);

// `our_shipping` counts with what is ours.
void ToProto(const pricing::Market& market, const pricing::BasketReference& reference,
             int64_t our_shipping, v1::ChannelComparison& out);
// Of a channel that lists nothing: its id and freshness alone.
void ToProto(const pricing::EvidenceReference& reference, int64_t our_shipping,
             v1::ChannelComparison& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICED_LINES_H_
