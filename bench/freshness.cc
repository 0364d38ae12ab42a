#include "bench/freshness.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "bench/catalogue.h"
#include "bench/histogram.h"
#include "bench/spread.h"
#include "fairpoint/v1/pricing_service.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Stub = v1::PricingService::Stub;

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kAskEvery{1};

int64_t MicrosSince(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun).count();
}

std::unique_ptr<Stub> Connect(const std::string& server) {
  return v1::PricingService::NewStub(
      grpc::CreateChannel(server, grpc::InsecureChannelCredentials()));
}

class Freshness {
 public:
  Freshness(const LoadOptions& load, const std::string& other, const PriceOptions& options)
      : load_(load), options_(options), own_(Connect(load.server)) {
    if (!other.empty()) other_ = Connect(other);
  }

  void Try(uint64_t n) {
    const uint64_t sku = Pick(options_.salt, n, options_.skus);
    const std::optional<int64_t> before = Ask(*own_, sku);
    if (!before || *before <= 1) return Miss("no price to go below");
    const Clock::time_point sent = Clock::now();
    if (!Record(sku, static_cast<size_t>(n) % kReferences.size(), *before - 1)) return;
    record_.Record(MicrosSince(sent));
    std::optional<int64_t> there;
    std::thread elsewhere([&] {
      if (other_) there = Wait(*other_, sku, *before, sent);
    });
    const std::optional<int64_t> here = Wait(*own_, sku, *before, sent);
    elsewhere.join();
    here ? in_own_.Record(*here) : Miss("the server itself does not show it");
    if (other_) there ? in_other_.Record(*there) : Miss("the other server does not show it");
  }

  nlohmann::json ToJson() const {
    return {{"record", record_.ToJson()},
            {"own", in_own_.ToJson()},
            {"other", in_other_.ToJson()},
            {"missed", missed_},
            {"first_error", first_error_}};
  }

 private:
  void Miss(const std::string& why) {
    ++missed_;
    if (first_error_.empty()) first_error_ = why;
  }

  // Nothing: it is not sold, or the call failed.
  std::optional<int64_t> Ask(Stub& stub, uint64_t sku) const {
    grpc::ClientContext context;
    context.AddMetadata("x-api-key", load_.api_key);
    v1::GetPricesRequest request;
    request.set_program_id(options_.program_id);
    request.mutable_shopper()->set_channel_id(std::string(kOwnChannel));
    request.mutable_shopper()->set_is_member(true);
    request.add_skus(SkuOf(sku));
    v1::GetPricesResponse response;
    if (!stub.GetPrices(&context, request, &response).ok() || response.prices_size() != 1)
      return std::nullopt;
    if (response.prices(0).obstacle() != v1::OBSTACLE_UNSPECIFIED) return std::nullopt;
    return response.prices(0).amount();
  }

  bool Record(uint64_t sku, size_t channel, int64_t amount) {
    grpc::ClientContext context;
    context.AddMetadata("x-api-key", load_.api_key);
    v1::RecordPriceFactsRequest request;
    request.set_program_id(options_.program_id);
    v1::PriceFact& fact = *request.add_facts();
    fact.set_channel_id(std::string(kReferences[channel]));
    fact.set_sku(SkuOf(sku));
    fact.set_listing_id("L" + std::to_string(sku));
    // Higher than any before it.
    fact.set_source_seq(std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count());
    fact.set_currency("CNY");
    fact.set_amount(amount);
    fact.set_confirmed(true);
    v1::RecordPriceFactsResponse response;
    const grpc::Status status = own_->RecordPriceFacts(&context, request, &response);
    if (status.ok() && response.items_size() == 1 &&
        response.items(0).state() == v1::RecordedItem::RECORDED)
      return true;
    Miss(status.ok() ? response.items(0).error().message() : status.error_message());
    return false;
  }

  // Microseconds since `sent` until the price was below `before`; nothing: it never was.
  std::optional<int64_t> Wait(Stub& stub, uint64_t sku, int64_t before,
                              Clock::time_point sent) const {
    while (Clock::now() - sent < kPatience) {
      const std::optional<int64_t> amount = Ask(stub, sku);
      if (amount && *amount < before) return MicrosSince(sent);
      std::this_thread::sleep_for(kAskEvery);  // until it shows, or patience ends
    }
    return std::nullopt;
  }

  const LoadOptions& load_;
  const PriceOptions& options_;
  const std::unique_ptr<Stub> own_;
  std::unique_ptr<Stub> other_;
  Histogram record_, in_own_, in_other_;
  int missed_ = 0;
  std::string first_error_;
};

}  // namespace

nlohmann::json MeasureFreshness(const LoadOptions& load, const std::string& other,
                                const PriceOptions& options, int count) {
  Freshness freshness(load, other, options);
  for (int n = 0; n < count; ++n) freshness.Try(static_cast<uint64_t>(n));
  return freshness.ToJson();
}

}  // namespace fairpoint::bench
