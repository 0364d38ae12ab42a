// One call at the door: who it is, whether they may, the message, and the answer. The bytes are
// read and written here and not by generated code, so that nothing is parsed for a stranger,
// messages live on an arena, and a malformed message is told as such.
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

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "api/credentials.h"
#include "api/door.h"
#include "api/principal.h"

namespace fairpoint::api {

// Lives from the call's begin until it is answered, then deletes itself. Not thread-safe, but may
// be answered from any thread.
class CallBase {
 public:
  CallBase(const CallBase&) = delete;
  CallBase& operator=(const CallBase&) = delete;

  // Authenticates (perhaps later, when the keys were read again), authorises, then runs the handler
  // or refuses.
  grpc::ServerUnaryReactor* Begin();

  Door& door() const { return door_; }
  const Principal& caller() const { return *caller_; }
  absl::Time deadline() const { return deadline_; }

  // Answers with a refusal.
  void Refuse(const absl::Status& status);

 protected:
  CallBase(Door& door, const Method& method, grpc::CallbackServerContext& context,
           const grpc::ByteBuffer& in, grpc::ByteBuffer& out,
           const google::protobuf::Descriptor& request_type);
  virtual ~CallBase() = default;

  // Reads the message; false: it is malformed, and the call was refused.
  bool ParseInto(google::protobuf::Message& request);
  void ReplyWith(const google::protobuf::Message& response);
  google::protobuf::Arena& arena() { return arena_; }

 private:
  virtual void Handle() = 0;

  void Admit(const absl::StatusOr<KeyBook::PrincipalPtr>& caller);

  Door& door_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  const grpc::ByteBuffer& in_;
  grpc::ByteBuffer& out_;
  const google::protobuf::Descriptor& request_type_;
  grpc::ServerUnaryReactor& reactor_;
  const absl::Time begun_at_;
  const absl::Time deadline_;
  KeyBook::PrincipalPtr caller_;
  google::protobuf::Arena arena_;
};

template <class Request, class Response>
class Call final : public CallBase {
 public:
  // Must answer, now or later, with Reply or Refuse, once.
  using Handler = void (*)(Call& call);

  static grpc::ServerUnaryReactor* Start(Door& door, const Method& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                         Handler handler) {
    return (new Call(door, method, *context, *in, *out, handler))->Begin();
  }

  const Request& request() const { return *request_; }
  Response& response() { return *response_; }
  void Reply() { ReplyWith(*response_); }
  // Either.
  void Answer(const absl::Status& status) { status.ok() ? Reply() : Refuse(status); }

 private:
  Call(Door& door, const Method& method, grpc::CallbackServerContext& context,
       const grpc::ByteBuffer& in, grpc::ByteBuffer& out, Handler handler)
      : CallBase(door, method, context, in, out, *Request::descriptor()), handler_(handler) {}

  void Handle() override {
    request_ = google::protobuf::Arena::CreateMessage<Request>(&arena());
    response_ = google::protobuf::Arena::CreateMessage<Response>(&arena());
    if (ParseInto(*request_)) handler_(*this);
  }

  const Handler handler_;
  Request* request_ = nullptr;
  Response* response_ = nullptr;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_CALL_H_
