// Planners of a member's existence and state. Pure, like ledger/plan.h.
#ifndef FAIRPOINT_LEDGER_ENROLL_H_
#define FAIRPOINT_LEDGER_ENROLL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/keyring.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/member.h"

namespace fairpoint::ledger {

struct MemberChanges {
  Member member;
  bool is_new = false;
  std::vector<MemberEvent> events;  // hashed and chained; none when nothing changed
  std::vector<Identity> new_identities;
  std::vector<Identity> deleted_identities;
  std::optional<MemberTags> tags;  // as they are now
  std::optional<MemberKey> new_key;
};

// Of one member: what is read for it stays small.
inline constexpr size_t kIdentitiesMax = 100;

// The member who holds one or more of the offered identities, as loaded.
struct IdentityHolder {
  Member member;
  std::string secret;                // unwrapped
  std::vector<Identity> identities;  // all of its
};

// Makes a member, or returns the holder and links to it the identities that nobody holds yet.
// `posting` gives actor and request id. Errors: IDENTITY_CONFLICT (a second WeChat unionid),
// TOO_MANY_IDENTITIES, MEMBER_NOT_ACTIVE (there is something to link to a member who is not).
absl::StatusOr<MemberChanges> PlanEnroll(const base::ProgramId& program_id,
                                         const EnrollMember& enroll, const IdentityHolder* holder,
                                         const Posting& posting, const base::Keyring& keyring,
                                         base::Instant now);

// FreezeMember, UnfreezeMember.
absl::StatusOr<MemberChanges> PlanFreeze(const Member& member, const Posting& posting,
                                         base::Instant now);
absl::StatusOr<MemberChanges> PlanUnfreeze(const Member& member, const Posting& posting,
                                           base::Instant now);

// Gives the member its next event and moves the head of its chain; the event says phone_only as the
// member has it now.
MemberEvent AppendEvent(Member& member, MemberEventKind kind, std::string detail,
                        const Posting& posting, base::Instant now);

bool AllPhones(const std::vector<Identity>& identities);
size_t CountUnionIds(const std::vector<Identity>& identities);

// Encrypts the value for the identity's member and kind.
void SealIdentity(std::string_view value, std::string_view secret, Identity& identity);
// An identity in the clear, from its row. DATA_LOSS if the secret is not the one it was sealed
// under.
absl::StatusOr<std::string> OpenIdentity(const Identity& identity, std::string_view secret);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_ENROLL_H_
