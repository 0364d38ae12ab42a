// One call at the door: who it is, whether they may, the message, and the answer. To gRPC's server
// each is a stream of one message each way (to a client it looks the same): so a stranger's message
// is not even read, and what strangers can make the server keep is small. Messages live on an
// arena, and a malformed one is told as such.
#ifndef FAIRPOINT_API_CALL_H_
#define FAIRPOINT_API_CALL_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "api/credentials.h"
#include "api/door.h"
#include "api/principal.h"

namespace fairpoint::api {

using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Lives from the call's begin until gRPC is done with it, then deletes itself; once answered it is
// not to be touched. Not thread-safe, but may be answered from any thread.
class CallBase : public Reactor {
 public:
  CallBase(const CallBase&) = delete;
  CallBase& operator=(const CallBase&) = delete;

  // Authenticates (perhaps later, when the keys were read again), authorises, reads the message,
  // then runs the handler; or refuses.
  void Begin();

  Door& door() const { return door_; }
  const Principal& caller() const { return *caller_; }
  absl::Time deadline() const { return deadline_; }

  // Answers with a refusal.
  void Refuse(const absl::Status& status);

 protected:
  CallBase(Door& door, const Method& method, grpc::CallbackServerContext& context,
           const google::protobuf::Descriptor& request_type);
  ~CallBase() override = default;

  // Reads the message; false: it is malformed, and the call was refused.
  bool ParseInto(google::protobuf::Message& request);
  void ReplyWith(const google::protobuf::Message& response);
  // One after another, no faster than they are taken.
  void ReplyWithAll(std::vector<grpc::ByteBuffer> messages);
  google::protobuf::Arena& arena() { return arena_; }

 private:
  virtual void Handle() = 0;
  void OnReadDone(bool ok) final;
  void OnWriteDone(bool ok) final;
  void OnDone() final { delete this; }

  void Admit(const absl::StatusOr<PrincipalPtr>& caller);

  Door& door_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  grpc::ByteBuffer in_;
  std::vector<grpc::ByteBuffer> out_;
  size_t written_ = 0;  // of out_
  const google::protobuf::Descriptor& request_type_;
  const absl::Time begun_at_;
  const absl::Time deadline_;
  PrincipalPtr caller_;
  google::protobuf::Arena arena_;
};

template <class Request, class Response>
class Call final : public CallBase {
 public:
  // Must answer, now or later, with Reply or Refuse, once.
  using Handler = void (*)(Call& call);

  Call(Door& door, const Method& method, grpc::CallbackServerContext& context, Handler handler)
      : CallBase(door, method, context, *Request::descriptor()), handler_(handler) {}

  const Request& request() const { return *request_; }
  Response& response() { return *response_; }
  void Reply() { ReplyWith(*response_); }
  // Instead: of messages of this type, serialized.
  void ReplyAll(std::vector<grpc::ByteBuffer> messages) { ReplyWithAll(std::move(messages)); }
  // Either.
  void Answer(const absl::Status& status) { status.ok() ? Reply() : Refuse(status); }

 private:
  void Handle() override {
    request_ = google::protobuf::Arena::CreateMessage<Request>(&arena());
    response_ = google::protobuf::Arena::CreateMessage<Response>(&arena());
    if (ParseInto(*request_)) handler_(*this);
  }

  const Handler handler_;
  Request* request_ = nullptr;
  Response* response_ = nullptr;
};

template <class Request, class Response, void (*kHandle)(Call<Request, Response>&)>
Reactor* StartCall(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  auto* const call = new Call<Request, Response>(door, method, context, kHandle);
  call->Begin();
  return call;
}

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_CALL_H_
