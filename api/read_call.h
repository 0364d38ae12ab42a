// A call that only reads: on a thread of the read pool, in a snapshot.
#ifndef FAIRPOINT_API_READ_CALL_H_
#define FAIRPOINT_API_READ_CALL_H_

#include "api/call.h"
#include "api/reads.h"
#include "base/time.h"
#include "engine/errors.h"

namespace fairpoint::api {

template <class Request, class Response,
          absl::Status (*kRead)(const Source&, const Request&, Response&)>
void HandleRead(Call<Request, Response>& call) {
  call.door().reads.Submit([&call](absl::Status status, engine::ReadSession* session) {
    if (status.ok() && base::SteadyNow() >= call.deadline()) status = engine::DeadlinePassed();
    if (status.ok()) {
      status = kRead({*session, call.door().programs, call.door().keyring}, call.request(),
                     call.response());
    }
    call.Answer(status);
  });
}

template <class Request, class Response,
          absl::Status (*kRead)(const Source&, const Request&, Response&)>
Reactor* StartRead(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  return StartCall<Request, Response, &HandleRead<Request, Response, kRead>>(door, method, context);
}

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_READ_CALL_H_
