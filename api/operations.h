// Requests of PointsService to commands of the engine.
#ifndef FAIRPOINT_API_OPERATIONS_H_
#define FAIRPOINT_API_OPERATIONS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "api/principal.h"
#include "engine/command.h"
#include "fairpoint/v1/points_service.pb.h"

namespace fairpoint::api {

// Where a request comes from.
struct Origin {
  const Principal& caller;
  absl::Time deadline = absl::InfiniteFuture();
  // For one operation of a batch: the batch's programme and the operation's place. A request alone
  // has neither.
  std::string_view batch_program_id = {};
  int operation_index = -1;
};

// Each reports all violations at once (INVALID_FIELDS), or STORE_MAY_NOT when a till names another
// store than its own. What a till posts is its store's, whether or not the request can name one.
absl::StatusOr<engine::Command> CommandFromProto(const v1::EarnPointsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::RedeemPointsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::HoldPointsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::CaptureHoldRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReleaseHoldRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReleasePendingRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::ReverseEntryRequest& request,
                                                 const Origin& origin);

absl::StatusOr<engine::Command> CommandFromProto(const v1::TransferPointsRequest& request,
                                                 const Origin& origin);
absl::StatusOr<engine::Command> CommandFromProto(const v1::AdjustPointsRequest& request,
                                                 const Origin& origin);

// The operation that is set, if the caller may post it alone too. Requires origin.operation_index
// >= 0.
absl::StatusOr<engine::Command> CommandFromProto(const v1::PostOperation& operation,
                                                 const Origin& origin);
// The request message inside, for naming its fields; null if none is set.
const google::protobuf::Descriptor* RequestTypeOf(const v1::PostOperation& operation);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_OPERATIONS_H_
