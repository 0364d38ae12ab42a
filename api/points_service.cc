#include <type_traits>
#include <utility>

#include "api/answers.h"
#include "api/batch.h"
#include "api/call.h"
#include "api/fields.h"
#include "api/operations.h"
#include "api/read_call.h"
#include "api/services.h"
#include "api/sweep.h"
#include "fairpoint/v1/points_service.grpc.pb.h"

namespace fairpoint::api {
namespace {

template <class Request, class Response>
void Post(Call<Request, Response>& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline(), .batch_program_id = {}};
  absl::StatusOr<engine::Command> command = CommandFromProto(call.request(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    if constexpr (std::is_same_v<Response, v1::ReverseEntryResponse>) {
      const base::ProgramId program_id(call.request().program_id());
      ToProto(*answer, /*with_entries=*/true, CurrencyOf(call.door().programs, program_id),
              call.response());
    } else {
      ToProto(*answer, /*with_entries=*/true, call.response());
    }
    call.Reply();
  });
}

using SweepCall = Call<v1::SweepMembersRequest, v1::SweepMembersResponse>;

void SweepNow(SweepCall& call) {
  Fields fields;
  const SweepLimits limits{
      .members_max = fields.NotNegative("member_count_max", call.request().member_count_max()),
      .deadline = call.deadline()};
  if (!fields.ok()) return call.Refuse(fields.status());
  Sweep(call.door().engine, call.door().reads, limits,
        [&call](const absl::StatusOr<SweepResult>& result) {
          if (!result.ok()) return call.Refuse(result.status());
          call.response().set_members_settled(result->members_settled);
          call.response().set_entries_booked(result->entries_booked);
          call.Reply();
        });
}

using S = v1::PointsService;
using Writes = S::WithRawCallbackMethod_EarnPoints<S::WithRawCallbackMethod_RedeemPoints<
    S::WithRawCallbackMethod_HoldPoints<S::WithRawCallbackMethod_CaptureHold<
        S::WithRawCallbackMethod_ReleaseHold<S::WithRawCallbackMethod_ReleasePending<
            S::WithRawCallbackMethod_ReverseEntry<S::Service>>>>>>>;
using Base = S::WithRawCallbackMethod_GetBalance<S::WithRawCallbackMethod_ListEntries<
    S::WithRawCallbackMethod_BatchPost<S::WithRawCallbackMethod_SweepMembers<Writes>>>>;

using Context = grpc::CallbackServerContext;
using Bytes = grpc::ByteBuffer;
using Reactor = grpc::ServerUnaryReactor;

class PointsService final : public Base {
 public:
  explicit PointsService(Door& door) : door_(door) {}

  Reactor* EarnPoints(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "EarnPoints");
    return StartPost<v1::EarnPointsRequest>(method, context, in, out);
  }
  Reactor* RedeemPoints(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "RedeemPoints");
    return StartPost<v1::RedeemPointsRequest>(method, context, in, out);
  }
  Reactor* HoldPoints(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "HoldPoints");
    return StartPost<v1::HoldPointsRequest>(method, context, in, out);
  }
  Reactor* CaptureHold(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "CaptureHold");
    return StartPost<v1::CaptureHoldRequest>(method, context, in, out);
  }
  Reactor* ReleaseHold(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "ReleaseHold");
    return StartPost<v1::ReleaseHoldRequest>(method, context, in, out);
  }
  Reactor* ReleasePending(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "ReleasePending");
    return StartPost<v1::ReleasePendingRequest>(method, context, in, out);
  }
  Reactor* ReverseEntry(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "ReverseEntry");
    return StartPost<v1::ReverseEntryRequest, v1::ReverseEntryResponse>(method, context, in, out);
  }
  Reactor* GetBalance(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "GetBalance");
    return StartRead<v1::GetBalanceRequest, v1::GetBalanceResponse, &ReadBalance>(door_, method,
                                                                                  context, in, out);
  }
  Reactor* ListEntries(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "ListEntries");
    return StartRead<v1::ListEntriesRequest, v1::ListEntriesResponse, &ReadEntries>(
        door_, method, context, in, out);
  }
  Reactor* BatchPost(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "BatchPost");
    return Call<v1::BatchPostRequest, v1::BatchPostResponse>::Start(door_, method, context, in, out,
                                                                    &PostBatch);
  }
  Reactor* SweepMembers(Context* context, const Bytes* in, Bytes* out) override {
    static const Method& method = MethodNamed("PointsService", "SweepMembers");
    return SweepCall::Start(door_, method, context, in, out, &SweepNow);
  }

 private:
  template <class Request, class Response = v1::PostingResponse>
  Reactor* StartPost(const Method& method, Context* context, const Bytes* in, Bytes* out) {
    return Call<Request, Response>::Start(door_, method, context, in, out,
                                          &Post<Request, Response>);
  }

  Door& door_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePointsService(Door& door) {
  return std::make_unique<PointsService>(door);
}

std::vector<std::unique_ptr<grpc::Service>> MakeServices(Door& door) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(MakeProgramService(door));
  services.push_back(MakeMemberService(door));
  services.push_back(MakePointsService(door));
  return services;
}

}  // namespace fairpoint::api
