// Requests of PricingService to commands of the engine, and what became of them.
#ifndef FAIRPOINT_API_PRICE_WRITES_H_
#define FAIRPOINT_API_PRICE_WRITES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api/operations.h"
#include "api/price_facts.h"
#include "engine/command.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "fairpoint/v1/price_offers.pb.h"
#include "fairpoint/v1/prices.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"

namespace fairpoint::api {

// Each refuses the whole request (INVALID_FIELDS) only for what is not about one of its items:
// these have their own refusals.
absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordChannelPromotionsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordOffersRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ConfirmPriceFactRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::CommitBasketRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::MarkPriceCreditRequest& request,
                                                 const Origin& origin);

// A request's facts, and what it says of its feed.
struct FactsRequest {
  base::ProgramId program_id;
  std::vector<engine::FactToRecord> facts;
  std::optional<FeedEnd> feed;  // where it is well-formed
  absl::Status feed_fault;
};
absl::StatusOr<FactsRequest> FactsFromProto(const v1::RecordPriceFactsRequest& request,
                                            const Origin& origin);
engine::Command FactsCommand(const base::ProgramId& program_id, engine::RecordPriceFacts record,
                             const Origin& origin);

// As the items of a list of the request: violations become "list[index].path". Of no list: they
// stay as they are.
void ToProto(const std::vector<engine::RecordedItem>& items, std::string_view list,
             google::protobuf::RepeatedPtrField<v1::RecordedItem>& out);
void ToProto(const engine::Answer& answer, v1::RecordChannelPromotionsResponse& out);
void ToProto(const engine::Answer& answer, v1::RecordOffersResponse& out);
void ToProto(const engine::Answer& answer, v1::ConfirmPriceFactResponse& out);
// `currency` is the programme's.
void ToProto(const engine::Answer& answer, const std::string& currency,
             v1::CommitBasketResponse& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_WRITES_H_
