#include "ledger/member.h"

#include "base/canonical.h"

namespace fairpoint::ledger {
std::string_view Name(MemberState state) {
  switch (state) {
    case MemberState::kActive:
      return "active";
    case MemberState::kFrozen:
      return "frozen";
    case MemberState::kClosed:
      return "closed";
    case MemberState::kMerged:
      return "merged";
  }
  return "unknown";
}

std::string_view Name(MemberEventKind kind) {
  switch (kind) {
    case MemberEventKind::kEnrolled:
      return "enrolled";
    case MemberEventKind::kFrozen:
      return "frozen";
    case MemberEventKind::kUnfrozen:
      return "unfrozen";
    case MemberEventKind::kIdentitiesLinked:
      return "identities_linked";
    case MemberEventKind::kIdentityUnlinked:
      return "identity_unlinked";
    case MemberEventKind::kTagsSet:
      return "tags_set";
    case MemberEventKind::kMerged:
      return "merged";
    case MemberEventKind::kTookOver:
      return "took_over";
    case MemberEventKind::kErased:
      return "erased";
  }
  return "unknown";
}

bool IsKnown(MemberState state) { return Name(state) != "unknown"; }
bool IsKnown(MemberEventKind kind) { return Name(kind) != "unknown"; }

std::string Canonical(const MemberEvent& event) {
  base::CanonicalWriter out(192);
  // What has no detail keeps the form it always had: no hash changes.
  out.U8(event.detail.empty() ? 1 : 2);
  out.Bytes(event.program_id.value()).Bytes(event.member_id.value()).I64(event.event_seq);
  out.U8(static_cast<uint8_t>(event.kind)).U8(event.phone_only ? 1 : 0);
  out.Bytes(event.reason).Bytes(event.actor).Bytes(event.request_id.value());
  out.I64(event.recorded_at.micros);
  if (!event.detail.empty()) out.Bytes(event.detail);
  out.Fixed(base::AsBytes(event.prev_hash));
  return std::move(out).bytes();
}

base::Hash HashOf(const MemberEvent& event) { return base::LeafHash(Canonical(event)); }

}  // namespace fairpoint::ledger
