#include "server/imports/member_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fairpoint::server::imports {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr Totals kTotals{.members = 3'942, .points = 8'388'330, .lots = 11'204};

std::string FaultOf(const ExpectedTotals& expected, bool required = true) {
  return std::string(CheckTotals(kTotals, expected, required).message());
}

TEST(ControlTotals, MustBeGivenAndAgree) {
  EXPECT_TRUE(CheckTotals(kTotals, {3'942, 8'388'330, {}}, true).ok());
  EXPECT_TRUE(CheckTotals(kTotals, {3'942, 8'388'330, 11'204}, true).ok());
  EXPECT_TRUE(CheckTotals(kTotals, {}, false).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(CheckTotals(kTotals, {3'942, {}, {}}, true)));
  EXPECT_THAT(FaultOf({{}, 8'388'330, 11'204}),
              HasSubstr("the file has 3,942 members, 8,388,330 points and 11,204 lots: give"));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckTotals(kTotals, {0, {}, {}}, false)));
  EXPECT_THAT(FaultOf({3'943, 8'388'331, 0}),
              AllOf(HasSubstr("3,942 members, and not 3,943 (--expect-members)"),
                    HasSubstr("8,388,330 points, and not 8,388,331 (--expect-points)"),
                    HasSubstr("11,204 lots, and not 0 (--expect-lots)")));
}

TEST(MemberSummary, JsonIsNullWhereNoServerWasAsked) {
  MemberSummary summary;
  summary.totals = kTotals;
  summary.milliseconds = 1'500;
  auto json = nlohmann::json::parse(ToJson(summary));
  EXPECT_EQ(json["points"], 8'388'330);
  EXPECT_EQ(json["seconds"], 1.5);
  EXPECT_TRUE(json["members_imported"].is_null());
  EXPECT_TRUE(json["members_there_already"].is_null());
  summary.outcome = MemberOutcome{.imported = 7, .replayed = 2, .created = 4};
  json = nlohmann::json::parse(ToJson(summary));
  EXPECT_EQ(json["members_imported"], 7);
  EXPECT_EQ(json["members_there_already"], 3);
  EXPECT_THAT(ToText(summary), HasSubstr("7  members imported, 2 of them before\n"));
}

}  // namespace
}  // namespace fairpoint::server::imports
