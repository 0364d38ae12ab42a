// MemberService.ExportBalances: every member with what is available to it, as of one instant.
#ifndef FAIRPOINT_API_EXPORT_BALANCES_H_
#define FAIRPOINT_API_EXPORT_BALANCES_H_

#include "api/call.h"
#include "fairpoint/v1/member_service.pb.h"

namespace fairpoint::api {

// Reads all in one snapshot, into some 40 bytes a member, and then sends it as fast as it is taken.
void ExportBalances(Call<v1::ExportBalancesRequest, v1::ExportBalancesResponse>& call);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_EXPORT_BALANCES_H_
