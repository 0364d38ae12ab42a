#include "api/operations.h"

#include <utility>

#include "api/digest.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/roles.h"

namespace fairpoint::api {
namespace {

constexpr std::string_view kNotTheBatchs = "must be empty or the batch's programme";

template <class Request>
constexpr bool kHasStore = requires(const Request& request) { request.store_id(); };

// What a request's own part is built into.
struct Draft {
  Fields fields;
  engine::Command command;
};

void ReadMember(const v1::MemberRef& ref, Draft& draft) {
  switch (ref.ref_case()) {
    case v1::MemberRef::kMemberId:
      draft.command.member = draft.fields.MemberId("member.member_id", ref.member_id());
      return;
    case v1::MemberRef::kIdentity: {
      ledger::PlainIdentity identity = draft.fields.Identity("member.identity", ref.identity());
      draft.command.posting.by_phone = identity.kind == ledger::kPhoneIdentity;
      draft.command.member = std::move(identity);
      return;
    }
    case v1::MemberRef::REF_NOT_SET:
      draft.fields.Wrong("member", "is required: a member_id or an identity");
      return;
  }
}

// The member is the one that the named entry or hold belongs to.
int64_t ReadNamed(const char* path, const std::string& id, Draft& draft) {
  base::EntryName name = draft.fields.EntryName(path, id);
  draft.command.member = std::move(name.member_id);
  return name.seq;
}

void ReadOwn(const v1::EarnPointsRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  ledger::EarnPoints earn;
  switch (request.basis_case()) {
    case v1::EarnPointsRequest::kPoints:
      earn.basis = draft.fields.Points("points", request.points());
      break;
    case v1::EarnPointsRequest::kSpend:
      earn.basis = draft.fields.Money("spend", request.spend());
      break;
    case v1::EarnPointsRequest::BASIS_NOT_SET:
      draft.fields.Wrong("basis", "is required: points or spend");
      break;
  }
  draft.command.operation = std::move(earn);
}

void ReadOwn(const v1::RedeemPointsRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  draft.command.operation = ledger::RedeemPoints{draft.fields.Points("points", request.points())};
}

void ReadOwn(const v1::HoldPointsRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  ledger::HoldPoints hold;
  hold.points = draft.fields.Points("points", request.points());
  if (request.has_expire_time()) {
    hold.expires_at = draft.fields.Instant("expire_time", request.expire_time());
  }
  draft.command.operation = hold;
}

void ReadOwn(const v1::CaptureHoldRequest& request, Draft& draft) {
  ledger::CaptureHold capture;
  capture.hold_seq = ReadNamed("hold_id", request.hold_id(), draft);
  if (request.has_points()) capture.points = draft.fields.Points("points", request.points());
  draft.command.operation = capture;
}

void ReadOwn(const v1::ReleaseHoldRequest& request, Draft& draft) {
  draft.command.operation = ledger::ReleaseHold{ReadNamed("hold_id", request.hold_id(), draft)};
}

void ReadOwn(const v1::ReleasePendingRequest& request, Draft& draft) {
  draft.command.operation =
      ledger::ReleasePending{ReadNamed("entry_id", request.entry_id(), draft)};
}

void ReadOwn(const v1::ReverseEntryRequest& request, Draft& draft) {
  ledger::ReverseEntry reverse;
  reverse.entry_seq = ReadNamed("entry_id", request.entry_id(), draft);
  if (request.has_refund()) reverse.refund = draft.fields.Money("refund", request.refund());
  draft.command.operation = std::move(reverse);
}

void ReadOwn(const v1::TransferPointsRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  ledger::TransferPoints transfer;
  transfer.points = draft.fields.Points("points", request.points());
  switch (request.to_member().ref_case()) {
    case v1::MemberRef::kMemberId:
      transfer.to = draft.fields.MemberId("to_member.member_id", request.to_member().member_id());
      break;
    case v1::MemberRef::kIdentity:
      transfer.to = draft.fields.Identity("to_member.identity", request.to_member().identity());
      break;
    case v1::MemberRef::REF_NOT_SET:
      draft.fields.Wrong("to_member", "is required: a member_id or an identity");
      break;
  }
  draft.command.operation = std::move(transfer);
}

void ReadOwn(const v1::AdjustPointsRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  ledger::AdjustPoints adjust;
  adjust.points.value = request.points();
  if (request.points() == 0) draft.fields.Wrong("points", "must not be 0");
  if (request.has_expire_time()) {
    adjust.expires_at = draft.fields.Instant("expire_time", request.expire_time());
    if (request.points() < 0)
      draft.fields.Wrong("expire_time", "is of points given: take it out where points are taken");
  }
  draft.command.operation = adjust;
}

void ReadProgram(const std::string& program_id, const Origin& origin, Draft& draft) {
  if (origin.operation_index < 0) {
    draft.command.program_id = draft.fields.ProgramId("program_id", program_id);
    return;
  }
  if (!program_id.empty() && program_id != origin.batch_program_id) {
    draft.fields.Wrong("program_id", kNotTheBatchs);
  }
  draft.command.program_id = base::ProgramId(origin.batch_program_id);
}

template <class Request>
void ReadCommon(const Request& request, const Origin& origin, Draft& draft) {
  Fields& fields = draft.fields;
  ledger::Posting& posting = draft.command.posting;
  ReadProgram(request.program_id(), origin, draft);
  posting.request_id = fields.RequestId("request_id", request.request_id());
  posting.actor = origin.caller.id;
  constexpr bool kReasonRequired = std::is_same_v<Request, v1::ReverseEntryRequest> ||
                                   std::is_same_v<Request, v1::AdjustPointsRequest>;
  posting.reason = fields.Reason("reason", request.reason(), kReasonRequired);
  if constexpr (kHasStore<Request>)
    posting.store_id = fields.Reference("store_id", request.store_id());
  // A till's entries are its store's, also where a request has no store to name.
  if (!origin.caller.store_id.empty()) posting.store_id = origin.caller.store_id;
  if constexpr (requires { request.has_order_line(); }) {
    posting.order_id = fields.Reference("order_id", request.order_id());
    if (request.has_order_line()) {
      posting.order_line = fields.NotNegative("order_line", request.order_line());
    }
  }
  if constexpr (requires { request.has_effective_time(); }) {
    if (request.has_effective_time()) {
      posting.effective_at = fields.Instant("effective_time", request.effective_time());
    }
  }
  if (request.has_expected_seq()) {
    posting.expected_seq = fields.NotNegative("expected_seq", request.expected_seq());
  }
}

template <class Request>
absl::StatusOr<engine::Command> Convert(const Request& request, const Origin& origin,
                                        std::string_view operation_name) {
  const std::string& bound_store_id = origin.caller.store_id;
  if constexpr (kHasStore<Request>) {
    if (!bound_store_id.empty() && !request.store_id().empty() &&
        request.store_id() != bound_store_id) {
      return StoreMayNot(bound_store_id, request.store_id());
    }
  }
  Draft draft{Fields(origin.operation_index, operation_name), {}};
  ReadCommon(request, origin, draft);
  ReadOwn(request, draft);
  if (!draft.fields.ok()) return draft.fields.status();
  draft.command.deadline = origin.deadline;
  draft.command.digest = DigestOf(
      request, {.program_id = draft.command.program_id.value(), .store_id = bound_store_id});
  return std::move(draft.command);
}

// Not everybody who may post a batch may do this.
template <class Request>
absl::StatusOr<engine::Command> IfAllowed(const Request& request, std::string_view method_name,
                                          const Origin& origin) {
  const Method& method = MethodNamed("PointsService", method_name);
  if (!method.Allows(origin.caller.role)) return RoleMayNot(origin.caller.role, method);
  return CommandFromProto(request, origin);
}

}  // namespace

absl::StatusOr<engine::Command> CommandFromProto(const v1::EarnPointsRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "earn_points");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::RedeemPointsRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "redeem_points");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::HoldPointsRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "hold_points");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::CaptureHoldRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "capture_hold");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReleaseHoldRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "release_hold");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReleasePendingRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "release_pending");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReverseEntryRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "reverse_entry");
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::TransferPointsRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "transfer_points");
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::AdjustPointsRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin, "adjust_points");
}

