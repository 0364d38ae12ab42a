#include "bench/histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

TEST(HistogramTest, NothingMeasured) {
  EXPECT_EQ(Histogram().Percentile(0.5), 0);
  EXPECT_EQ(Histogram().max(), 0);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (int64_t micros = 1; micros <= 100; ++micros) histogram.Record(micros);
  EXPECT_EQ(histogram.Percentile(0.50), 50);
  EXPECT_EQ(histogram.Percentile(0.99), 99);
  EXPECT_EQ(histogram.Percentile(1.0), 100);
  EXPECT_EQ(histogram.ToJson()["mean_us"], 50);
}

TEST(HistogramTest, ClampsWhatCannotBe) {
  Histogram histogram;
  histogram.Record(-5);
  EXPECT_EQ(histogram.max(), 0);
  histogram.Record(INT64_MAX);
  EXPECT_EQ(histogram.max(), int64_t{1} << 40);
  EXPECT_EQ(histogram.Percentile(1.0), int64_t{1} << 40);
}

RC_GTEST_PROP(HistogramTest, PercentilesAreTheSortedOnesWithinASixtyFourth, ()) {
  auto micros = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 100'000'000)));
  const size_t cut = *rc::gen::inRange<size_t>(0, micros.size() + 1);
  Histogram first, second;
  for (size_t i = 0; i < micros.size(); ++i) (i < cut ? first : second).Record(micros[i]);
  first.Merge(second);
  std::ranges::sort(micros);
  RC_ASSERT(first.count() == static_cast<int64_t>(micros.size()));
  RC_ASSERT(first.max() == micros.back());
  for (const double fraction : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const auto rank = std::max(1.0, std::ceil(fraction * static_cast<double>(micros.size())));
    const int64_t exact = micros[static_cast<size_t>(rank) - 1];
    const int64_t found = first.Percentile(fraction);
    RC_ASSERT(found >= exact);
    RC_ASSERT(found <= exact + exact / 64);
  }
}

}  // namespace
}  // namespace fairpoint::bench
