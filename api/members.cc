#include "api/members.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/digest.h"
#include "api/fields.h"
#include "api/random.h"
#include "base/keyring.h"
#include "ledger/persona.h"

namespace fairpoint::api {
namespace {

constexpr int kIdentitiesAtOnce = 10;
constexpr int kLotsMax = 1'000;

template <class Request>
absl::StatusOr<engine::Command> Finished(engine::Command command, const Request& request,
                                         const Fields& fields) {
  if (!fields.ok()) return fields.status();
  command.digest = DigestOf(request, {});
  return command;
}

template <class Request>
engine::Command Common(const Request& request, const Origin& origin, Fields& fields) {
  engine::Command command;
  command.program_id = fields.ProgramId("program_id", request.program_id());
  command.posting.request_id = fields.RequestId("request_id", request.request_id());
  command.posting.actor = origin.caller.id;
  command.deadline = origin.deadline;
  return command;
}

template <class Operation, class Request>
absl::StatusOr<engine::Command> StateChange(const Request& request, const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.member = fields.MemberId("member_id", request.member_id());
  command.posting.reason = fields.Reason("reason", request.reason(), /*required=*/true);
  command.operation = Operation{};
  return Finished(std::move(command), request, fields);
}

// Of those who are enrolled.
template <class Request>
ledger::EnrollMember ReadEnrolment(const Request& request, NewMember new_member, Fields& fields) {
  if (request.identities_size() == 0 || request.identities_size() > kIdentitiesAtOnce) {
    fields.Wrong("identities", "must be 1-10");
  }
  ledger::EnrollMember enroll;
  enroll.new_member_id = std::move(new_member.member_id);
  enroll.new_member_secret = std::move(new_member.secret);
  std::set<std::pair<std::string, std::string>> seen;
  // A list far too long is not worth reading to its end.
  for (int i = 0; i < request.identities_size() && i < 2 * kIdentitiesAtOnce; ++i) {
    const std::string path = absl::StrCat("identities[", i, "]");
    enroll.identities.push_back(fields.Identity(path, request.identities(i)));
    const ledger::PlainIdentity& identity = enroll.identities.back();
    if (!seen.emplace(identity.kind, identity.value).second) {
      fields.Wrong(path, "is there twice");
    }
  }
  return enroll;
}

template <class Request>
std::vector<std::string> ReadTags(const Request& request, Fields& fields) {
  if (static_cast<size_t>(request.tags_size()) > ledger::kTagsMax) {
    fields.Wrong("tags", "must be 0-50");
    return {};
  }
  std::set<std::string> tags;
  for (int i = 0; i < request.tags_size(); ++i) {
    const std::string path = absl::StrCat("tags[", i, "]");
    const std::string& tag = request.tags(i);
    if (tag.empty() || tag.size() > ledger::kTagBytesMax) fields.Wrong(path, "must be 1-64 bytes");
    if (!tags.insert(tag).second) fields.Wrong(path, "is there twice");
  }
  return {tags.begin(), tags.end()};
}

std::vector<ledger::OpeningLot> ReadLots(const v1::ImportMembersRequest& request, Fields& fields) {
  std::vector<ledger::OpeningLot> lots;
  if (request.lots_size() > kLotsMax) {
    fields.Wrong("lots", "must be 0-1,000");
    return lots;
  }
  for (int i = 0; i < request.lots_size(); ++i) {
    const v1::OpeningLot& lot = request.lots(i);
    const std::string path = absl::StrCat("lots[", i, "].");
    ledger::OpeningLot& read = lots.emplace_back();
    read.points = fields.Points(path + "points", lot.points());
    if (lot.has_earn_time()) read.earned_at = fields.Instant(path + "earn_time", lot.earn_time());
    if (lot.has_expire_time())
      read.expires_at = fields.Instant(path + "expire_time", lot.expire_time());
  }
  return lots;
}

}  // namespace

NewMember RandomMember() {
  NewMember made{RandomId(), std::string(base::kSecretBytes, '\0')};
  FillRandom(reinterpret_cast<unsigned char*>(made.secret.data()), made.secret.size());
  return made;
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::EnrollMemberRequest& request,
                                                 NewMember new_member, const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.operation = ReadEnrolment(request, std::move(new_member), fields);
  return Finished(std::move(command), request, fields);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::FreezeMemberRequest& request,
                                                 const Origin& origin) {
  return StateChange<ledger::FreezeMember>(request, origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::UnfreezeMemberRequest& request,
                                                 const Origin& origin) {
  return StateChange<ledger::UnfreezeMember>(request, origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::EraseMemberRequest& request,
                                                 const Origin& origin) {
  return StateChange<ledger::EraseMember>(request, origin);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::LinkIdentityRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.member = fields.MemberId("member_id", request.member_id());
  command.operation = ledger::LinkIdentity{fields.Identity("identity", request.identity())};
  return Finished(std::move(command), request, fields);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::UnlinkIdentityRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.member = fields.MemberId("member_id", request.member_id());
  command.posting.reason = fields.Reason("reason", request.reason(), /*required=*/true);
  command.operation = ledger::UnlinkIdentity{fields.Identity("identity", request.identity())};
  return Finished(std::move(command), request, fields);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::SetTagsRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.member = fields.MemberId("member_id", request.member_id());
  command.operation = ledger::SetTags{ReadTags(request, fields)};
  return Finished(std::move(command), request, fields);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::MergeMembersRequest& request,
                                                 const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.member = fields.MemberId("source_member_id", request.source_member_id());
  command.posting.reason = fields.Reason("reason", request.reason(), /*required=*/true);
  command.operation =
      ledger::MergeMembers{fields.MemberId("target_member_id", request.target_member_id())};
  return Finished(std::move(command), request, fields);
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::ImportMembersRequest& request,
                                                 NewMember new_member, const Origin& origin) {
  Fields fields;
  engine::Command command = Common(request, origin, fields);
  command.posting.reason = fields.Reason("reason", request.reason(), /*required=*/false);
  ledger::ImportMember import;
  import.enroll = ReadEnrolment(request, std::move(new_member), fields);
  import.tags = ReadTags(request, fields);
  import.lots = ReadLots(request, fields);
  command.operation = std::move(import);
  return Finished(std::move(command), request, fields);
}

void ToProto(const ledger::Member& member, v1::Member& out) {
  out.set_program_id(member.program_id.value());
  out.set_member_id(member.member_id.value());
  // The proto's numbers are the ledger's; a test compares them.
  out.set_state(static_cast<v1::Member::State>(member.state));
  out.set_phone_only(member.phone_only);
  out.set_entry_seq(member.entry_seq);
  ToProto(member.created_at, *out.mutable_create_time());
}

std::string Masked(std::string_view value) {
  std::vector<std::string_view> characters;
  for (size_t begin = 0; begin < value.size();) {
    size_t end = begin + 1;
    while (end < value.size() && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) ++end;
    characters.push_back(value.substr(begin, end - begin));
    begin = end;
  }
  const size_t count = characters.size();
  const size_t head = count >= 9 ? 3 : (count >= 4 ? 1 : 0);
  const size_t tail = count >= 9 ? 4 : (count >= 4 ? 1 : 0);
  std::string masked;
  for (size_t i = 0; i < head; ++i) masked += characters[i];
  // Always four stars: the length is nobody's business.
  masked += "****";
  for (size_t i = count - tail; i < count; ++i) masked += characters[i];
  return masked;
}

}  // namespace fairpoint::api
