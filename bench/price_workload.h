// Calls that read prices, quote baskets and commit them, made as those of workload.h are.
#ifndef FAIRPOINT_BENCH_PRICE_WORKLOAD_H_
#define FAIRPOINT_BENCH_PRICE_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/workload.h"

namespace fairpoint::bench {

struct PriceOptions {
  std::string program_id = "bench";
  uint64_t skus = 100'000;  // of the catalogue; each call is about any of them
  int lines = 10;           // of a basket
  uint64_t salt = 0;        // two runs on one store must not share it
};

// GetPrices of 100 SKUs for a member. Units are prices; of SKUs that are sold.
std::unique_ptr<Workload> MakePageReads(const PriceOptions& options);

// QuoteBasket of so many lines for a member; remembers the quotes that it got.
class Quotes : public Workload {
 public:
  // In no order. Requires that no call is under way.
  virtual std::vector<std::string> quote_ids() const = 0;
};
std::unique_ptr<Quotes> MakeQuotes(const PriceOptions& options);

// CommitBasket of the n-th of these; there may be no more calls than quotes.
std::unique_ptr<Workload> MakeCommits(const PriceOptions& options,
                                      std::vector<std::string> quote_ids);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_PRICE_WORKLOAD_H_
