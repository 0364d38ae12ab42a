#include "audit/event_chain.h"

#include "absl/strings/str_cat.h"

namespace fairpoint::audit {
namespace {

using ledger::MemberEvent;
using ledger::MemberEventKind;
using ledger::MemberState;

}  // namespace

void EventChain::Begin() { folded_ = ledger::Member(); }

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
  if (!event.request_id.empty()) {
    context_.coverage.AddMade({engine::JournalTable::kMemberEvent, program_id, member_id,
                               event.request_id.value(), event.event_seq, 1, event.lane,
                               event.lane_seq});
  }
}

void EventChain::Follow(const MemberEvent& event) {
  const bool first = event.event_seq == 1;
  if ((event.kind == MemberEventKind::kEnrolled) != first || !IsKnown(event.kind)) {
    findings_.Add(
        kEventRecord, event.event_seq, "kind", first ? "enrolled" : "what may follow enrolled",
        absl::StrCat(std::string(Name(event.kind)), " (", static_cast<int>(event.kind), ")"));
  }
  if (first) folded_.created_at = event.recorded_at;
  const bool freezes = event.kind == MemberEventKind::kFrozen;
  if (freezes || event.kind == MemberEventKind::kUnfrozen) {
    const MemberState before = freezes ? MemberState::kActive : MemberState::kFrozen;
    if (folded_.state != before) {
      findings_.Add(kEventRecord, event.event_seq, "kind",
                    absl::StrCat("what may follow the state ", std::string(Name(folded_.state))),
                    std::string(Name(event.kind)));
    }
    folded_.state = freezes ? MemberState::kFrozen : MemberState::kActive;
  }
}

}  // namespace fairpoint::audit
