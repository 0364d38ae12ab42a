// Names the receipts that do not agree with the rows they say they made.
#ifndef FAIRPOINT_AUDIT_RECEIPT_EXPLAIN_H_
#define FAIRPOINT_AUDIT_RECEIPT_EXPLAIN_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Within the part of the journal that the sum stands for. Requires that its leaves and rows agree.
absl::Status ExplainReceipts(Context& context, size_t sum);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_RECEIPT_EXPLAIN_H_
