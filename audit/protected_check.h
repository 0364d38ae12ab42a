// Orders under price protection, as their baskets have them.
#ifndef FAIRPOINT_AUDIT_PROTECTED_CHECK_H_
#define FAIRPOINT_AUDIT_PROTECTED_CHECK_H_

#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"
#include "engine/store.h"
#include "pricing/evidence.h"
#include "pricing/protection.h"
#include "pricing/rules.h"

namespace fairpoint::audit {

// That each of the SKU's rows is of a basket with that SKU, placed then. Requires a snapshot.
absl::Status CheckProtectedSku(Context& context, const engine::SkuName& name);

// That each row is of a basket.
absl::Status CheckProtectedOrders(Context& context);

// That a basket has the row that it should, or none. `rules`: of its programme's version; null: not
// known. `row`: null where there is none. Requires a snapshot, in which they were read.
absl::Status CheckProtection(Context& context, const pricing::Evidence& basket,
                             const pricing::Rules* rules, const pricing::ProtectedOrder* row,
                             const std::vector<pricing::PriceCredit>& credits);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PROTECTED_CHECK_H_
