// What price protection owes, and what became of it.
#ifndef FAIRPOINT_AUDIT_CREDIT_PASS_H_
#define FAIRPOINT_AUDIT_CREDIT_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Each row's hash; that an order's credits and a credit's settlements have numbers without gaps;
// that credits are of lines of orders, and come to no more than was paid; and that nothing follows
// a payment.
absl::Status CheckCredits(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_CREDIT_PASS_H_
