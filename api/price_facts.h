// Price facts, withdrawals and feeds' statements, from and to what callers see.
#ifndef FAIRPOINT_API_PRICE_FACTS_H_
#define FAIRPOINT_API_PRICE_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "api/price_parts.h"
#include "base/time.h"
#include "engine/price_command.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "pricing/fact.h"
#include "pricing/promotion.h"

namespace fairpoint::api {

// What is wrong with a fact by itself is its `refused`: INVALID_FIELDS with all violations, paths
// within the fact ("amount").
engine::FactToRecord FactFromProto(const v1::PriceFact& fact, const Recorder& by);
// All of one request.
std::vector<engine::FactToRecord> FactsFromProto(
    const google::protobuf::RepeatedPtrField<v1::PriceFact>& facts, const Recorder& by);

// A listing of a SKU that is not offered any more.
engine::FactToRecord WithdrawalOf(const std::string& channel_id, const std::string& listing_id,
                                  const std::string& sku, int64_t source_seq, base::Instant from,
                                  const Recorder& by);

// A feed's statement is its report and, where it ends a snapshot, how that is numbered.
struct FeedEnd {
  pricing::FeedReport report;
  bool is_snapshot = false;
  bool may_be_empty = false;
  int64_t source_seq = 0;  // 0: each listing's highest
};
// INVALID_FIELDS with paths within the request ("feed.channel_id").
absl::StatusOr<FeedEnd> FeedFromProto(const v1::FeedStatement& feed, const Recorder& by);

// Of a price; `confirmed` is not kept.
void ToProto(const pricing::PriceFact& fact, v1::PriceFact& out);
// Of a withdrawal.
void ToProto(const pricing::PriceFact& fact, v1::WithdrawListingRequest& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_FACTS_H_
