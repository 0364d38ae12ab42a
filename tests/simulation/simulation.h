// One run: servers with their workers on one fake store, callers with their requests, and
// everything that can go wrong, stepped in an order that the seed alone decides.
#ifndef FAIRPOINT_TESTS_SIMULATION_SIMULATION_H_
#define FAIRPOINT_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/simulation/coverage.h"

namespace fairpoint::simulation {

struct RunOptions {
  uint64_t seed = 1;
  int64_t commands = 1000;
  std::function<void(const std::string&)> trace;  // empty: none
};

struct RunResult {
  std::optional<std::string> fault;  // the first
  Coverage coverage;
};

RunResult Run(const RunOptions& options);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_SIMULATION_H_
