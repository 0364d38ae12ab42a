// Whose prices are read.
#ifndef FAIRPOINT_AUDIT_PRICE_PROGRAM_H_
#define FAIRPOINT_AUDIT_PRICE_PROGRAM_H_

#include "audit/context.h"
#include "base/ids.h"

namespace fairpoint::audit {

// That there is such a programme; said once.
inline void CheckProgramOfPrices(Context& context, const base::ProgramId& program_id) {
  if (context.sums.try_emplace(program_id).second)
    context.findings.Add(
        {"programme", program_id.value(), "", "row", "a programme, since it has prices", "none"});
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_PROGRAM_H_
