// A server of prices in this process that fails as it is told to, on a free port.
#ifndef FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_PRICE_SERVER_H_
#define FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_PRICE_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fairpoint/v1/pricing_service.grpc.pb.h"
#include "server/client.h"

namespace fairpoint::server::imports {

// What goes wrong, by SKU or channel; each is used up by happening, where it says how often.
struct PriceTroubles {
  std::map<std::string, int> refused_for_now = {};  // RESOURCE_EXHAUSTED so many times
  std::set<std::string> refused = {};               // for good: SEQUENCE_REUSED
  std::set<std::string> held = {};                  // unless they are confirmed
  std::set<std::string> clamped = {};
  std::map<std::string, int> breaks_after = {};  // the stream, having recorded what it came with
  int calls_unavailable = 0;                     // RecordOffers
  grpc::Status stream_refused = {};              // every stream, if it is not OK
};

class FakePriceServer : public v1::PricingService::Service {
 public:
  explicit FakePriceServer(PriceTroubles troubles = {});
  ~FakePriceServer() override;

  Client MakeClient() const;
  // "jd cup" by number, each once.
  std::map<std::string, std::set<int64_t>> recorded() const;
  // Of each statement that was taken: "jd", or "jd snapshot of 3" with how many facts of the
  // channel its stream had.
  std::vector<std::string> statements() const;
  int stream_count() const;

  grpc::Status ImportPriceFacts(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::RecordPriceFactsResponse, v1::RecordPriceFactsRequest>* stream)
      override;
  grpc::Status RecordOffers(grpc::ServerContext* context, const v1::RecordOffersRequest* request,
                            v1::RecordOffersResponse* response) override;

 private:
  void Decide(const std::string& channel_id, const std::string& sku, int64_t seq, bool confirmed,
              v1::RecordedItem& item);

  mutable std::mutex mutex_;
  PriceTroubles troubles_;
  std::map<std::string, std::set<int64_t>> recorded_;
  std::vector<std::string> statements_;
  int stream_count_ = 0;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TESTING_FAKE_PRICE_SERVER_H_
