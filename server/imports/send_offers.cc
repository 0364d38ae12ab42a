#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/imports/price_requests.h"
#include "server/imports/send_prices.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kOffersOfCall = 200;
constexpr absl::Duration kTick = absl::Milliseconds(100);

class OfferSender {
 public:
  OfferSender(const Client& client, const PriceSendOptions& options, const PriceMapping& mapping,
              PriceBook& book, PriceOutcome& outcome)
      : client_(client),
        options_(options),
        mapping_(mapping),
        book_(book),
        outcome_(outcome),
        patience_(options.stream.patience) {}

  absl::Status SendAll(Progress& progress) {
    for (size_t first = 0; first < book_.offers.size(); first += kOffersOfCall) {
      std::vector<size_t> batch;
      const size_t end = std::min(first + kOffersOfCall, book_.offers.size());
      for (size_t i = first; i < end; ++i) batch.push_back(i);
      while (!batch.empty()) {
        if (const absl::Status sent = Send(batch); !sent.ok()) return sent;
        progress.Update(static_cast<int64_t>(end - batch.size()));
      }
    }
    return absl::OkStatus();
  }

 private:
  // Leaves what is to be sent again, after a pause.
  absl::Status Send(std::vector<size_t>& batch) {
    v1::RecordOffersRequest request;
    request.set_program_id(options_.program_id);
    request.set_on_above_cap(options_.on_above_cap);
    for (const size_t i : batch) *request.add_offers() = OfferOf(mapping_, book_, book_.offers[i]);
    v1::RecordOffersResponse response;
    const grpc::Status status =
        client_.Call(client_.pricing(), &v1::PricingService::Stub::RecordOffers, request, response);
    if (status.ok()) {
      Take(response, batch);
    } else if (!IsPassing(status.error_code())) {
      return client_.Failure(status);
    }
    if (batch.empty()) return absl::OkStatus();
    if (patience_.IsOver()) {
      if (!status.ok()) return client_.Failure(status);
      return absl::UnavailableError(
          absl::StrCat("the server keeps refusing: ", last_refusal_, "\n"));
    }
    patience_.Fail();
    while (patience_.IsPausing()) absl::SleepFor(kTick);
    return absl::OkStatus();
  }

  void Take(const v1::RecordOffersResponse& response, std::vector<size_t>& batch) {
    const v1::RecordedItem strange;
    const bool fits = static_cast<size_t>(response.items_size()) == batch.size();
    std::vector<size_t> again;
    for (size_t i = 0; i < batch.size(); ++i) {
      const v1::RecordedItem& item = fits ? response.items(static_cast<int>(i)) : strange;
      const FilePrice& offer = book_.offers[batch[i]];
      if (TakeItem(item, offer, mapping_, book_, outcome_.offers)) continue;
      again.push_back(batch[i]);
      last_refusal_ = item.error().message();
    }
    if (again.size() < batch.size()) patience_.Progress();
    batch = again;
  }

  const Client& client_;
  const PriceSendOptions& options_;
  const PriceMapping& mapping_;
  PriceBook& book_;
  PriceOutcome& outcome_;
  Patience patience_;
  std::string last_refusal_;
};

}  // namespace

absl::Status SendOffers(const Client& client, const PriceSendOptions& options,
                        const PriceMapping& mapping, PriceBook& book, Progress& progress,
                        PriceOutcome& outcome) {
  progress.Begin("offers", std::ssize(book.offers));
  const absl::Status sent = OfferSender(client, options, mapping, book, outcome).SendAll(progress);
  progress.End();
  return sent;
}

}  // namespace fairpoint::server::imports
