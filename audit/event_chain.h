// Follows one member's events: the chain, and the state that they lead to.
#ifndef FAIRPOINT_AUDIT_EVENT_CHAIN_H_
#define FAIRPOINT_AUDIT_EVENT_CHAIN_H_

#include "audit/context.h"
#include "audit/member_findings.h"
#include "ledger/member.h"

namespace fairpoint::audit {

class EventChain {
 public:
  EventChain(Context& context, MemberFindings& findings) : context_(context), findings_(findings) {}

  void Begin();
  // In ascending order, with the hash recomputed.
  void Add(const ledger::MemberEvent& event, const base::Hash& hash);

  // The member as its events leave it: state, phone_only, event_seq, event_head_hash, created_at,
  // last_recorded_at.
  const ledger::Member& folded() const { return folded_; }

 private:
  void Follow(const ledger::MemberEvent& event);

  Context& context_;
  MemberFindings& findings_;
  ledger::Member folded_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_EVENT_CHAIN_H_
