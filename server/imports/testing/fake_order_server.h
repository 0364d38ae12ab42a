// A server of members and orders in this process that fails as it is told to, on a free port.
#ifndef FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_ORDER_SERVER_H_
#define FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_ORDER_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fairpoint/v1/member_service.grpc.pb.h"
#include "fairpoint/v1/order_service.grpc.pb.h"
#include "server/client.h"

namespace fairpoint::server::imports {

// What goes wrong, by number of the order; each is used up by happening, where it says how often.
struct Troubles {
  std::map<std::string, int> refused_for_now;   // RESOURCE_EXHAUSTED so many times
  std::set<std::string> refused;                // for good: ORDER_EXISTS
  std::map<std::string, int> breaks_before;     // the stream, so many times
  std::map<std::string, int> breaks_after;      // having recorded it, so many times
  std::map<std::string, grpc::Status> members;  // EnrollMember, by identity
  int enrolments_refused_for_now = 0;
  grpc::Status stream_refused;  // every stream, if it is not OK
};

class FakeOrderServer : public v1::MemberService::Service, public v1::OrderService::Service {
 public:
  explicit FakeOrderServer(Troubles troubles = {});
  ~FakeOrderServer() override;

  Client MakeClient() const;
  // The orders recorded, as they were; each once.
  std::vector<v1::ImportOrdersRequest> recorded() const;
  size_t member_count() const;

  grpc::Status LookupMember(grpc::ServerContext* context, const v1::LookupMemberRequest* request,
                            v1::Member* response) override;
  grpc::Status EnrollMember(grpc::ServerContext* context, const v1::EnrollMemberRequest* request,
                            v1::EnrollMemberResponse* response) override;
  grpc::Status ImportOrders(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::ImportOrdersResponse, v1::ImportOrdersRequest>* stream) override;

 private:
  v1::ImportOrdersResponse Answer(const v1::ImportOrdersRequest& request);

  mutable std::mutex mutex_;
  Troubles troubles_;
  std::map<std::string, std::string> members_;
  std::map<std::string, v1::ImportOrdersResponse> answers_;  // by request id
  std::vector<v1::ImportOrdersRequest> recorded_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// The number of a purchase or return.
std::string NumberOf(const v1::ImportOrdersRequest& request);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_ORDER_SERVER_H_
