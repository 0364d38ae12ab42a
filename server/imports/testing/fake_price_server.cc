#include "server/imports/testing/fake_price_server.h"

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

void Refuse(grpc::StatusCode code, const std::string& reason, v1::RecordedItem& item) {
  item.set_state(v1::RecordedItem::REFUSED);
  *item.mutable_error() = Refusal(code, reason);
}

}  // namespace

FakePriceServer::FakePriceServer(PriceTroubles troubles) : troubles_(std::move(troubles)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakePriceServer::~FakePriceServer() { server_->Shutdown(); }

Client FakePriceServer::MakeClient() const {
  ClientFlags flags;
  flags.server = absl::StrCat("127.0.0.1:", port_);
  absl::StatusOr<Client> client = Client::Make(flags);
  EXPECT_TRUE(client.ok()) << client.status();
  return *std::move(client);
}

std::map<std::string, std::set<int64_t>> FakePriceServer::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

std::vector<std::string> FakePriceServer::statements() const {
  const std::lock_guard lock(mutex_);
  return statements_;
}

int FakePriceServer::stream_count() const {
  const std::lock_guard lock(mutex_);
  return stream_count_;
}

void FakePriceServer::Decide(const std::string& channel_id, const std::string& sku, int64_t seq,
                             bool confirmed, v1::RecordedItem& item) {
  if (troubles_.refused_for_now[sku]-- > 0) {
    return Refuse(grpc::StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL", item);
  }
  if (troubles_.refused.contains(sku)) {
    return Refuse(grpc::StatusCode::ALREADY_EXISTS, "SEQUENCE_REUSED", item);
  }
  const bool is_new = recorded_[absl::StrCat(channel_id, " ", sku)].insert(seq).second;
  const bool is_held = troubles_.held.contains(sku) && !confirmed;
  item.set_state(!is_new   ? v1::RecordedItem::DUPLICATE
                 : is_held ? v1::RecordedItem::HELD
                           : v1::RecordedItem::RECORDED);
  if (troubles_.clamped.contains(sku)) item.set_clamped_amount(1);
}

grpc::Status FakePriceServer::ImportPriceFacts(
    grpc::ServerContext* /*context*/,
    grpc::ServerReaderWriter<v1::RecordPriceFactsResponse, v1::RecordPriceFactsRequest>* stream) {
  std::map<std::string, int> facts;  // of this stream, by channel
  bool is_spoiled = false;
  {
    const std::lock_guard lock(mutex_);
    ++stream_count_;
    if (!troubles_.stream_refused.ok()) return troubles_.stream_refused;
  }
  v1::RecordPriceFactsRequest request;
  while (stream->Read(&request)) {
    const std::lock_guard lock(mutex_);
    v1::RecordPriceFactsResponse answer;
    bool breaks = false;
    for (const v1::PriceFact& fact : request.facts()) {
      Decide(fact.channel_id(), fact.sku(), fact.source_seq(), fact.confirmed(),
             *answer.add_items());
      is_spoiled |= answer.items().rbegin()->has_error();
      ++facts[fact.channel_id()];
      breaks |= troubles_.breaks_after[fact.sku()]-- > 0;
    }
    if (breaks) return {grpc::StatusCode::UNAVAILABLE, "the server goes away"};
    if (request.has_feed() && is_spoiled) {
      *answer.mutable_feed_error() =
          Refusal(grpc::StatusCode::FAILED_PRECONDITION, "FEED_INCOMPLETE");
    } else if (request.has_feed()) {
      const std::string& channel = request.feed().channel_id();
      const bool is_snapshot = request.feed().snapshot();
      statements_.push_back(is_snapshot ? absl::StrCat(channel, " snapshot of ", facts[channel])
                                        : channel);
      answer.set_withdrawn(is_snapshot ? 2 : 0);
    }
    stream->Write(answer);
  }
  return grpc::Status::OK;
}

grpc::Status FakePriceServer::RecordOffers(grpc::ServerContext* /*context*/,
                                           const v1::RecordOffersRequest* request,
                                           v1::RecordOffersResponse* response) {
  const std::lock_guard lock(mutex_);
  if (troubles_.calls_unavailable-- > 0) {
    return {grpc::StatusCode::UNAVAILABLE, "the server goes away"};
  }
  for (const v1::Offer& offer : request->offers()) {
    Decide(offer.channel_id(), offer.sku(), offer.revision(), false, *response->add_items());
  }
  return grpc::Status::OK;
}

}  // namespace fairpoint::server::imports
