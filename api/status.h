// The one place that turns a domain status into what a client sees: a gRPC code, a message, and
// google.rpc details (ErrorInfo, BadRequest, RetryInfo, LocalizedMessage). docs/errors.md lists all
// reasons.
#ifndef FAIRPOINT_API_STATUS_H_
#define FAIRPOINT_API_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/status.pb.h"

namespace fairpoint::api {

// What a client is told. Statuses without an ErrorDetail (a driver's, a bug's) are told without
// their text: as DATABASE_UNAVAILABLE where trying again may help, as INTERNAL otherwise. `request`
// names the fields of REQUEST_ID_REUSED; null: they stay numbers. Requires !status.ok(). Details
// are kept under the 8 KiB that clients accept: a list of violations that is longer ends with one
// that says how many are missing.
google::rpc::Status ToProto(const absl::Status& status,
                            const google::protobuf::Descriptor* request);

// The same as the status of a call, details in `grpc-status-details-bin`. OK stays OK.
grpc::Status ToGrpc(const absl::Status& status, const google::protobuf::Descriptor* request);

// The code that a client is told, and the reason; "OK" for OK.
grpc::StatusCode CodeTold(const absl::Status& status);
std::string ReasonTold(const absl::Status& status);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_STATUS_H_
