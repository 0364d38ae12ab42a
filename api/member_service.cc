#include <utility>

#include "api/call.h"
#include "api/members.h"
#include "api/read_call.h"
#include "api/services.h"
#include "fairpoint/v1/member_service.grpc.pb.h"

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

using S = v1::MemberService;
using Base = S::WithRawCallbackMethod_EnrollMember<S::WithRawCallbackMethod_GetMember<
    S::WithRawCallbackMethod_LookupMember<S::WithRawCallbackMethod_FreezeMember<
        S::WithRawCallbackMethod_UnfreezeMember<S::Service>>>>>;

using Context = grpc::CallbackServerContext;
using Bytes = grpc::ByteBuffer;
using Reactor = grpc::ServerUnaryReactor;

class MemberService final : public Base {
 public:
  explicit MemberService(Door& door) : door_(door) {}

  Reactor* EnrollMember(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("MemberService", "EnrollMember");
    return EnrollCall::Start(door_, method, context, in, out, &Enroll);
  }
  Reactor* GetMember(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("MemberService", "GetMember");
    return StartRead<v1::GetMemberRequest, v1::Member, &ReadMember>(door_, method, context, in,
                                                                    out);
  }
  Reactor* LookupMember(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("MemberService", "LookupMember");
    return StartRead<v1::LookupMemberRequest, v1::Member, &ReadMember>(door_, method, context, in,
                                                                       out);
  }
  Reactor* FreezeMember(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("MemberService", "FreezeMember");
    return Call<v1::FreezeMemberRequest, v1::FreezeMemberResponse>::Start(door_, method, context,
                                                                          in, out, &ChangeState);
  }
  Reactor* UnfreezeMember(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("MemberService", "UnfreezeMember");
    return Call<v1::UnfreezeMemberRequest, v1::UnfreezeMemberResponse>::Start(
        door_, method, context, in, out, &ChangeState);
  }

 private:
  Door& door_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMemberService(Door& door) {
  return std::make_unique<MemberService>(door);
}

}  // namespace fairpoint::api
