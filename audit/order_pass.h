// Checks orders: placements, returns and claims by hash and journal, and the projections that
// follow from them.
#ifndef FAIRPOINT_AUDIT_ORDER_PASS_H_
#define FAIRPOINT_AUDIT_ORDER_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Requires that nobody has begun a snapshot of the context's session.
absl::Status CheckOrders(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ORDER_PASS_H_
