#include "api/order_import.h"

#include <string>
#include <utility>
#include <variant>

#include "api/batch.h"
#include "api/bytes.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/import_stream.h"
#include "api/orders.h"
#include "api/status.h"

namespace fairpoint::api {
namespace {

class OrderImport final : public ImportStream {
 public:
  OrderImport(Door& door, const Method& method, grpc::CallbackServerContext& context)
      : ImportStream(door, method, context, *v1::ImportOrdersRequest::descriptor()) {}

 private:
  void Take(grpc::ByteBuffer& bytes, Slot& slot) override {
    if (!Parse(bytes, request_)) return Decide(slot, MalformedMessage(), nullptr, false);
    const Origin origin{.caller = caller(), .batch_program_id = {}};
    const bool with_entries = !request_.omit_entries();
    if (request_.has_record_purchase()) {
      Submit(CommandFromProto(request_.record_purchase(), origin), slot,
             v1::RecordPurchaseRequest::descriptor(), with_entries);
    } else if (request_.has_record_return()) {
      Submit(CommandFromProto(request_.record_return(), origin), slot,
             v1::RecordReturnRequest::descriptor(), with_entries);
    } else {
      Fields fields;
      fields.Wrong("order", "is required: record_purchase or record_return");
      Decide(slot, fields.status(), nullptr, with_entries);
    }
  }

  void Submit(absl::StatusOr<engine::Command> command, Slot& slot,
              const google::protobuf::Descriptor* type, bool with_entries) {
    if (!command.ok()) return Decide(slot, command.status(), type, with_entries);
    // Whose the order is only the engine finds out, which keeps those in order that name the same
    // member: a return by order takes its turn alone.
    const bool is_alone = std::holds_alternative<engine::OrderOwner>(command->member);
    auto submit = [this, &slot, type, with_entries, command = *std::move(command)]() mutable {
      door().engine.Submit(std::move(command), [this, &slot, type, with_entries](
                                                   absl::StatusOr<engine::Answer> answer) {
        Decide(slot, answer, type, with_entries);
      });
    };
    is_alone ? Hold(slot, std::move(submit)) : submit();
  }

  void Decide(Slot& slot, const absl::StatusOr<engine::Answer>& answer,
              const google::protobuf::Descriptor* type, bool with_entries) {
    v1::ImportOrdersResponse response;
    if (!answer.ok()) {
      *response.mutable_error() = ToProto(answer.status(), type);
    } else if (type == v1::RecordPurchaseRequest::descriptor()) {
      ToProto(*answer, with_entries, *response.mutable_record_purchase());
    } else {
      const std::string currency = CurrencyOf(door().programs, answer->order_return.program_id);
      ToProto(*answer, with_entries, currency, *response.mutable_record_return());
    }
    Answer(slot, response);
  }

  v1::ImportOrdersRequest request_;
};

}  // namespace

Reactor* StartOrderImport(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  auto* const import = new OrderImport(door, method, context);
  import->Begin();
  return import;
}

}  // namespace fairpoint::api
