#include "audit/event_chain.h"

#include "absl/strings/str_cat.h"
#include "audit/pairs.h"

namespace fairpoint::audit {
namespace {

using ledger::MemberEvent;
using ledger::MemberEventKind;
using ledger::MemberState;

}  // namespace

void EventChain::Begin() {
  folded_ = ledger::Member();
  request_ = {};
  took_over_ = false;
  tags_digest_.reset();
}

void EventChain::Add(const MemberEvent& event, const base::Hash& hash) {
  ++context_.report.member_events;
  const int64_t expected_seq = folded_.event_seq + 1;
  const bool follows = event.event_seq == expected_seq;
  if (!follows) {
    findings_.Add(kEventRecord, expected_seq, "row", "an event",
                  absl::StrCat("none: the next is ", event.event_seq));
  } else {
    findings_.Expect(kEventRecord, event.event_seq, "prev_hash", folded_.event_head_hash,
                     event.prev_hash);
  }
  findings_.Expect(kEventRecord, event.event_seq, "hash", hash, event.hash);
  if (follows) Follow(event);
  if (event.recorded_at < folded_.last_recorded_at) {
    findings_.Add(kEventRecord, event.event_seq, "recorded_at",
                  absl::StrCat("at or after ", Shown(folded_.last_recorded_at)),
                  Shown(event.recorded_at));
  }
  folded_.event_seq = event.event_seq;
  folded_.event_head_hash = event.hash;
  folded_.phone_only = event.phone_only;
  folded_.last_recorded_at = event.recorded_at;

  const std::string& program_id = event.program_id.value();
  const std::string& member_id = event.member_id.value();
  context_.coverage.AddRow({engine::JournalTable::kMemberEvent, program_id, member_id,
                            event.event_seq, hash, event.lane, event.lane_seq});
  AddPair(event, context_.coverage);
  CountRequest(event);
}

void EventChain::CountRequest(const MemberEvent& event) {
  if (event.request_id.empty() || event.request_id != request_.request_id) {
    End();
    request_ = {.request_id = event.request_id,
                .is_others = event.kind == MemberEventKind::kTookOver};
  } else if (event.kind != MemberEventKind::kTagsSet) {
    findings_.Add(kEventRecord, event.event_seq, "request_id",
                  "another than that of the event before", Shown(event.request_id.value()));
  }
  request_.event_seq = event.event_seq;
  request_.lane = event.lane;
  request_.lane_seq = event.lane_seq;
}

void EventChain::End() {
  const engine::MemberName& member = findings_.member();
  if (!request_.request_id.empty() && !request_.is_others) {
    context_.coverage.AddMade({engine::JournalTable::kMemberEvent, member.program_id.value(),
                               member.member_id.value(), request_.request_id.value(),
                               request_.event_seq, 1, request_.lane, request_.lane_seq});
  }
  request_ = {};
}

void EventChain::Follow(const MemberEvent& event) {
  const bool first = event.event_seq == 1;
  if ((event.kind == MemberEventKind::kEnrolled) != first || !IsKnown(event.kind)) {
    findings_.Add(
        kEventRecord, event.event_seq, "kind", first ? "enrolled" : "what may follow enrolled",
        absl::StrCat(std::string(Name(event.kind)), " (", static_cast<int>(event.kind), ")"));
  }
  if (first) folded_.created_at = event.recorded_at;
  CheckDetail(event);
  FollowState(event);
  if (event.kind == MemberEventKind::kTookOver) took_over_ = true;
  if (event.kind == MemberEventKind::kTagsSet) tags_digest_ = event.detail;
}

void EventChain::FollowState(const MemberEvent& event) {
  const MemberState before = folded_.state;
  bool follows = before == MemberState::kActive || before == MemberState::kFrozen;
  switch (event.kind) {
    case MemberEventKind::kFrozen:
      follows = before == MemberState::kActive;
      folded_.state = MemberState::kFrozen;
      break;
    case MemberEventKind::kUnfrozen:
      follows = before == MemberState::kFrozen;
      folded_.state = MemberState::kActive;
      break;
    case MemberEventKind::kMerged:
      follows = before == MemberState::kActive;
      folded_.state = MemberState::kMerged;
      folded_.merged_into = base::MemberId(event.detail);
      break;
    case MemberEventKind::kTookOver:
      follows = before == MemberState::kActive;
      break;
    case MemberEventKind::kErased:
      folded_.state = MemberState::kClosed;
      break;
    default:
      break;
  }
  if (follows) return;
  findings_.Add(kEventRecord, event.event_seq, "kind",
                absl::StrCat("what may follow the state ", std::string(Name(before))),
                std::string(Name(event.kind)));
}

void EventChain::CheckDetail(const MemberEvent& event) {
  const bool names_member =
      event.kind == MemberEventKind::kMerged || event.kind == MemberEventKind::kTookOver;
  const bool has_detail = names_member || event.kind == MemberEventKind::kTagsSet;
  if (event.detail.empty() == has_detail) {
    findings_.Add(kEventRecord, event.event_seq, "detail", has_detail ? "something" : "nothing",
                  has_detail ? "nothing" : "something");
  } else if (names_member && event.detail == event.member_id.value()) {
    findings_.Add(kEventRecord, event.event_seq, "detail", "another member", "the member itself");
  }
}

}  // namespace fairpoint::audit