absl::StatusOr<engine::Command> CommandFromProto(const v1::PostOperation& operation,
                                                 const Origin& origin) {
  switch (operation.operation_case()) {
    case v1::PostOperation::kEarnPoints:
      return CommandFromProto(operation.earn_points(), origin);
    case v1::PostOperation::kRedeemPoints:
      return CommandFromProto(operation.redeem_points(), origin);
    case v1::PostOperation::kHoldPoints:
      return CommandFromProto(operation.hold_points(), origin);
    case v1::PostOperation::kCaptureHold:
      return CommandFromProto(operation.capture_hold(), origin);
    case v1::PostOperation::kReleaseHold:
      return CommandFromProto(operation.release_hold(), origin);
    case v1::PostOperation::kReleasePending:
      return CommandFromProto(operation.release_pending(), origin);
    case v1::PostOperation::kReverseEntry:
      return CommandFromProto(operation.reverse_entry(), origin);
    case v1::PostOperation::kTransferPoints:
      return IfAllowed(operation.transfer_points(), "TransferPoints", origin);
    case v1::PostOperation::kAdjustPoints:
      return IfAllowed(operation.adjust_points(), "AdjustPoints", origin);
    case v1::PostOperation::OPERATION_NOT_SET:
      break;
  }
  Fields fields(origin.operation_index, "");
  fields.Wrong("", "is required: one of the operations");
  return fields.status();
}

const google::protobuf::Descriptor* RequestTypeOf(const v1::PostOperation& operation) {
  const google::protobuf::FieldDescriptor* const field =
      v1::PostOperation::descriptor()->FindFieldByNumber(operation.operation_case());
  return field == nullptr ? nullptr : field->message_type();
}

}  // namespace fairpoint::api
