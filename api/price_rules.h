// The channels and the rules of prices in a programme file.
#ifndef FAIRPOINT_API_PRICE_RULES_H_
#define FAIRPOINT_API_PRICE_RULES_H_

#include "api/rules_reader.h"
#include "pricing/rules.h"

namespace fairpoint::api {

// `root` is the programme's place.
void ReadPrices(RulesReader& reader, const Spot& root, const v1::Program& in, pricing::Rules& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_RULES_H_
