// The door's own refusals, one factory each. docs/errors.md lists them with those of the other
// rooms.
#ifndef FAIRPOINT_API_ERRORS_H_
#define FAIRPOINT_API_ERRORS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "api/principal.h"
#include "api/roles.h"
#include "base/error.h"

namespace fairpoint::api {

// UNAUTHENTICATED
absl::Status KeyMissing();
absl::Status KeyWrong();    // malformed, unknown, or with another secret: not said which
absl::Status KeyRevoked();  // its secret was right

// PERMISSION_DENIED
absl::Status RoleMayNot(Role role, const Method& method);
absl::Status StoreMayNot(std::string_view bound_store_id, std::string_view store_id);

// INVALID_ARGUMENT
absl::Status MalformedMessage();
absl::Status PageTokenWrong();
absl::Status ProgramFaults(std::vector<base::FieldViolation> faults);

// UNAVAILABLE, with RetryInfo: a read found no database.
absl::Status ReadUnavailable();
// INTERNAL: what callers are told of a bug.
absl::Status Internal();

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_ERRORS_H_
