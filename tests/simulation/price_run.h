// A run of prices: as simulation.h, with facts, offers, quotes and baskets instead of points. Every
// server follows the journal for its catalogue, and may be behind.
#ifndef FAIRPOINT_TESTS_SIMULATION_PRICE_RUN_H_
#define FAIRPOINT_TESTS_SIMULATION_PRICE_RUN_H_

#include "tests/simulation/simulation.h"

namespace fairpoint::simulation {

RunResult RunPrices(const RunOptions& options);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PRICE_RUN_H_
