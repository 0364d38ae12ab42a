// Reads again the part of the journal that one sum of Coverage stands for.
#ifndef FAIRPOINT_AUDIT_STRETCH_H_
#define FAIRPOINT_AUDIT_STRETCH_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

using VisitJournalRow =
    std::function<absl::Status(const engine::JournalRow&, const std::vector<engine::JournalLeaf>&)>;

// In order; a row whose body is no list of leaves is visited with none. Stops at the visit's first
// error and returns it.
absl::Status ForEachRowOf(Context& context, size_t sum, const VisitJournalRow& visit);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_STRETCH_H_
