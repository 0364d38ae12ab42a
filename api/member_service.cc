#include <utility>

#include "api/call.h"
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

// FreezeMember, UnfreezeMember.
template <class Request, class Response>
void ChangeState(Call<Request, Response>& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline()};
  absl::StatusOr<engine::Command> command = CommandFromProto(call.request(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    call.response().set_member_id(answer->member_id.value());
    call.response().set_replayed(answer->replayed);
    call.Reply();
  });
}

template <class Request, class Response>
constexpr auto kChangeState = &StartCall<Request, Response, &ChangeState<Request, Response>>;

}  // namespace

std::unique_ptr<grpc::Service> MakeMemberService(Door& door) {
  return MakeService(
      door, "MemberService",
      {{"EnrollMember", &StartCall<v1::EnrollMemberRequest, v1::EnrollMemberResponse, &Enroll>},
       {"GetMember", &StartRead<v1::GetMemberRequest, v1::Member, &ReadMember>},
       {"LookupMember", &StartRead<v1::LookupMemberRequest, v1::Member, &ReadMember>},
       {"FreezeMember", kChangeState<v1::FreezeMemberRequest, v1::FreezeMemberResponse>},
       {"UnfreezeMember", kChangeState<v1::UnfreezeMemberRequest, v1::UnfreezeMemberResponse>}});
}

}  // namespace fairpoint::api
