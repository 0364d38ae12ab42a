// What made a price, told with the facts that were looked at.
#ifndef FAIRPOINT_API_PRICE_EVIDENCE_H_
#define FAIRPOINT_API_PRICE_EVIDENCE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "api/reads.h"
#include "engine/program_cache.h"
#include "fairpoint/v1/prices.pb.h"
#include "pricing/channel_book.h"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::api {

// A price's circumstances, made again of rows. Refers to itself: not to be moved.
struct Rebuilt {
  Rebuilt() = default;
  Rebuilt(const Rebuilt&) = delete;
  Rebuilt& operator=(const Rebuilt&) = delete;

  struct Sku {
    int64_t version = 0;
    std::vector<pricing::PriceFact> facts;  // ascending by head_seq
    std::vector<pricing::Offer> offers;
    pricing::SkuBook book;
  };
  struct Channel {
    int64_t version = 0;
    std::vector<pricing::ChannelPromotion> promotions;  // ascending by head_seq
    std::vector<pricing::FeedReport> reports;
    std::vector<pricing::Offer> offers;
    pricing::ChannelBook book;
  };

  pricing::Evidence evidence;
  engine::ProgramCache::Version program;
  std::map<std::string, Sku, std::less<>> skus;
  std::map<std::string, Channel, std::less<>> channels;
  std::vector<const pricing::SkuBook*> books;  // of the evidence's lines
  pricing::Market market;
};

// EVIDENCE_NOT_FOUND. DATA_LOSS: rows are missing, or do not give what was recorded.
absl::Status Rebuild(const Source& source, const engine::EvidenceName& name, Rebuilt& out);

// Why the fact was not compared for such a shopper, as of the market's instant. `series` is its
// own, `index` its place there.
v1::ComparedFact::Exclusion ExclusionOf(const pricing::Market& market,
                                        const pricing::Shopper& shopper,
                                        const pricing::SkuBook& book,
                                        const pricing::Listing& listing,
                                        const pricing::Series& series, size_t index);

// Past so many facts, lines tell only the fact that capped them.
inline constexpr int kComparedFactsMax = 5'000;
void ToProto(const Rebuilt& rebuilt, v1::PriceEvidence& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_EVIDENCE_H_
