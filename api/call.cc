#include "api/call.h"

#include <grpc/slice.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <chrono>

#include "absl/time/clock.h"
#include "api/bytes.h"
#include "api/errors.h"
#include "api/status.h"
#include "base/time.h"

namespace fairpoint::api {
namespace {

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return base::SteadyNow() + absl::FromChrono(deadline - std::chrono::system_clock::now());
}

}  // namespace

CallBase::CallBase(Door& door, const Method& method, grpc::CallbackServerContext& context,
                   const google::protobuf::Descriptor& request_type)
    : door_(door),
      method_(method),
      context_(context),
      request_type_(request_type),
      begun_at_(absl::Now()),
      deadline_(DeadlineOf(context)) {}

void CallBase::Begin() {
  Authenticate(CredentialsOf(context_), door_.keys,
               [this](const absl::StatusOr<PrincipalPtr>& caller) { Admit(caller); });
}

void CallBase::Admit(const absl::StatusOr<PrincipalPtr>& caller) {
  if (!caller.ok()) return Refuse(caller.status());
  caller_ = *caller;
  if (!method_.Allows(caller_->role)) return Refuse(RoleMayNot(caller_->role, method_));
  StartRead(&in_);
}

void CallBase::OnReadDone(bool ok) {
  // No message, or one that is too large: gRPC has said so already.
  if (!ok) return Refuse(MalformedMessage());
  Handle();
}

bool CallBase::ParseInto(google::protobuf::Message& request) {
  if (Parse(in_, request)) return true;
  Refuse(MalformedMessage());
  return false;
}

void CallBase::ReplyWith(const google::protobuf::Message& response) {
  std::vector<grpc::ByteBuffer> one;
  one.push_back(Serialized(response));
  ReplyWithAll(std::move(one));
}

void CallBase::ReplyWithAll(std::vector<grpc::ByteBuffer> messages) {
  out_ = std::move(messages);
  door_.observer.OnCall(method_, caller_->id, absl::OkStatus(), absl::Now() - begun_at_);
  OnWriteDone(true);
}

void CallBase::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  if (written_ == out_.size()) return Finish(grpc::Status::OK);
  grpc::ByteBuffer& next = out_[written_++];
  if (written_ == out_.size())
    return StartWriteAndFinish(&next, grpc::WriteOptions(), grpc::Status::OK);
  StartWrite(&next);
}

void CallBase::Refuse(const absl::Status& status) {
  door_.observer.OnCall(method_, caller_ == nullptr ? "" : caller_->id, status,
                        absl::Now() - begun_at_);
  Finish(ToGrpc(status, &request_type_));
}

}  // namespace fairpoint::api
