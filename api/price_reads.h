// The reads of PricingService that ask the database: what was recorded, what made a price, what
// should be looked at and what is owed.
#ifndef FAIRPOINT_API_PRICE_READS_H_
#define FAIRPOINT_API_PRICE_READS_H_

#include "absl/status/status.h"
#include "api/reads.h"
#include "fairpoint/v1/prices.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"

namespace fairpoint::api {

// All: INVALID_FIELDS, PROGRAM_NOT_FOUND, beside the session's errors.

// SKU_UNKNOWN.
absl::Status ReadPriceHistory(const Source& source, const v1::GetPriceHistoryRequest& request,
                              v1::GetPriceHistoryResponse& out);
// EVIDENCE_NOT_FOUND. DATA_LOSS: the rows do not give what was recorded.
absl::Status ReadPriceEvidence(const Source& source, const v1::GetPriceEvidenceRequest& request,
                               v1::PriceEvidence& out);
// A page may be short, or empty, and others follow all the same.
absl::Status ReadParityAlerts(const Source& source, const v1::ListParityAlertsRequest& request,
                              v1::ListParityAlertsResponse& out);
absl::Status ReadPriceCredits(const Source& source, const v1::ListPriceCreditsRequest& request,
                              v1::ListPriceCreditsResponse& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_READS_H_
