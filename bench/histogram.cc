#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

constexpr int64_t kLargest = int64_t{1} << 40;
constexpr int kSubBits = 6;  // 64 buckets an octave

// Values below 128 have a bucket each; from there on an octave has 64.
size_t BucketOf(int64_t micros) {
  const auto value = static_cast<uint64_t>(micros);
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kSubBits - 1);
  return (static_cast<size_t>(shift) << kSubBits) + static_cast<size_t>(value >> shift);
}

int64_t LastOf(size_t bucket) {
  const size_t shift = bucket < (2U << kSubBits) ? 0 : (bucket >> kSubBits) - 1;
  const auto sub = static_cast<int64_t>(bucket - (shift << kSubBits));
  return ((sub + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(BucketOf(kLargest) + 1) {}

void Histogram::Record(int64_t micros) {
  micros = std::clamp<int64_t>(micros, 0, kLargest);
  ++buckets_[BucketOf(micros)];
  ++count_;
  sum_ += micros;
  max_ = std::max(max_, micros);
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

int64_t Histogram::Percentile(double fraction) const {
  const auto wanted =
      std::max<int64_t>(1, static_cast<int64_t>(std::ceil(fraction * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return std::min(LastOf(i), max_);
  }
  return max_;
}

nlohmann::json Histogram::ToJson() const {
  return {{"count", count_},
          {"mean_us", count_ == 0 ? 0 : sum_ / count_},
          {"p50_us", Percentile(0.50)},
          {"p90_us", Percentile(0.90)},
          {"p99_us", Percentile(0.99)},
          {"p999_us", Percentile(0.999)},
          {"max_us", max_}};
}

}  // namespace fairpoint::bench
