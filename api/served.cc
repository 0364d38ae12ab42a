#include "api/served.h"

#include <grpcpp/impl/codegen/byte_buffer.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <deque>
#include <string>

#include "absl/strings/str_cat.h"
#include "api/text.h"

namespace fairpoint::api {
namespace {

class Service final : public grpc::Service {
 public:
  Service(Door& door, std::string_view name, const std::vector<Served>& served) {
    int index = 0;
    for (const Served& one : served) {
      const Method& method = MethodNamed(name, one.method);
      paths_.push_back(absl::StrCat("/fairpoint.v1.", Absl(name), "/", Absl(one.method)));
      AddMethod(new grpc::internal::RpcServiceMethod(
          paths_.back().c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
      MarkMethodRawCallback(
          index++, new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                       [&door, &method, start = one.start](grpc::CallbackServerContext* context) {
                         return start(door, method, *context);
                       }));
    }
  }

 private:
  std::deque<std::string> paths_;  // gRPC keeps pointers to them
};

}  // namespace

std::unique_ptr<grpc::Service> MakeService(Door& door, std::string_view service,
                                           const std::vector<Served>& served) {
  return std::make_unique<Service>(door, service, served);
}

}  // namespace fairpoint::api
