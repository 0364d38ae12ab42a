// What is kept of the person behind a member: whom it answers for and who answers for it, its key
// and its tags. Identities have a pass of their own.
#ifndef FAIRPOINT_AUDIT_PERSONA_CHECK_H_
#define FAIRPOINT_AUDIT_PERSONA_CHECK_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/event_chain.h"
#include "audit/member_findings.h"

namespace fairpoint::audit {

class PersonaCheck {
 public:
  PersonaCheck(Context& context, MemberFindings& findings)
      : context_(context), findings_(findings) {}

  // Reads what belongs to these members. Requires a snapshot, which holds until the last Check.
  absl::Status Load(const std::vector<ledger::Member>& members);
  // One of them.
  absl::Status Check(const ledger::Member& row, const EventChain& events);

 private:
  absl::Status CheckMerged(const ledger::Member& row, const EventChain& events);
  absl::Status CheckCount(const ledger::Member& row, const EventChain& events);
  void CheckNothingLeft(const ledger::Member& row);
  void CheckErased(const engine::MemberName& name);
  void CheckTags(const engine::MemberName& name, const std::optional<std::string>& digest);
  absl::Status FindMember(const engine::MemberName& name, std::optional<ledger::Member>& found);

  Context& context_;
  MemberFindings& findings_;
  std::map<engine::MemberName, ledger::MemberTags> tags_;
  std::map<engine::MemberName, ledger::MemberKey> keys_;
  bool is_erased_ = false;  // the member at hand, or whom it was merged into
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PERSONA_CHECK_H_
