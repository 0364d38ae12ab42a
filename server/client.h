// The command line as a client of a server.
#ifndef FAIRPOINT_SERVER_CLIENT_H_
#define FAIRPOINT_SERVER_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fairpoint/v1/member_service.grpc.pb.h"
#include "fairpoint/v1/order_service.grpc.pb.h"
#include "fairpoint/v1/points_service.grpc.pb.h"
#include "fairpoint/v1/pricing_service.grpc.pb.h"
#include "fairpoint/v1/program_service.grpc.pb.h"
#include "server/flags.h"

namespace fairpoint::server {

// A refusal as lines for a person: the reason, the message, every violation.
std::string Explain(const grpc::Status& status);

// The reason in a refusal's ErrorInfo; empty if it has none.
std::string ReasonIn(const grpc::Status& status);

// 2 where no server could be asked, 1 where one refused: the exit code after Client::Failure.
int ExitCodeOf(const absl::Status& failure);

class Client {
 public:
  // The key comes from the file or from FAIRPOINT_KEY; without either there is none.
  static absl::StatusOr<Client> Make(const ClientFlags& flags);

  // Calls and waits, at most 30 s. The answer is only good if the status is.
  template <class Stub, class Request, class Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) const {
    grpc::ClientContext context;
    Prepare(context);
    return (stub.*method)(&context, request, &response);
  }

  // A failed call as a status: UNAVAILABLE if no server answered, else ABORTED with Explain's
  // lines.
  absl::Status Failure(const grpc::Status& status) const;

  // SERVING, NOT_SERVING, or why not even that could be asked.
  absl::StatusOr<bool> IsServing() const;

  v1::ProgramService::Stub& programs() const { return *programs_; }
  v1::MemberService::Stub& members() const { return *members_; }
  v1::PointsService::Stub& points() const { return *points_; }
  v1::OrderService::Stub& orders() const { return *orders_; }
  v1::PricingService::Stub& pricing() const { return *pricing_; }

  // Puts the key into a context, for calls that Call() does not fit.
  void Authorize(grpc::ClientContext& context) const;

 private:
  Client() = default;
  void Prepare(grpc::ClientContext& context) const;

  std::shared_ptr<grpc::Channel> channel_;
  std::string server_;
  bool tls_ = false;
  std::string key_;
  std::unique_ptr<v1::ProgramService::Stub> programs_;
  std::unique_ptr<v1::MemberService::Stub> members_;
  std::unique_ptr<v1::PointsService::Stub> points_;
  std::unique_ptr<v1::OrderService::Stub> orders_;
  std::unique_ptr<v1::PricingService::Stub> pricing_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_CLIENT_H_
