// EXPECT_OK and ASSERT_OK, and a matcher for refusals.
#ifndef FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_
#define FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

#define EXPECT_OK(expression) EXPECT_PRED_FORMAT1(::fairpoint::storage::testing::IsOk, (expression))
#define ASSERT_OK(expression) ASSERT_PRED_FORMAT1(::fairpoint::storage::testing::IsOk, (expression))

namespace fairpoint::storage::testing {

inline ::testing::AssertionResult IsOk(const char* expression, const absl::Status& status) {
  if (status.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << expression << " is " << status;
}

// A status of this code whose message contains the text.
MATCHER_P2(Refused, code, text,
           "is " + absl::StatusCodeToString(code) + " and says \"" + text + "\"") {
  *result_listener << arg.ToString();
  return arg.code() == code && std::string(arg.message()).find(text) != std::string::npos;
}

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_
