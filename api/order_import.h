// OrderService.ImportOrders.
#ifndef FAIRPOINT_API_ORDER_IMPORT_H_
#define FAIRPOINT_API_ORDER_IMPORT_H_

#include <grpcpp/grpcpp.h>

#include "api/call.h"
#include "api/door.h"
#include "api/roles.h"

namespace fairpoint::api {

// `door` must outlive the call; the reactor deletes itself when the call is over.
Reactor* StartOrderImport(Door& door, const Method& method, grpc::CallbackServerContext& context);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_ORDER_IMPORT_H_
