#include "storage/mysql/mysql_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/status_checks.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using testing::Refused;

// What ends a start is an outage for a server that was let in before.
TEST(MysqlError, ADatabaseThatLetsNobodyInAnyMore) {
  for (const int number : {kAccessDenied, kDatabaseAccessDenied, kUnknownDatabase, kHostBlocked}) {
    const absl::Status at_start = MysqlStatus(number, "said", "mysql://u@h:1/d");
    EXPECT_THAT(at_start, Refused(StatusCode::kFailedPrecondition, "mysql://u@h:1/d"));
    EXPECT_THAT(WhenServed(at_start), Refused(StatusCode::kUnavailable, "mend what was changed"));
    EXPECT_THAT(WhenServed(at_start), Refused(StatusCode::kUnavailable, "said"));
  }
  EXPECT_OK(WhenServed(absl::OkStatus()));
  EXPECT_THAT(WhenServed(MysqlStatus(kTooManyConnections, "said", "name")),
              Refused(StatusCode::kUnavailable, "raise max_connections"));
}

}  // namespace
}  // namespace fairpoint::storage
