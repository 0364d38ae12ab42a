#include "api/member_lookup.h"

#include <utility>
#include <vector>

#include "ledger/errors.h"

namespace fairpoint::api {

Ref RefFromProto(const v1::MemberRef& ref, Fields& fields) {
  switch (ref.ref_case()) {
    case v1::MemberRef::kMemberId:
      return fields.MemberId("member.member_id", ref.member_id());
    case v1::MemberRef::kIdentity:
      return fields.Identity("member.identity", ref.identity());
    case v1::MemberRef::REF_NOT_SET:
      fields.Wrong("member", "is required: a member_id or an identity");
  }
  return base::MemberId();
}

absl::Status KnowProgram(const Source& source, const base::ProgramId& program_id) {
  if (absl::Status read = engine::ReadNewVersions(source.session, program_id, source.programs);
      !read.ok()) {
    return read;
  }
  if (source.programs.LatestVersion(program_id) == 0) return ledger::ProgramNotFound(program_id);
  return absl::OkStatus();
}

absl::StatusOr<ledger::Member> FindNamedMember(const Source& source,
                                               const base::ProgramId& program_id, const Ref& ref) {
  if (absl::Status known = KnowProgram(source, program_id); !known.ok()) return known;
  engine::MemberName name{program_id, {}};
  if (const auto* const id = std::get_if<base::MemberId>(&ref)) {
    name.member_id = *id;
  } else {
    const auto& identity = std::get<ledger::PlainIdentity>(ref);
    const base::Hash hash = source.keyring.LookupHash(program_id, identity.kind, identity.value);
    const engine::IdentityName wanted{program_id, std::string(base::AsBytes(hash))};
    std::vector<ledger::Identity> found;
    absl::Status read = source.session.FindIdentities({&wanted, 1}, found);
    if (!read.ok()) return read;
    if (found.empty()) return ledger::MemberNotFound();
    name.member_id = found.front().member_id;
  }
  std::vector<ledger::Member> members;
  if (absl::Status read = source.session.FindMembers({&name, 1}, members); !read.ok()) return read;
  if (members.empty()) return ledger::MemberNotFound();
  return std::move(members.front());
}

absl::StatusOr<ledger::Member> FindMember(const Source& source, const base::ProgramId& program_id,
                                          const Ref& ref) {
  absl::StatusOr<ledger::Member> named = FindNamedMember(source, program_id, ref);
  if (!named.ok() || named->state != ledger::MemberState::kMerged) return named;
  return FindNamedMember(source, program_id, named->merged_into);
}

}  // namespace fairpoint::api
