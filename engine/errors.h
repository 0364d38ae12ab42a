// Refusals of the engine itself, one factory each. docs/errors.md lists them with the ledger's.
#ifndef FAIRPOINT_ENGINE_ERRORS_H_
#define FAIRPOINT_ENGINE_ERRORS_H_

#include <vector>

#include "absl/status/status.h"

namespace fairpoint::engine {

// The id was used for a request that differs in these top-level fields (proto field numbers; the
// door gives their names); empty: it was another kind of request.
absl::Status RequestIdReused(const std::vector<int>& differing_field_numbers);
inline constexpr char kDifferingFieldNumbers[] = "differingFieldNumbers";

absl::Status QueueFull();
absl::Status Stopping();
absl::Status DeadlinePassed();
// The request may or may not have happened: only asking again with the same id tells.
absl::Status DatabaseUnavailable();
// The transaction lost its races more often than the engine tries.
absl::Status TooMuchContention();
absl::Status StoreFull();
absl::Status StoreRefusesWrites();
absl::Status StoreFailed();
// A row that cannot be: nothing is decided on it.
absl::Status StoredDataBroken();

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_ERRORS_H_
