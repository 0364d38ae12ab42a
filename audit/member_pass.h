// The pass over members, in short snapshots of neighbouring members.
#ifndef FAIRPOINT_AUDIT_MEMBER_PASS_H_
#define FAIRPOINT_AUDIT_MEMBER_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

absl::Status CheckMembers(Context& context);

// Once all members are through: what the members' rows add up to is what the entries moved.
void CheckSums(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_MEMBER_PASS_H_
