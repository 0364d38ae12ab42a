// The reads: what a request asks, answered from one snapshot. Nothing here knows gRPC or threads.
#ifndef FAIRPOINT_API_READS_H_
#define FAIRPOINT_API_READS_H_

#include "absl/status/status.h"
#include "base/keyring.h"
#include "engine/program_cache.h"
#include "engine/store.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/order_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/program_service.pb.h"

namespace fairpoint::api {

// What reads read from. The session is in a snapshot.
struct Source {
  engine::ReadSession& session;
  engine::ProgramCache& programs;  // is brought up to date with the snapshot
  const base::Keyring& keyring;
};

// INVALID_FIELDS, PROGRAM_NOT_FOUND, PROGRAM_VERSION_NOT_FOUND, MEMBER_NOT_FOUND, beside the
// session's errors.
absl::Status ReadMember(const Source& source, const v1::GetMemberRequest& request, v1::Member& out);
absl::Status ReadMember(const Source& source, const v1::LookupMemberRequest& request,
                        v1::Member& out);
// What fell due and is not booked yet counts as booked. As of a time a merged member is read as
// itself, and otherwise as the one who answers for it.
absl::Status ReadBalance(const Source& source, const v1::GetBalanceRequest& request,
                         v1::GetBalanceResponse& out);
// The entries that are booked.
absl::Status ReadEntries(const Source& source, const v1::ListEntriesRequest& request,
                         v1::ListEntriesResponse& out);
// ORDER_NOT_FOUND.
absl::Status ReadOrder(const Source& source, const v1::GetOrderRequest& request, v1::Order& out);
absl::Status ReadOrders(const Source& source, const v1::ListOrdersRequest& request,
                        v1::ListOrdersResponse& out);
absl::Status ReadProgram(const Source& source, const v1::GetProgramRequest& request,
                         v1::ProgramVersion& out);
absl::Status ReadProgramVersions(const Source& source,
                                 const v1::ListProgramVersionsRequest& request,
                                 v1::ListProgramVersionsResponse& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_READS_H_
