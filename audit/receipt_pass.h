// The receipts: hashed again, and counted against what they say was made.
#ifndef FAIRPOINT_AUDIT_RECEIPT_PASS_H_
#define FAIRPOINT_AUDIT_RECEIPT_PASS_H_

#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

absl::Status CheckReceipts(Context& context);

// What the receipt says its request made; views into the receipt.
std::vector<MadeRef> MadeBy(const engine::Receipt& receipt);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_RECEIPT_PASS_H_
