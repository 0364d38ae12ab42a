#include "ledger/publish.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/errors.h"

namespace fairpoint::ledger {

absl::StatusOr<PublishChanges> PlanPublish(const PublishProgram& publish, const ProgramHead* head,
                                           const Program* latest, const Posting& posting,
                                           base::Instant now) {
  const base::Instant effective_from = publish.effective_from.value_or(now);
  if (latest != nullptr && effective_from < now) {
    return ProgramChangeRefused(absl::StrCat(
        "effective_from ", base::ToString(effective_from), " is before now (", base::ToString(now),
        "): only a programme's first version may begin in the past"));
  }
  if (latest != nullptr && publish.program.currency != latest->currency) {
    return ProgramChangeRefused(
        absl::StrCat("the programme's currency is ", latest->currency, " in all versions"));
  }
  PublishChanges changes;
  changes.is_first = head == nullptr;
  ProgramVersion& version = changes.version;
  version.program_id = publish.program.program_id;
  version.version = head == nullptr ? 1 : head->latest_version + 1;
  version.effective_from = effective_from;
  version.text = publish.text;
  version.text_sha256 = base::Sha256(publish.text);
  version.actor = posting.actor;
  version.request_id = posting.request_id;
  version.recorded_at = now;
  if (head != nullptr) version.prev_hash = head->head_hash;
  version.hash = HashOf(version);
  changes.head = ProgramHead{.program_id = version.program_id,
                             .latest_version = version.version,
                             .head_hash = version.hash};
  return changes;
}

}  // namespace fairpoint::ledger
