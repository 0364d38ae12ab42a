#include "bench/measured.h"

#include "nlohmann/json.hpp"

namespace fairpoint::bench {

void Measured::Merge(const Measured& other) {
  calls += other.calls;
  succeeded += other.succeeded;
  failed += other.failed;
  latency.Merge(other.latency);
  succeeded_in_all += other.succeeded_in_all;
  for (const auto& [code, count] : other.errors) errors[code] += count;
  if (first_error.empty()) first_error = other.first_error;
}

nlohmann::json Measured::ToJson() const {
  return {{"seconds", seconds},
          {"calls", calls},
          {"succeeded", succeeded},
          {"failed", failed},
          {"per_second", seconds > 0 ? static_cast<double>(succeeded) / seconds : 0},
          {"succeeded_in_all", succeeded_in_all},
          {"errors", errors},
          {"first_error", first_error},
          {"latency", latency.ToJson()}};
}

}  // namespace fairpoint::bench
