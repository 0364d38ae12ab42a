// The promotions, reports and offers for all SKUs of every channel, and the head that they make.
#ifndef FAIRPOINT_AUDIT_CHANNEL_PASS_H_
#define FAIRPOINT_AUDIT_CHANNEL_PASS_H_

#include <set>

#include "absl/status/status.h"
#include "audit/context.h"
#include "engine/store.h"

namespace fairpoint::audit {

// Adds to `channels` those that have a head, promotions or reports; of all of them, each row's
// hash, that they have numbers without gaps, and that the head's book is theirs.
absl::Status CheckChannels(Context& context, std::set<engine::ChannelName>& channels);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_CHANNEL_PASS_H_
