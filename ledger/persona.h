// Planners of what is known of a person: identities and tags. Pure, like ledger/plan.h.
#ifndef FAIRPOINT_LEDGER_PERSONA_H_
#define FAIRPOINT_LEDGER_PERSONA_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/keyring.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/enroll.h"
#include "ledger/member.h"

namespace fairpoint::ledger {

// Of one member.
inline constexpr size_t kTagsMax = 50;
inline constexpr size_t kTagBytesMax = 64;

// Links the identity; no change at all if the member has it. Errors: MEMBER_NOT_ACTIVE,
// IDENTITY_CONFLICT (a second unionid), TOO_MANY_IDENTITIES. That nobody else holds it is the
// caller's to know.
absl::StatusOr<MemberChanges> PlanLink(const IdentityHolder& holder, const LinkIdentity& link,
                                       const Posting& posting, const base::Keyring& keyring,
                                       base::Instant now);
// Errors: IDENTITY_NOT_FOUND, LAST_IDENTITY, MEMBER_NOT_ACTIVE.
absl::StatusOr<MemberChanges> PlanUnlink(const IdentityHolder& holder, const UnlinkIdentity& unlink,
                                         const Posting& posting, const base::Keyring& keyring,
                                         base::Instant now);
// `present`: the member's tags row, if any. No change at all if they are these. Errors:
// MEMBER_NOT_ACTIVE; DATA_LOSS if the row does not open.
absl::StatusOr<MemberChanges> PlanSetTags(const Member& member, std::string_view secret,
                                          const MemberTags* present,
                                          const std::vector<std::string>& tags,
                                          const Posting& posting, base::Instant now);

// What an event says of tags (32 bytes): their HMAC-SHA-256 under the member's secret, so that
// erasure makes it mean nothing. `tags` ascending.
std::string TagsDigest(const std::vector<std::string>& tags, std::string_view secret);
// From their row. DATA_LOSS if the secret is not the one it was sealed under.
absl::StatusOr<std::vector<std::string>> OpenTags(const MemberTags& row, std::string_view secret);
MemberTags SealTags(const base::ProgramId& program_id, const base::MemberId& member_id,
                    const std::vector<std::string>& tags, std::string_view secret);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_PERSONA_H_
