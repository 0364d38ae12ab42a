// Prices: facts, offers and promotions, quotes and baskets, and what price protection owes.
#ifndef FAIRPOINT_AUDIT_PRICE_PASS_H_
#define FAIRPOINT_AUDIT_PRICE_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Adds findings and what the journal must have; a failure is of reading.
absl::Status CheckPrices(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_PASS_H_
