#include "server/imports/price_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fairpoint::server::imports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PriceSummary, JsonIsNullWhereNoServerWasAsked) {
  PriceSummary summary;
  summary.rows = 3'992;
  summary.facts = 7'984;
  summary.milliseconds = 1'500;
  auto json = nlohmann::json::parse(ToJson(summary));
  EXPECT_EQ(json["rows"], 3'992);
  EXPECT_EQ(json["facts"], 7'984);
  EXPECT_EQ(json["seconds"], 1.5);
  EXPECT_TRUE(json["facts_recorded"].is_null());
  EXPECT_TRUE(json["feeds_withheld"].is_null());
  EXPECT_THAT(ToText(summary), Not(HasSubstr("facts recorded")));
  summary.outcome.emplace();
  summary.outcome->facts = {.recorded = 7'980, .duplicate = 1, .held = 2, .refused = 1};
  summary.outcome->offers.clamped = 5;
  summary.outcome->feeds_withheld = {"store: why"};
  json = nlohmann::json::parse(ToJson(summary));
  EXPECT_EQ(json["facts_recorded"], 7'980);
  EXPECT_EQ(json["facts_held"], 2);
  EXPECT_EQ(json["offers_clamped"], 5);
  EXPECT_EQ(json["feeds_withheld"], 1);
  EXPECT_THAT(ToText(summary), HasSubstr("7,980  facts recorded\n"));
  EXPECT_THAT(ToText(summary), HasSubstr("fell far: ConfirmPriceFact confirms one"));
  EXPECT_THAT(ToText(summary), HasSubstr("--confirmed"));
  summary.outcome->facts.held = 0;
  EXPECT_THAT(ToText(summary), Not(HasSubstr("--confirmed")));
}

}  // namespace
}  // namespace fairpoint::server::imports
