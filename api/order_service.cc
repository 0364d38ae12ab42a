#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "api/batch.h"
#include "api/call.h"
#include "api/order_import.h"
#include "api/orders.h"
#include "api/read_call.h"
#include "api/reads.h"
#include "api/served.h"
#include "api/services.h"
#include "fairpoint/v1/order_service.pb.h"

namespace fairpoint::api {
namespace {

template <class Request, class Response>
void Record(Call<Request, Response>& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline(), .batch_program_id = {}};
  absl::StatusOr<engine::Command> command = CommandFromProto(call.request(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    if constexpr (std::is_same_v<Response, v1::RecordReturnResponse>) {
      const base::ProgramId program_id(call.request().program_id());
      ToProto(*answer, /*with_entries=*/true, CurrencyOf(call.door().programs, program_id),
              call.response());
    } else if constexpr (std::is_same_v<Response, v1::ClaimReceiptResponse>) {
      ToProto(*answer, call.response());
    } else {
      ToProto(*answer, /*with_entries=*/true, call.response());
    }
    call.Reply();
  });
}

template <class Request, class Response>
constexpr auto kRecord = &StartCall<Request, Response, &Record<Request, Response>>;

}  // namespace

std::unique_ptr<grpc::Service> MakeOrderService(Door& door) {
  return MakeService(
      door, "OrderService",
      {{"RecordPurchase", kRecord<v1::RecordPurchaseRequest, v1::RecordPurchaseResponse>},
       {"RecordReturn", kRecord<v1::RecordReturnRequest, v1::RecordReturnResponse>},
       {"ClaimReceipt", kRecord<v1::ClaimReceiptRequest, v1::ClaimReceiptResponse>},
       {"GetOrder", &StartRead<v1::GetOrderRequest, v1::Order, &ReadOrder>},
       {"ListOrders", &StartRead<v1::ListOrdersRequest, v1::ListOrdersResponse, &ReadOrders>},
       {"ImportOrders", &StartOrderImport}});
}

}  // namespace fairpoint::api
