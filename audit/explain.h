// Names what the sums of Coverage found different: reads the stretches of the journal in question
// again, and looks for each leaf's row, and, where leaves do not explain it, for each row's leaf.
#ifndef FAIRPOINT_AUDIT_EXPLAIN_H_
#define FAIRPOINT_AUDIT_EXPLAIN_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// In the order of the journal, until the pass has no more room for findings. All rows concerned are
// immutable: needs no snapshot.
absl::Status ExplainDifferences(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_EXPLAIN_H_
