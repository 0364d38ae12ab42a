// The planner of a programme's next version. Pure, like ledger/plan.h.
#ifndef FAIRPOINT_LEDGER_PUBLISH_H_
#define FAIRPOINT_LEDGER_PUBLISH_H_

#include "absl/status/statusor.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/program.h"

namespace fairpoint::ledger {

struct PublishChanges {
  ProgramVersion version;
  ProgramHead head;
  bool is_first = false;
};

// `head` and `latest` (the programme that its latest version describes) are null for a programme's
// first version, which alone may begin in the past. Errors: PROGRAM_CHANGE_REFUSED.
absl::StatusOr<PublishChanges> PlanPublish(const PublishProgram& publish, const ProgramHead* head,
                                           const Program* latest, const Posting& posting,
                                           base::Instant now);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_PUBLISH_H_
