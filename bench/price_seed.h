// Fills a server with the catalogue, and measures how fast it takes it.
#ifndef FAIRPOINT_BENCH_PRICE_SEED_H_
#define FAIRPOINT_BENCH_PRICE_SEED_H_

#include "bench/catalogue_messages.h"
#include "bench/load_loop.h"
#include "bench/measured.h"

namespace fairpoint::bench {

// Of LoadOptions: server, api_key, threads and in_flight. A message that is refused, whole or in
// part, is counted as an error; what was recorded before counts as succeeded, so that a catalogue
// can be filled again.

// Through ImportPriceFacts: a stream a thread, with in_flight / threads messages of 500 under way.
// Units are facts.
Measured ImportFacts(const LoadOptions& load, const CatalogueOptions& catalogue);

// 500 a call, a call under way a thread. Units are offers.
Measured RecordOffers(const LoadOptions& load, const CatalogueOptions& catalogue);

// That every channel's feed is complete up to now. Units are channels.
Measured RecordFeeds(const LoadOptions& load, const CatalogueOptions& catalogue);

// Units are promotions.
Measured RecordPromotions(const LoadOptions& load, const CatalogueOptions& catalogue);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_PRICE_SEED_H_
