#include "server/imports/testing/fake_order_server.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::server::imports {
namespace {

google::rpc::Status Refusal(grpc::StatusCode code, const std::string& reason) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message("because " + reason);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  status.add_details()->PackFrom(info);
  return status;
}

grpc::Status AsStatus(const google::rpc::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), status.message(),
          status.SerializeAsString()};
}

const std::string& RequestIdIn(const v1::ImportOrdersRequest& request) {
  return request.has_record_return() ? request.record_return().request_id()
                                     : request.record_purchase().request_id();
}

}  // namespace

std::string NumberOf(const v1::ImportOrdersRequest& request) {
  return request.has_record_return() ? request.record_return().return_id()
                                     : request.record_purchase().order_id();
}

FakeOrderServer::FakeOrderServer(Troubles troubles) : troubles_(std::move(troubles)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(static_cast<v1::MemberService::Service*>(this));
  builder.RegisterService(static_cast<v1::OrderService::Service*>(this));
  server_ = builder.BuildAndStart();
}

FakeOrderServer::~FakeOrderServer() { server_->Shutdown(); }

Client FakeOrderServer::MakeClient() const {
  ClientFlags flags;
  flags.server = absl::StrCat("127.0.0.1:", port_);
  absl::StatusOr<Client> client = Client::Make(flags);
  EXPECT_TRUE(client.ok()) << client.status();
  return *std::move(client);
}

std::vector<v1::ImportOrdersRequest> FakeOrderServer::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

size_t FakeOrderServer::member_count() const {
  const std::lock_guard lock(mutex_);
  return members_.size();
}

grpc::Status FakeOrderServer::LookupMember(grpc::ServerContext* /*context*/,
                                           const v1::LookupMemberRequest* request,
                                           v1::Member* response) {
  const std::lock_guard lock(mutex_);
  const auto found = members_.find(request->identity().value());
  if (found == members_.end()) {
    return AsStatus(Refusal(grpc::StatusCode::NOT_FOUND, "MEMBER_NOT_FOUND"));
  }
  response->set_member_id(found->second);
  return grpc::Status::OK;
}

grpc::Status FakeOrderServer::EnrollMember(grpc::ServerContext* /*context*/,
                                           const v1::EnrollMemberRequest* request,
                                           v1::EnrollMemberResponse* response) {
  const std::lock_guard lock(mutex_);
  if (troubles_.enrolments_refused_for_now > 0) {
    --troubles_.enrolments_refused_for_now;
    return AsStatus(Refusal(grpc::StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL"));
  }
  const std::string& value = request->identities(0).value();
  const auto trouble = troubles_.members.find(value);
  if (trouble != troubles_.members.end()) return trouble->second;
  const auto [member, is_new] = members_.emplace(value, "member-" + value);
  response->set_member_id(member->second);
  response->set_created(is_new);
  return grpc::Status::OK;
}

grpc::Status FakeOrderServer::ImportOrders(
    grpc::ServerContext* /*context*/,
    grpc::ServerReaderWriter<v1::ImportOrdersResponse, v1::ImportOrdersRequest>* stream) {
  v1::ImportOrdersRequest request;
  const grpc::Status broken(grpc::StatusCode::UNAVAILABLE, "the server goes away");
  while (stream->Read(&request)) {
    const std::lock_guard lock(mutex_);
    if (!troubles_.stream_refused.ok()) return troubles_.stream_refused;
    const std::string number = NumberOf(request);
    if (troubles_.breaks_before[number]-- > 0) return broken;
    const v1::ImportOrdersResponse answer = Answer(request);
    if (troubles_.breaks_after[number]-- > 0) return broken;
    stream->Write(answer);
  }
  return grpc::Status::OK;
}

v1::ImportOrdersResponse FakeOrderServer::Answer(const v1::ImportOrdersRequest& request) {
  v1::ImportOrdersResponse answer;
  const std::string number = NumberOf(request);
  if (troubles_.refused_for_now[number]-- > 0) {
    *answer.mutable_error() = Refusal(grpc::StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL");
    return answer;
  }
  if (troubles_.refused.contains(number)) {
    *answer.mutable_error() = Refusal(grpc::StatusCode::ALREADY_EXISTS, "ORDER_EXISTS");
    return answer;
  }
  const auto known = answers_.find(RequestIdIn(request));
  if (known != answers_.end()) {
    answer = known->second;
    if (answer.has_record_return()) answer.mutable_record_return()->set_replayed(true);
    if (answer.has_record_purchase()) answer.mutable_record_purchase()->set_replayed(true);
    return answer;
  }
  recorded_.push_back(request);
  if (request.has_record_return()) {
    // The first of an item's units match.
    v1::RecordReturnResponse& response = *answer.mutable_record_return();
    for (const v1::ReturnedItem& item : request.record_return().without_receipt().items()) {
      response.add_matched()->set_units(1);
      response.set_points(response.points() + 1);
      response.set_points_taken(response.points());
      if (item.units() == 1) continue;
      response.add_unmatched()->set_sku(item.sku());
      response.mutable_unmatched()->rbegin()->set_units(item.units() - 1);
    }
  } else {
    int64_t total = 0;
    for (const auto& line : request.record_purchase().lines()) total += line.amount_minor_units();
    constexpr int64_t kMinorUnits = 100;
    answer.mutable_record_purchase()->set_points(total / kMinorUnits);
  }
  answers_[RequestIdIn(request)] = answer;
  return answer;
}

}  // namespace fairpoint::server::imports
