// How long a new fact takes to show in prices.
#ifndef FAIRPOINT_BENCH_FRESHNESS_H_
#define FAIRPOINT_BENCH_FRESHNESS_H_

#include <string>

#include "bench/load_loop.h"
#include "bench/price_workload.h"
#include "nlohmann/json_fwd.hpp"

namespace fairpoint::bench {

// Records `count` facts one after another at load.server, each just below what its SKU costs, and
// asks both servers for that price until it is there. {"record", "own", "other": latencies from
// when the fact was sent, "missed": how many never showed in time, "first_error"}. `other` may be
// empty: then there is none.
nlohmann::json MeasureFreshness(const LoadOptions& load, const std::string& other,
                                const PriceOptions& options, int count);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_FRESHNESS_H_
