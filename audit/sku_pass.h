// The facts and offers of every SKU, and the head that they make.
#ifndef FAIRPOINT_AUDIT_SKU_PASS_H_
#define FAIRPOINT_AUDIT_SKU_PASS_H_

#include <set>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/listing_check.h"

namespace fairpoint::audit {

// Each row's hash, that they have numbers without gaps, and that the head's book is theirs.
// Channels with offers for all their SKUs are added to `channels`, and what facts list to
// `listings`.
absl::Status CheckSkus(Context& context, ListingCheck& listings,
                       std::set<engine::ChannelName>& channels);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_SKU_PASS_H_
