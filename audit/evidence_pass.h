// Quotes and baskets: each is priced again.
#ifndef FAIRPOINT_AUDIT_EVIDENCE_PASS_H_
#define FAIRPOINT_AUDIT_EVIDENCE_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Each row's hash; that its prices are what the rows that it names give by its programme's rules,
// and above no cap; of baskets besides what their quotes, orders, stocks and protection have.
absl::Status CheckEvidence(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_EVIDENCE_PASS_H_
