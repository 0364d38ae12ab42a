#include <utility>

#include "api/answers.h"
#include "api/call.h"
#include "api/export_balances.h"
#include "api/member_import.h"
#include "api/members.h"
#include "api/read_call.h"
#include "api/served.h"
#include "api/services.h"
#include "fairpoint/v1/member_service.pb.h"

namespace fairpoint::api {
namespace {

using EnrollCall = Call<v1::EnrollMemberRequest, v1::EnrollMemberResponse>;

void Enroll(EnrollCall& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline()};
  absl::StatusOr<engine::Command> command =
      CommandFromProto(call.request(), RandomMember(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    call.response().set_member_id(answer->member_id.value());
    call.response().set_created(answer->created);
    call.response().set_replayed(answer->replayed);
    call.Reply();
  });
}

// Of two who were merged, the one who stayed.
template <class Request>
std::string AnsweringMember(const Request& request, const engine::Answer& answer) {
  if constexpr (std::is_same_v<Request, v1::MergeMembersRequest>) return request.target_member_id();
  return answer.member_id.value();
}

// Whatever changes one member and is answered with who it is, perhaps with what became of its
// points.
template <class Request, class Response>
void ChangeMember(Call<Request, Response>& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline()};
  absl::StatusOr<engine::Command> command = CommandFromProto(call.request(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    call.response().set_member_id(AnsweringMember(call.request(), *answer));
    call.response().set_replayed(answer->replayed);
    if constexpr (requires { call.response().mutable_transaction(); })
      ToProto(*answer, /*with_entries=*/true, *call.response().mutable_transaction());
    call.Reply();
  });
}

template <class Request, class Response>
constexpr auto kChangeMember = &StartCall<Request, Response, &ChangeMember<Request, Response>>;

}  // namespace

std::unique_ptr<grpc::Service> MakeMemberService(Door& door) {
  return MakeService(
      door, "MemberService",
      {{"EnrollMember", &StartCall<v1::EnrollMemberRequest, v1::EnrollMemberResponse, &Enroll>},
       {"GetMember", &StartRead<v1::GetMemberRequest, v1::Member, &ReadMember>},
       {"LookupMember", &StartRead<v1::LookupMemberRequest, v1::Member, &ReadMember>},
       {"FreezeMember", kChangeMember<v1::FreezeMemberRequest, v1::FreezeMemberResponse>},
       {"UnfreezeMember", kChangeMember<v1::UnfreezeMemberRequest, v1::UnfreezeMemberResponse>},
       {"LinkIdentity", kChangeMember<v1::LinkIdentityRequest, v1::LinkIdentityResponse>},
       {"UnlinkIdentity", kChangeMember<v1::UnlinkIdentityRequest, v1::UnlinkIdentityResponse>},
       {"SetTags", kChangeMember<v1::SetTagsRequest, v1::SetTagsResponse>},
       {"MergeMembers", kChangeMember<v1::MergeMembersRequest, v1::MergeMembersResponse>},
       {"EraseMember", kChangeMember<v1::EraseMemberRequest, v1::EraseMemberResponse>},
       {"ImportMembers", &StartMemberImport},
       {"ExportBalances",
        &StartCall<v1::ExportBalancesRequest, v1::ExportBalancesResponse, &ExportBalances>}});
}

}  // namespace fairpoint::api
