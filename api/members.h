// Requests of MemberService to commands of the engine, and members to what callers see.
#ifndef FAIRPOINT_API_MEMBERS_H_
#define FAIRPOINT_API_MEMBERS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api/operations.h"
#include "engine/command.h"
#include "fairpoint/v1/member_service.pb.h"
#include "ledger/member.h"

namespace fairpoint::api {

// The values that a new member is made of.
struct NewMember {
  base::MemberId member_id;
  std::string secret;  // 32 bytes
};
// From libcrypto's random generator.
NewMember RandomMember();

// Each reports all violations at once (INVALID_FIELDS).
absl::StatusOr<engine::Command> CommandFromProto(const v1::EnrollMemberRequest& request,
                                                 NewMember new_member, const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::FreezeMemberRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::UnfreezeMemberRequest& request,
                                                 const Origin& origin);

absl::StatusOr<engine::Command> CommandFromProto(const v1::LinkIdentityRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::UnlinkIdentityRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::SetTagsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::MergeMembersRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::EraseMemberRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ImportMembersRequest& request,
                                                 NewMember new_member, const Origin& origin);

// All but the identities and tags.
void ToProto(const ledger::Member& member, v1::Member& out);

// "138****0000": the first three and the last four characters of long values, less of short ones;
// never all of it. Whole UTF-8 characters stay whole.
std::string Masked(std::string_view value);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_MEMBERS_H_
