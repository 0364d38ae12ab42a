#include <type_traits>
#include <utility>

#include "api/answers.h"
#include "api/batch.h"
#include "api/call.h"
#include "api/fields.h"
#include "api/operations.h"
#include "api/read_call.h"
#include "api/served.h"
#include "api/services.h"
#include "api/sweep.h"
#include "fairpoint/v1/points_service.pb.h"

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

template <class Request, class Response = v1::PostingResponse>
constexpr auto kPost = &StartCall<Request, Response, &Post<Request, Response>>;

}  // namespace

std::unique_ptr<grpc::Service> MakePointsService(Door& door) {
  return MakeService(
      door, "PointsService",
      {{"EarnPoints", kPost<v1::EarnPointsRequest>},
       {"RedeemPoints", kPost<v1::RedeemPointsRequest>},
       {"HoldPoints", kPost<v1::HoldPointsRequest>},
       {"CaptureHold", kPost<v1::CaptureHoldRequest>},
       {"ReleaseHold", kPost<v1::ReleaseHoldRequest>},
       {"ReleasePending", kPost<v1::ReleasePendingRequest>},
       {"ReverseEntry", kPost<v1::ReverseEntryRequest, v1::ReverseEntryResponse>},
       {"TransferPoints", kPost<v1::TransferPointsRequest>},
       {"AdjustPoints", kPost<v1::AdjustPointsRequest>},
       {"GetBalance", &StartRead<v1::GetBalanceRequest, v1::GetBalanceResponse, &ReadBalance>},
       {"ListEntries", &StartRead<v1::ListEntriesRequest, v1::ListEntriesResponse, &ReadEntries>},
       {"BatchPost", &StartCall<v1::BatchPostRequest, v1::BatchPostResponse, &PostBatch>},
       {"SweepMembers", &StartCall<v1::SweepMembersRequest, v1::SweepMembersResponse, &SweepNow>}});
}

std::vector<std::unique_ptr<grpc::Service>> MakeServices(Door& door) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(MakeProgramService(door));
  services.push_back(MakeMemberService(door));
  services.push_back(MakePointsService(door));
  services.push_back(MakeOrderService(door));
  services.push_back(MakePricingService(door));
  return services;
}

}  // namespace fairpoint::api
