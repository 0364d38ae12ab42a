// Single rows of prices, by what the journal calls them.
#ifndef FAIRPOINT_AUDIT_PRICE_LOOKUP_H_
#define FAIRPOINT_AUDIT_PRICE_LOOKUP_H_

#include <optional>

#include "absl/status/statusor.h"
#include "audit/lookup.h"
#include "base/ids.h"
#include "engine/store.h"

namespace fairpoint::audit {

// As FindRow, of tables of prices.
absl::StatusOr<std::optional<FoundRow>> FindPriceRow(engine::ReadSession& session,
                                                     const engine::JournalLeaf& leaf);
// As FindRequest, of evidence (a basket's is its order's) and settlements.
absl::StatusOr<std::optional<base::RequestId>> FindPriceRequest(engine::ReadSession& session,
                                                                const engine::JournalLeaf& leaf);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_LOOKUP_H_
