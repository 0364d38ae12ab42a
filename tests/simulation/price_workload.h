// What callers of a run of prices ask for: few SKUs, numbers used again, windows that begin and end
// about now, offers about the prices elsewhere, quotes of a catalogue that may be behind.
#ifndef FAIRPOINT_TESTS_SIMULATION_PRICE_WORKLOAD_H_
#define FAIRPOINT_TESTS_SIMULATION_PRICE_WORKLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/price_catalog.h"
#include "engine/program_cache.h"
#include "tests/simulation/price_request.h"
#include "tests/simulation/random.h"

namespace fairpoint::simulation {

class PriceWorkload {
 public:
  explicit PriceWorkload(Random& random);

  const std::vector<std::string>& skus() const { return skus_; }

  PriceRequest Publication(int64_t now);
  // The channel begins, with a price of every SKU; and what is offered.
  PriceRequest FirstFacts(const std::string& channel_id, int64_t now);
  PriceRequest FirstOffers(int64_t now);
  PriceRequest Facts(int64_t now);
  PriceRequest Offers(int64_t now);
  // As a server's door would quote it by what the server knows; nothing: it would refuse.
  std::optional<PriceRequest> Quote(const engine::ProgramCache& programs,
                                    const engine::PriceCatalog& catalog, int64_t now);
  // Of a quote that was made before; nothing: there is none.
  std::optional<PriceRequest> Commit();

 private:
  static pricing::FeedReport CompleteAsOf(const std::string& channel_id, int64_t now);
  pricing::PriceFact NewFact(int64_t now);
  pricing::Offer NewOffer(const std::string& sku, const std::string& offer_id, int64_t amount,
                          int64_t now);
  pricing::Window SomeWindow(int64_t now);

  Random& random_;
  std::vector<std::string> skus_;
  std::vector<pricing::PriceFact> facts_;  // that were ever sent
  int64_t numbers_ = 0;
  int64_t requests_ = 0;
  std::vector<std::string> quotes_;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PRICE_WORKLOAD_H_
