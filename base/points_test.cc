#include "base/points.h"

#include "base/money.h"
#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

TEST(Points, CheckedAddStopsAtTheEdge) {
  EXPECT_EQ(CheckedAdd(Points{1}, Points{2}), Points{3});
  EXPECT_EQ(CheckedAdd(kPointsMax, kNoPoints), kPointsMax);
  EXPECT_EQ(CheckedAdd(kPointsMax, Points{1}), std::nullopt);
}

TEST(Money, MulDivFloorUsesMoreThan64Bits) {
  bool fits = false;
  EXPECT_EQ(MulDivFloor(INT64_MAX, 3, 3, fits), INT64_MAX);
  EXPECT_TRUE(fits);
  EXPECT_EQ(MulDivFloor(199, 1, 100, fits), 1);
  MulDivFloor(INT64_MAX, 2, 1, fits);
  EXPECT_FALSE(fits);
}

}  // namespace
}  // namespace fairpoint::base
