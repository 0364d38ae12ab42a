// A SKU's history, without what cannot matter to a stretch of time: so that looking at it again and
// again stays cheap however long it grew.
#ifndef FAIRPOINT_PRICING_FACTS_DECIDING_H_
#define FAIRPOINT_PRICING_FACTS_DECIDING_H_

#include <span>
#include <vector>

#include "base/time.h"
#include "pricing/fact.h"

namespace fairpoint::pricing {

// The facts and withdrawals that decide what counts at the instants [first, last], in their order:
// a book of them has the same facts counting there as one of all, no hold being looked at. Facts
// that are held at `now` and not confirmed are left out, and so do not hide others either.
std::vector<PriceFact> FactsDeciding(std::span<const PriceFact> facts, base::Instant first,
                                     base::Instant last, base::Instant now);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_FACTS_DECIDING_H_
