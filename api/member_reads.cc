#include <algorithm>
#include <utility>
#include <vector>

#include "api/answers.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/members.h"
#include "api/reads.h"
#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/persona.h"

namespace fairpoint::api {
namespace {

absl::Status AddPerson(const Source& source, const engine::MemberName& name, v1::Member& out) {
  std::vector<ledger::Identity> identities;
  std::vector<ledger::MemberKey> keys;
  if (absl::Status read = source.session.LoadIdentitiesOf({&name, 1}, identities); !read.ok()) {
    return read;
  }
  if (absl::Status read = source.session.LoadMemberKeys({&name, 1}, keys); !read.ok()) return read;
  if (keys.empty()) return absl::OkStatus();  // erased
  const absl::StatusOr<std::string> secret = source.keyring.Unwrap(
      name.program_id, name.member_id, keys.front().key_version, keys.front().wrapped);
  if (!secret.ok()) return secret.status();
  std::ranges::sort(identities, {}, [](const ledger::Identity& identity) {
    return std::pair(identity.linked_at, identity.kind);
  });
  for (const ledger::Identity& identity : identities) {
    const absl::StatusOr<std::string> value = ledger::OpenIdentity(identity, *secret);
    if (!value.ok()) return value.status();
    v1::Identity& one = *out.add_identities();
    one.set_kind(identity.kind);
    one.set_value(Masked(*value));
  }
  std::vector<ledger::MemberTags> rows;
  if (absl::Status read = source.session.LoadMemberTags({&name, 1}, rows); !read.ok()) return read;
  if (rows.empty()) return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> tags = ledger::OpenTags(rows.front(), *secret);
  if (!tags.ok()) return tags.status();
  for (const std::string& tag : *tags) out.add_tags(tag);
  return absl::OkStatus();
}

absl::Status ReadOne(const Source& source, const base::ProgramId& program_id, const Ref& ref,
                     v1::Member& out) {
  const absl::StatusOr<ledger::Member> member = FindMember(source, program_id, ref);
  if (!member.ok()) return member.status();
  ToProto(*member, out);
  return AddPerson(source, {program_id, member->member_id}, out);
}

}  // namespace

absl::Status ReadMember(const Source& source, const v1::GetMemberRequest& request,
                        v1::Member& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const base::MemberId member_id = fields.MemberId("member_id", request.member_id());
  if (!fields.ok()) return fields.status();
  return ReadOne(source, program_id, member_id, out);
}

absl::Status ReadMember(const Source& source, const v1::LookupMemberRequest& request,
                        v1::Member& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const ledger::PlainIdentity identity = fields.Identity("identity", request.identity());
  if (!fields.ok()) return fields.status();
  return ReadOne(source, program_id, identity, out);
}

}  // namespace fairpoint::api
