// Points that come to a member from outside.
#ifndef FAIRPOINT_LEDGER_CREDIT_H_
#define FAIRPOINT_LEDGER_CREDIT_H_

#include "base/points.h"
#include "ledger/draft.h"
#include "ledger/member.h"

namespace fairpoint::ledger {

// Everything a member owns must stay within 2^63-1, so that no later movement of it can leave the
// range: whether the points fit beside what is there.
bool Fits(const Member& member, base::Points points);

// Books a movement into available that makes a lot, and repays debt from it at once: debt offsets
// whatever comes after it. Returns the lot's seq. Requires that it fits.
int64_t Credit(Draft& draft, Draft::Movement movement);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_CREDIT_H_
