// The catalogue as requests.
#ifndef FAIRPOINT_BENCH_CATALOGUE_MESSAGES_H_
#define FAIRPOINT_BENCH_CATALOGUE_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "fairpoint/v1/price_offers.pb.h"

namespace fairpoint::bench {

struct CatalogueOptions {
  std::string program_id = "bench";
  uint64_t skus = 100'000;
  // A channel's facts of all SKUs after another's, as their feeds come; else all that there is of a
  // SKU, then the next.
  bool by_channel = true;
  base::Instant now;  // prices hold from an hour before it on, and are scheduled a day after it
};

uint64_t FactsOf(const CatalogueOptions& options);
// Facts [first, first + count) of these, or fewer where they end.
v1::RecordPriceFactsRequest FactsMessage(const CatalogueOptions& options, uint64_t first,
                                         uint64_t count);
uint64_t OffersOf(const CatalogueOptions& options);
v1::RecordOffersRequest OffersMessage(const CatalogueOptions& options, uint64_t first,
                                      uint64_t count);
// That the channel's feed is complete up to now.
v1::RecordPriceFactsRequest FeedMessage(const CatalogueOptions& options, size_t channel);
// Four promotions of the channel over all its SKUs: a threshold, a percentage, the third item
// cheaper, five and one for the price of five.
v1::RecordChannelPromotionsRequest PromotionsMessage(const CatalogueOptions& options,
                                                     size_t channel);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_CATALOGUE_MESSAGES_H_
