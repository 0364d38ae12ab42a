// A committed basket beside its quote and its order.
#ifndef FAIRPOINT_AUDIT_BASKET_CHECK_H_
#define FAIRPOINT_AUDIT_BASKET_CHECK_H_

#include "absl/status/status.h"
#include "audit/context.h"
#include "checkout/order.h"
#include "pricing/evidence.h"

namespace fairpoint::audit {

// What only a quote has, and what only a basket.
void CheckKind(Context& context, const pricing::Evidence& row);
// `quote` and `placement` are null where there are none. Requires a snapshot.
absl::Status CheckBasket(Context& context, const pricing::Evidence& basket,
                         const pricing::Evidence* quote, const checkout::Placement* placement);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_BASKET_CHECK_H_
