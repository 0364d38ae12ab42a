// What a run measured, as every program here reports it.
#ifndef FAIRPOINT_BENCH_MEASURED_H_
#define FAIRPOINT_BENCH_MEASURED_H_

#include <cstdint>
#include <map>
#include <string>

#include "bench/histogram.h"
#include "nlohmann/json_fwd.hpp"

namespace fairpoint::bench {

struct Measured {
  // Of the time measured, after the warm-up.
  double seconds = 0;
  int64_t calls = 0;      // or transactions: ended, well or not
  int64_t succeeded = 0;  // units: postings, enrolments, reads
  int64_t failed = 0;     // units
  Histogram latency;      // of calls that succeeded
  // Of everything, warm-up included.
  int64_t succeeded_in_all = 0;
  std::map<std::string, int64_t>
      errors;               // calls by code; "IN_BATCH": with operations refused inside
  std::string first_error;  // its message

  // Adds what another thread measured in the same time; `seconds` stays.
  void Merge(const Measured& other);
  // The fields above, and "per_second" of what succeeded.
  nlohmann::json ToJson() const;
};

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_MEASURED_H_
