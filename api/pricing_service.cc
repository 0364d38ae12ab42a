#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "api/batch.h"
#include "api/call.h"
#include "api/listing_withdrawal.h"
#include "api/price_credits.h"
#include "api/price_import.h"
#include "api/price_reads.h"
#include "api/price_tags.h"
#include "api/price_writes.h"
#include "api/quotes.h"
#include "api/read_call.h"
#include "api/served.h"
#include "api/services.h"
#include "fairpoint/v1/pricing_service.pb.h"

namespace fairpoint::api {
namespace {

void Tell(const engine::Answer& answer,
          Call<v1::CommitBasketRequest, v1::CommitBasketResponse>& call) {
  const base::ProgramId program_id(call.request().program_id());
  ToProto(answer, CurrencyOf(call.door().programs, program_id), call.response());
}
void Tell(const engine::Answer& answer, Call<v1::MarkPriceCreditRequest, v1::PriceCredit>& call) {
  const engine::PriceAnswer& prices = *answer.prices;
  ToProto(prices.credits.front(), prices.settlement ? &*prices.settlement : nullptr,
          call.response());
}
template <class Request, class Response>
void Tell(const engine::Answer& answer, Call<Request, Response>& call) {
  ToProto(answer, call.response());
}

template <class Request, class Response>
void Write(Call<Request, Response>& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline(), .batch_program_id = {}};
  absl::StatusOr<engine::Command> command = CommandFromProto(call.request(), origin);
  if (!command.ok()) return call.Refuse(command.status());
  call.door().engine.Submit(*std::move(command),
                            [&call](const absl::StatusOr<engine::Answer>& answer) {
                              if (!answer.ok()) return call.Refuse(answer.status());
                              Tell(*answer, call);
                              call.Reply();
                            });
}

template <class Request, class Response>
constexpr auto kWrite = &StartCall<Request, Response, &Write<Request, Response>>;

}  // namespace

std::unique_ptr<grpc::Service> MakePricingService(Door& door) {
  return MakeService(
      door, "PricingService",
      {{"RecordPriceFacts",
        &StartCall<v1::RecordPriceFactsRequest, v1::RecordPriceFactsResponse, &RecordPriceFacts>},
       {"ImportPriceFacts", &StartPriceImport},
       {"RecordChannelPromotions",
        kWrite<v1::RecordChannelPromotionsRequest, v1::RecordChannelPromotionsResponse>},
       {"WithdrawListing",
        &StartCall<v1::WithdrawListingRequest, v1::WithdrawListingResponse, &WithdrawListing>},
       {"ConfirmPriceFact", kWrite<v1::ConfirmPriceFactRequest, v1::ConfirmPriceFactResponse>},
       {"RecordOffers", kWrite<v1::RecordOffersRequest, v1::RecordOffersResponse>},
       {"GetPriceHistory",
        &StartRead<v1::GetPriceHistoryRequest, v1::GetPriceHistoryResponse, &ReadPriceHistory>},
       {"GetPrices", &StartGetPrices},
       {"QuoteBasket", &StartQuoteBasket},
       {"CommitBasket", kWrite<v1::CommitBasketRequest, v1::CommitBasketResponse>},
       {"ExamineExternalOrder", &StartExamineExternalOrder},
       {"GetPriceEvidence",
        &StartRead<v1::GetPriceEvidenceRequest, v1::PriceEvidence, &ReadPriceEvidence>},
       {"ListParityAlerts",
        &StartRead<v1::ListParityAlertsRequest, v1::ListParityAlertsResponse, &ReadParityAlerts>},
       {"ListPriceCredits",
        &StartRead<v1::ListPriceCreditsRequest, v1::ListPriceCreditsResponse, &ReadPriceCredits>},
       {"MarkPriceCredit", kWrite<v1::MarkPriceCreditRequest, v1::PriceCredit>}});
}

}  // namespace fairpoint::api
