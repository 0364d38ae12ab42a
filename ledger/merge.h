// Two members who are one person, and one who is to be forgotten. Pure, like ledger/plan.h.
#ifndef FAIRPOINT_LEDGER_MERGE_H_
#define FAIRPOINT_LEDGER_MERGE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/keyring.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/member.h"
#include "ledger/plan.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger {

// A member with everything that is known of the person.
struct Person {
  const Ledger& ledger;  // with its open rows
  std::string secret;
  std::vector<Identity> identities;  // all of its
  std::optional<MemberTags> tags;
};

// The members' rows after it, with their new event heads, are in the Changes.
struct MergeChanges {
  Changes source;
  Changes target;
  std::vector<MemberEvent> events;   // of both
  std::vector<Member> repointed;     // those who answered for the source
  std::vector<Identity> identities;  // the source's, now the target's and sealed for it
  std::optional<MemberTags> tags;    // the target's, where the source had others
};

// The source's pending and available points go over lot by lot, with expiry, release and the time
// they were earned; so does its debt, which is repaid from nothing but what is earned or released
// later: debt offsets future points only, and a merge gives nobody points that were not there. So
// the points of the one and the debt of the other stand side by side. The source keeps its entries
// and its key. `answering` are those merged into the source before. Errors: MERGE_REFUSED (into
// itself, in a circle, open holds, two unionids, too many identities or tags), MEMBER_NOT_ACTIVE
// (of either; frozen ones may not be merged), BALANCE_OVERFLOW, DATA_LOSS.
absl::StatusOr<MergeChanges> PlanMerge(const Person& source, const Person& target,
                                       const std::vector<Member>& answering, const Posting& posting,
                                       const Program& program, const base::Keyring& keyring,
                                       base::Instant now);

struct EraseChanges {
  Changes points;  // forfeited
  std::vector<MemberEvent> events;
  std::vector<Identity> identities;  // to be deleted
};

// Forfeits what is left and closes the member. Keys and tags of it and of those who answer for it
// are to be deleted. A debt stays. Errors: MEMBER_HAS_OPEN_HOLDS, MEMBER_NOT_ACTIVE (closed or
// merged; a frozen one may be erased), DATA_LOSS.
absl::StatusOr<EraseChanges> PlanErase(const Ledger& ledger,
                                       const std::vector<Identity>& identities,
                                       const Posting& posting, const Program& program,
                                       base::Instant now);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_MERGE_H_
