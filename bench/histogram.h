// Latencies in whole microseconds, counted in buckets whose width is at most 1/64 of what they
// hold: any percentile of any number of measurements in 20 KB, as in an HDR histogram. Not
// thread-safe: one a thread, merged at the end.
#ifndef FAIRPOINT_BENCH_HISTOGRAM_H_
#define FAIRPOINT_BENCH_HISTOGRAM_H_

#include <cstdint>
#include <vector>

#include "nlohmann/json_fwd.hpp"

namespace fairpoint::bench {

class Histogram {
 public:
  Histogram();

  // Negative counts as 0, more than 2^40 (12 days) as that.
  void Record(int64_t micros);
  void Merge(const Histogram& other);

  int64_t count() const { return count_; }
  int64_t max() const { return max_; }
  // The least value that at least `fraction` (0-1) of the measurements do not exceed, rounded up to
  // its bucket's end, never above max(). 0 when there are none.
  int64_t Percentile(double fraction) const;

  // {"count", "mean_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us"}
  nlohmann::json ToJson() const;

 private:
  std::vector<int64_t> buckets_;
  int64_t count_ = 0;
  int64_t sum_ = 0;
  int64_t max_ = 0;
};

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_HISTOGRAM_H_
