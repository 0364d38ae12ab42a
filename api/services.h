// The services of fairpoint.v1, over a Door.
#ifndef FAIRPOINT_API_SERVICES_H_
#define FAIRPOINT_API_SERVICES_H_

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <vector>

#include "api/door.h"

namespace fairpoint::api {

// `door` must outlive the services, and the services the gRPC server.
std::unique_ptr<grpc::Service> MakeProgramService(Door& door);
std::unique_ptr<grpc::Service> MakeMemberService(Door& door);
std::unique_ptr<grpc::Service> MakePointsService(Door& door);
std::unique_ptr<grpc::Service> MakeOrderService(Door& door);
std::unique_ptr<grpc::Service> MakePricingService(Door& door);
std::vector<std::unique_ptr<grpc::Service>> MakeServices(Door& door);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_SERVICES_H_
