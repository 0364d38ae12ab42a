// EXPECT_OK and ASSERT_OK, and a matcher for refusals.
#ifndef FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_
#define FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

#define EXPECT_OK(expression)                               \
  do {                                                      \
    const absl::Status expect_ok_status = (expression);     \
    EXPECT_TRUE(expect_ok_status.ok()) << expect_ok_status; \
  } while (false)
#define ASSERT_OK(expression)                               \
  do {                                                      \
    const absl::Status assert_ok_status = (expression);     \
    ASSERT_TRUE(assert_ok_status.ok()) << assert_ok_status; \
  } while (false)

namespace fairpoint::storage::testing {

// A status of this code whose message contains the text.
MATCHER_P2(Refused, code, text, "is " + absl::StatusCodeToString(code) + " and says \"" + text + "\"") {
  *result_listener << arg.ToString();
  return arg.code() == code && std::string(arg.message()).find(text) != std::string::npos;
}

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_STATUS_CHECKS_H_
