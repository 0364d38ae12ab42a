// The programmes: each one's versions, their hashes and chain, and the head row.
#ifndef FAIRPOINT_AUDIT_PROGRAM_PASS_H_
#define FAIRPOINT_AUDIT_PROGRAM_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// Also makes the context's sums for every programme. One snapshot.
absl::Status CheckPrograms(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PROGRAM_PASS_H_
