#include "bench/price_seed.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/catalogue.h"
#include "fairpoint/v1/pricing_service.grpc.pb.h"

namespace fairpoint::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Stub = v1::PricingService::Stub;

constexpr uint64_t kItemsAMessage = 500;

// Each with a connection of its own.
std::unique_ptr<Stub> Connect(const LoadOptions& load) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return v1::PricingService::NewStub(
      grpc::CreateCustomChannel(load.server, grpc::InsecureChannelCredentials(), arguments));
}

void Authorize(const LoadOptions& load, grpc::ClientContext& context) {
  context.AddMetadata("x-api-key", load.api_key);
}

void CountError(const std::string& code, const std::string& message, Measured& measured) {
  ++measured.errors[code];
  if (measured.first_error.empty()) measured.first_error = message;
}

template <class Items>
void CountItems(const Items& items, Measured& measured) {
  for (const v1::RecordedItem& item : items) {
    if (item.state() != v1::RecordedItem::REFUSED) {
      ++measured.succeeded;
      continue;
    }
    ++measured.failed;
    CountError("REFUSED", item.error().message(), measured);
  }
}

void CountCall(Clock::time_point sent, Measured& measured) {
  ++measured.calls;
  measured.latency.Record(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - sent).count());
}

// Runs `work` on every thread, with what it is to measure into.
Measured OnThreads(int threads, const std::function<void(Measured&)>& work) {
  std::vector<Measured> results(static_cast<size_t>(threads));
  const Clock::time_point begun = Clock::now();
  std::vector<std::thread> running;
  running.reserve(results.size());
  for (Measured& result : results) running.emplace_back([&work, &result] { work(result); });
  for (std::thread& thread : running) thread.join();
  Measured all;
  for (const Measured& result : results) all.Merge(result);
  all.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  all.succeeded_in_all = all.succeeded;
  return all;
}

// One stream of facts: this thread writes, another reads. Messages are taken from a common number.
class FactStream {
 public:
  FactStream(const LoadOptions& load, const CatalogueOptions& catalogue,
             std::atomic<uint64_t>& next_message, Measured& measured)
      : load_(load),
        catalogue_(catalogue),
        window_(static_cast<size_t>(std::max(1, load.in_flight / load.threads))),
        next_message_(next_message),
        measured_(measured) {}

  void Run() {
    const std::unique_ptr<Stub> stub = Connect(load_);
    grpc::ClientContext context;
    Authorize(load_, context);
    const auto stream = stub->ImportPriceFacts(&context);
    std::thread reader([&] { Read(*stream); });
    while (true) {
      const uint64_t first = next_message_.fetch_add(1) * kItemsAMessage;
      if (first >= FactsOf(catalogue_)) break;
      const v1::RecordPriceFactsRequest request = FactsMessage(catalogue_, first, kItemsAMessage);
      if (!WaitForPlace() || !stream->Write(request)) break;
    }
    stream->WritesDone();
    reader.join();
    if (const grpc::Status status = stream->Finish(); !status.ok())
      CountError("STREAM", status.error_message(), measured_);
  }

 private:
  using Stream =
      grpc::ClientReaderWriter<v1::RecordPriceFactsRequest, v1::RecordPriceFactsResponse>;

  // False when the stream has ended.
  bool WaitForPlace() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return has_ended_ || sent_.size() < window_; });
    sent_.push_back(Clock::now());
    return !has_ended_;
  }

  void Read(Stream& stream) {
    v1::RecordPriceFactsResponse response;
    while (stream.Read(&response)) {
      CountItems(response.items(), measured_);
      const std::lock_guard lock(mutex_);
      CountCall(sent_.front(), measured_);
      sent_.pop_front();
      freed_.notify_one();
    }
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    freed_.notify_one();
  }

  const LoadOptions& load_;
  const CatalogueOptions& catalogue_;
  const size_t window_;
  std::atomic<uint64_t>& next_message_;
  Measured& measured_;  // the reader's while it runs
  std::mutex mutex_;
  std::condition_variable freed_;
  std::deque<Clock::time_point> sent_;  // of messages under way: answers keep their order
  bool has_ended_ = false;
};

// Makes calls 0 to count - 1, each thread one at a time. `call(stub, context, n, items)` leaves
// what became of its items.
template <class Call>
Measured RunCalls(const LoadOptions& load, uint64_t count, const Call& call) {
  std::atomic<uint64_t> next = 0;
  return OnThreads(load.threads, [&](Measured& measured) {
    const std::unique_ptr<Stub> stub = Connect(load);
    for (uint64_t n = next.fetch_add(1); n < count; n = next.fetch_add(1)) {
      grpc::ClientContext context;
      Authorize(load, context);
      const Clock::time_point sent = Clock::now();
      const grpc::Status status = call(*stub, context, n, measured);
      CountCall(sent, measured);
      if (!status.ok()) CountError("CALL", status.error_message(), measured);
    }
  });
}

}  // namespace

Measured ImportFacts(const LoadOptions& load, const CatalogueOptions& catalogue) {
  std::atomic<uint64_t> next_message = 0;
  return OnThreads(load.threads, [&](Measured& measured) {
    FactStream(load, catalogue, next_message, measured).Run();
  });
}

Measured RecordOffers(const LoadOptions& load, const CatalogueOptions& catalogue) {
  const uint64_t calls = (OffersOf(catalogue) + kItemsAMessage - 1) / kItemsAMessage;
  return RunCalls(
      load, calls, [&](Stub& stub, grpc::ClientContext& context, uint64_t n, Measured& measured) {
        v1::RecordOffersResponse response;
        const grpc::Status status = stub.RecordOffers(
            &context, OffersMessage(catalogue, n * kItemsAMessage, kItemsAMessage), &response);
        CountItems(response.items(), measured);
        return status;
      });
}

Measured RecordFeeds(const LoadOptions& load, const CatalogueOptions& catalogue) {
  return RunCalls(load, kReferences.size(),
                  [&](Stub& stub, grpc::ClientContext& context, uint64_t n, Measured& measured) {
                    v1::RecordPriceFactsResponse response;
                    const grpc::Status status = stub.RecordPriceFacts(
                        &context, FeedMessage(catalogue, static_cast<size_t>(n)), &response);
                    const bool recorded = status.ok() && !response.has_feed_error();
                    recorded ? ++measured.succeeded : ++measured.failed;
                    if (response.has_feed_error())
                      CountError("REFUSED", response.feed_error().message(), measured);
                    return status;
                  });
}

Measured RecordPromotions(const LoadOptions& load, const CatalogueOptions& catalogue) {
  return RunCalls(load, kReferences.size(),
                  [&](Stub& stub, grpc::ClientContext& context, uint64_t n, Measured& measured) {
                    v1::RecordChannelPromotionsResponse response;
                    const grpc::Status status = stub.RecordChannelPromotions(
                        &context, PromotionsMessage(catalogue, static_cast<size_t>(n)), &response);
                    CountItems(response.items(), measured);
                    return status;
                  });
}

}  // namespace fairpoint::bench
