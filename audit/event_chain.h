// Follows one member's events: the chain, and the state that they lead to.
#ifndef FAIRPOINT_AUDIT_EVENT_CHAIN_H_
#define FAIRPOINT_AUDIT_EVENT_CHAIN_H_

#include <optional>
#include <string>

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
  void End();

  // The member as its events leave it: state, phone_only, merged_into (as it was then), event_seq,
  // event_head_hash, created_at, last_recorded_at.
  const ledger::Member& folded() const { return folded_; }
  // Whether others were merged into it.
  bool took_over() const { return took_over_; }
  // Of its tags, by the last event that set them.
  const std::optional<std::string>& tags_digest() const { return tags_digest_; }

 private:
  void Follow(const ledger::MemberEvent& event);
  void FollowState(const ledger::MemberEvent& event);
  void CheckDetail(const ledger::MemberEvent& event);
  void CountRequest(const ledger::MemberEvent& event);

  Context& context_;
  MemberFindings& findings_;
  ledger::Member folded_;
  // The events of one request, which follow one another: its receipt names the last, unless it is
  // that of a member who was merged into this one.
  struct Request {
    base::RequestId request_id;
    bool is_others = false;
    int64_t event_seq = 0;
    int64_t lane = 0;
    int64_t lane_seq = 0;
  };
  Request request_;
  bool took_over_ = false;
  std::optional<std::string> tags_digest_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_EVENT_CHAIN_H_
