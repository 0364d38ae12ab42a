// Requests of OrderService to commands of the engine, and orders to what callers see.
#ifndef FAIRPOINT_API_ORDERS_H_
#define FAIRPOINT_API_ORDERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "api/operations.h"
#include "checkout/order.h"
#include "engine/command.h"
#include "fairpoint/v1/order_service.pb.h"

namespace fairpoint::api {

// Each reports all violations at once (INVALID_FIELDS), or STORE_MAY_NOT when a till names another
// store than its own. What a till records is its store's.
absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordPurchaseRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordReturnRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ClaimReceiptRequest& request,
                                                 const Origin& origin);

void ToProto(const engine::Answer& answer, bool with_entries, v1::RecordPurchaseResponse& out);
// `currency` is the programme's.
void ToProto(const engine::Answer& answer, bool with_entries, const std::string& currency,
             v1::RecordReturnResponse& out);
void ToProto(const engine::Answer& answer, v1::ClaimReceiptResponse& out);

// As it stands, without its lines.
void ToProto(const checkout::Placement& placement, const checkout::Order& order, v1::Order& out);
void ToProto(const checkout::PlacedLine& placed, const checkout::OrderLine& line,
             v1::Order::Line& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_ORDERS_H_
