// Whom a read is about.
#ifndef FAIRPOINT_API_MEMBER_LOOKUP_H_
#define FAIRPOINT_API_MEMBER_LOOKUP_H_

#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/fields.h"
#include "api/reads.h"
#include "base/ids.h"
#include "fairpoint/v1/resources.pb.h"
#include "ledger/command.h"
#include "ledger/member.h"

namespace fairpoint::api {

using Ref = std::variant<base::MemberId, ledger::PlainIdentity>;

Ref RefFromProto(const v1::MemberRef& ref, Fields& fields);

// Brings the cache up to date with the snapshot. PROGRAM_NOT_FOUND.
absl::Status KnowProgram(const Source& source, const base::ProgramId& program_id);

// The member who answers for the one that is named. Knows the programme too. MEMBER_NOT_FOUND.
absl::StatusOr<ledger::Member> FindMember(const Source& source, const base::ProgramId& program_id,
                                          const Ref& ref);

// The one that is named, even if it was merged into another.
absl::StatusOr<ledger::Member> FindNamedMember(const Source& source,
                                               const base::ProgramId& program_id, const Ref& ref);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_MEMBER_LOOKUP_H_
