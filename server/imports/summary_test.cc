#include "server/imports/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "server/files.h"
#include "server/imports/progress.h"
#include "server/imports/rejects_file.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Summary MadeSummary() {
  Summary summary;
  summary.read.rows = 541'909;
  summary.answered = Answered{.purchases = 7, .points_earned = 100, .points_taken_back = 30};
  summary.milliseconds = 1'500;
  return summary;
}

TEST(Summary, JsonHasItsKeys) {
  const auto json = nlohmann::ordered_json::parse(ToJson(MadeSummary()));
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys,
              ElementsAre("rows", "rows_without_customer", "rows_rejected", "rows_without_units",
                          "orders", "purchases", "returns", "units_matched", "units_unmatched",
                          "members", "points_earned", "points_taken_back", "points_outstanding",
                          "orders_new", "orders_replayed", "orders_rejected", "seconds"));
  EXPECT_EQ(json["points_outstanding"], 70);
  EXPECT_EQ(json["seconds"], 1.5);
}

TEST(Summary, SaysNothingOfWhatNoServerWasAsked) {
  Summary summary = MadeSummary();
  summary.answered.reset();
  const auto json = nlohmann::json::parse(ToJson(summary));
  EXPECT_TRUE(json["points_earned"].is_null());
  EXPECT_TRUE(json["points_outstanding"].is_null());
  EXPECT_EQ(json["rows"], 541'909);
  EXPECT_THAT(ToText(summary), HasSubstr("541,909  rows\n"));
}

TEST(Progress, SaysRateAndTimeLeft) {
  EXPECT_EQ(ProgressText("orders", 12'345, 22'190, absl::Seconds(10)),
            "orders: 12,345 of 22,190, 1,234/s, 8 s left");
  EXPECT_EQ(ProgressText("orders", 10, 100'000, absl::Seconds(10)),
            "orders: 10 of 100,000, 1/s, 1666 min left");
  EXPECT_EQ(ProgressText("bytes", 5, 0, absl::Seconds(1)), "bytes: 5, 5/s");
  EXPECT_EQ(ProgressText("orders", 0, 10, absl::Seconds(1)), "orders: 0 of 10");
  EXPECT_EQ(WithCommas(-1'234'567), "-1,234,567");
  EXPECT_EQ(WithCommas(999), "999");
}

TEST(RejectsFile, IsCsvByRow) {
  const std::string path = testing::TempDir() + "imports.rejects.csv";
  TextTable texts;
  const TextId order = texts.Intern("A\"1");
  const TextId reason = texts.Intern("it is \"bad\", so\nno");
  ASSERT_TRUE(WriteRejects(path, texts, {{9, order, reason}, {3, 0, reason}}).ok());
  EXPECT_EQ(*ReadFile(path),
            "row,order,reason\n3,\"\",\"it is \"\"bad\"\", so\nno\"\n"
            "9,\"A\"\"1\",\"it is \"\"bad\"\", so\nno\"\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

TEST(RejectsFile, SaysWhereItCannotBeWritten) {
  EXPECT_THAT(std::string(WriteWholeFile("/nowhere/at/all.csv", "x").message()),
              HasSubstr("cannot write /nowhere/at/all.csv"));
}

}  // namespace
}  // namespace fairpoint::server::imports
