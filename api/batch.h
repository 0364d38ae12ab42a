// BatchPost: many operations in one call, each decided and answered on its own.
#ifndef FAIRPOINT_API_BATCH_H_
#define FAIRPOINT_API_BATCH_H_

#include <string>

#include "api/call.h"
#include "base/ids.h"
#include "engine/program_cache.h"
#include "fairpoint/v1/points_service.pb.h"

namespace fairpoint::api {

void PostBatch(Call<v1::BatchPostRequest, v1::BatchPostResponse>& call);

// The programme's currency, the same in all its versions; empty if the programme is not known (then
// nothing was posted to it).
std::string CurrencyOf(const engine::ProgramCache& programs, const base::ProgramId& program_id);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_BATCH_H_
