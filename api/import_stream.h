// A stream of requests, each decided by the engine on its own and answered in the order in which
// they came, read no faster than they are decided and answered.
#ifndef FAIRPOINT_API_IMPORT_STREAM_H_
#define FAIRPOINT_API_IMPORT_STREAM_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "api/call.h"
#include "api/credentials.h"
#include "api/door.h"
#include "api/key_book.h"
#include "api/roles.h"

namespace fairpoint::api {

// Deletes itself when the call is over. What it is derived for takes requests and answers them,
// from any thread.
class ImportStream : public Reactor {
 public:
  void Begin();
  void OnReadDone(bool ok) final;
  void OnWriteDone(bool ok) final;
  void OnCancel() final;
  void OnDone() final { delete this; }

 protected:
  // A request's place in the stream. Stays where it is until it is answered.
  struct Slot {
    std::optional<grpc::ByteBuffer> answer;
    size_t bytes = 0;
    bool is_alone = false;
  };

  ImportStream(Door& door, const Method& method, grpc::CallbackServerContext& context,
               const google::protobuf::Descriptor& request_type);

  // Must lead to one Answer of the slot, now or later. Takes the bytes.
  virtual void Take(grpc::ByteBuffer& request, Slot& slot) = 0;
  void Answer(Slot& slot, const google::protobuf::Message& answer);
  // Instead of submitting at once: when all before it are answered, and before anything after it is
  // read. Only within Take.
  void Hold(Slot& slot, std::function<void()> submit);

  Door& door() const { return door_; }
  const Principal& caller() const { return *caller_; }

 private:
  void Admit(const absl::StatusOr<PrincipalPtr>& caller);
  void Refuse(const absl::Status& status);
  template <class Body>
  void Change(const Body& body);
  std::optional<grpc::Status> Continue();

  Door& door_;
  const Method& method_;
  const Credentials credentials_;
  const google::protobuf::Descriptor& request_type_;
  const absl::Time begun_at_ = absl::Now();
  PrincipalPtr caller_;
  grpc::ByteBuffer in_;  // being read

  std::mutex mutex_;
  std::deque<Slot> slots_;  // in the order of the requests
  size_t bytes_ = 0;        // of their requests
  int undecided_ = 0;       // with the engine, or held
  std::function<void()> held_;
  bool alone_ = false;  // nothing is read until the one that goes alone is decided
  bool admitted_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool all_read_ = false;
  bool broken_ = false;
  bool finished_ = false;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_IMPORT_STREAM_H_
