// A service made of calls.
#ifndef FAIRPOINT_API_SERVED_H_
#define FAIRPOINT_API_SERVED_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/door.h"
#include "api/roles.h"

namespace fairpoint::api {

struct Served {
  std::string_view method;  // "EarnPoints"
  Reactor* (*start)(Door& door, const Method& method, grpc::CallbackServerContext& context);
};

// `service` without the package: "PointsService". `door` must outlive it.
std::unique_ptr<grpc::Service> MakeService(Door& door, std::string_view service,
                                           const std::vector<Served>& served);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_SERVED_H_
