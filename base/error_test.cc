#include "base/error.h"

#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

TEST(Error, DetailSurvivesTheStatus) {
  ErrorDetail detail;
  detail.reason = "INSUFFICIENT_POINTS";
  detail.metadata = {{"availablePoints", "12"}, {"requestedPoints", "20"}};
  detail.violations = {{"points", "too many"}};
  detail.retry_after_ms = 250;
  detail.message_zh = "积分不足";
  const absl::Status status = MakeError(absl::StatusCode::kFailedPrecondition,
                                        "12 points are available, 20 were asked for", detail);
  ASSERT_TRUE(DetailOf(status).has_value());
  EXPECT_EQ(*DetailOf(status), detail);
  EXPECT_EQ(ReasonOf(status), "INSUFFICIENT_POINTS");
}

TEST(Error, ForeignStatusHasNoDetailButAReason) {
  EXPECT_FALSE(DetailOf(absl::InternalError("x")).has_value());
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), "INTERNAL");
}

TEST(Error, InvalidFieldsNamesThemAll) {
  const absl::Status status =
      InvalidFields({{"points", "must be positive"}, {"request_id", "is required"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "invalid request: points: must be positive; request_id: is required");
  EXPECT_EQ(DetailOf(status)->violations.size(), 2U);
}

}  // namespace
}  // namespace fairpoint::base
