// Whose points a return took back.
#ifndef FAIRPOINT_AUDIT_TAKEN_CHECK_H_
#define FAIRPOINT_AUDIT_TAKEN_CHECK_H_

#include "absl/status/status.h"
#include "audit/context.h"
#include "checkout/order.h"

namespace fairpoint::audit {

// That its entries take what it says, of the earnings of the orders that it says, and that these
// orders are of the member whose points moved or of one who had been merged into it by then.
// Requires a snapshot.
absl::Status CheckTaken(Context& context, const checkout::OrderReturn& row);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TAKEN_CHECK_H_
