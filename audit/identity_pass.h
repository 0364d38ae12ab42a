// Identities: each belongs to a member who is there and has a key; where the keyring is at hand,
// each opens for that member and is found by the hash of what it holds.
#ifndef FAIRPOINT_AUDIT_IDENTITY_PASS_H_
#define FAIRPOINT_AUDIT_IDENTITY_PASS_H_

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// A page of identities a snapshot. What they hold is never told.
absl::Status CheckIdentities(Context& context);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_IDENTITY_PASS_H_
