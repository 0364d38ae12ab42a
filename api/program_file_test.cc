#include "api/program_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace fairpoint::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kHead[] = R"(program_id: "p"
currency: "CNY"
time_zone: "Asia/Shanghai"
)";
constexpr char kPoints[] = R"(points {
  base_rate { points: 1 per_minor_units: 100 }
  expiry { never: true }
}
)";

std::string Sample() {
  const char* root = std::getenv("FAIRPOINT_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/programs/sample.textproto");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// "line 2:3: path: what" of every fault.
std::vector<std::string> Faults(const std::string& text) {
  ProgramFile file;
  std::vector<std::string> faults;
  for (const ProgramFault& fault : ReadProgramFile(text, file)) {
    faults.push_back(PlaceOf(fault) + ": " + fault.what);
  }
  return faults;
}

TEST(ProgramFile, TheSampleIsRead) {
  const auto file = ProgramFromText(Sample());
  ASSERT_TRUE(file.ok()) << file.status();
  const ledger::Program& program = file->program;
  EXPECT_EQ(program.program_id.value(), "sample");
  EXPECT_EQ(program.currency, "CNY");
  EXPECT_EQ(program.zone.name(), "Asia/Shanghai");
  EXPECT_FALSE(program.expiry.never);
  EXPECT_EQ(program.expiry.after, (ledger::Period{.months = 12}));
  EXPECT_EQ(program.expiry.rounding, ledger::ExpiryRounding::kMonthEnd);
  EXPECT_EQ(program.pending.mode, ledger::PendingMode::kAfterPeriod);
  EXPECT_EQ(program.pending.after, (ledger::Period{.seconds = 3}));
  EXPECT_EQ(program.debt.take_back, ledger::TakeBackPolicy::kUnlimited);
  EXPECT_EQ(program.returns.grace, (ledger::Period{.days = 30}));
  EXPECT_EQ(program.base_rate.per_minor_units, 100);
  EXPECT_EQ(program.stores.size(), 3U);
  EXPECT_EQ(program.stores.at("sh-001").legal_entity, "sample-retail-shanghai");
  EXPECT_FALSE(file->effective_from);
}

TEST(ProgramFile, WhatIsLeftOutHasTheDocumentedMeaning) {
  const auto file = ProgramFromText(std::string(kHead) + kPoints);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->program.expiry.never);
  EXPECT_EQ(file->program.pending.mode, ledger::PendingMode::kAtOnce);
  EXPECT_EQ(file->program.debt.take_back, ledger::TakeBackPolicy::kWithinBalance);
  EXPECT_FALSE(file->program.returns.grace);
  EXPECT_EQ(file->program.hold_default, (ledger::Period{.seconds = 900}));
}

TEST(ProgramFile, EffectiveFromIsRead) {
  const auto file = ProgramFromText(std::string(kHead) + kPoints +
                                    "effective_from: \"2026-01-01T00:00:00+08:00\"");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->effective_from, (base::Instant{1'767'196'800'000'000}));
}

TEST(ProgramFile, AnEmptyOneIsToldAllItLacks) {
  EXPECT_THAT(Faults(""), ElementsAre("program_id: is required", "currency: is required",
                                      "time_zone: is required", "points: is required"));
}

TEST(ProgramFile, EveryBrokenRuleIsReportedWithItsLine) {
  EXPECT_THAT(
      Faults(R"(program_id: "P!"
currency: "yuan"
time_zone: "Mars/Olympus"
effective_from: "tomorrow"
stores { store_id: "a" legal_entity: "x" }
stores { store_id: "a" legal_entity: "x" }
stores { store_id: "b c" }
channels { channel_id: "c" role: 9 }
channels { channel_id: "c" role: PRIVATE }
points {
  base_rate { points: 0 per_minor_units: 1000000001 }
  expiry {
    never: true
    after { months: -1 }
    round_up_to: MONTH_END
    extended_by_activity: true
  }
  pending { release: AT_ONCE after { days: 1 } }
  debt {
    take_back: UNLIMITED
    deduct_minor_units: 1
    late_spend_debt_max: -1
  }
  returns { grace { } }
  hold_default { days: 91 }
})"),
      ElementsAre(
          "line 1:1: program_id: must be 1-32 of [a-z0-9-]",
          "line 2:1: currency: must be three capital letters (ISO 4217)",
          "line 3:1: time_zone: is no IANA time zone that this machine knows",
          "line 4:1: effective_from: must be a time like 2026-01-01T00:00:00+08:00 (RFC 3339)",
          "line 6:10: stores[1].store_id: is the id of an earlier store too",
          "line 7:1: stores[2].legal_entity: is required",
          "line 7:10: stores[2].store_id: must be 1-64 printable ASCII characters without spaces",
          "line 8:28: channels[0].role: must be PRIVATE or REFERENCE",
          "line 9:12: channels[1].channel_id: is the id of an earlier channel too",
          "line 11:15: points.base_rate.points: must be 1 to 1000000000, not 0",
          "line 11:25: points.base_rate.per_minor_units: must be 1 to 1000000000, not 1000000001",
          "line 14:5: points.expiry.after: says nothing where points never expire: take it out",
          "line 14:13: points.expiry.after.months: must be 0 to 1200, not -1",
          "line 15:5: points.expiry.round_up_to: says nothing where points never expire: take it "
          "out",
          "line 16:5: points.expiry.extended_by_activity: says nothing where points never expire: "
          "take it out",
          "line 18:30: points.pending.after: is for AFTER_PERIOD only: take it out",
          "line 21:5: points.debt.deduct_minor_units: is for DEDUCT_FROM_REFUND only: take it out",
          "line 22:5: points.debt.late_spend_debt_max: must be 0 to 1000000000000, not -1",
          "line 24:13: points.returns.grace: must be longer than nothing",
          "line 25:3: points.hold_default: must be at most 90 days"));
}

TEST(ProgramFile, PoliciesThatNeedMoreSaySo) {
  const auto faults = [](const std::string& rules) {
    return Faults(std::string(kHead) + "points { base_rate { points: 1 per_minor_units: 1 } " +
                  rules + " }");
  };
  EXPECT_THAT(
      faults("expiry { }"),
      ElementsAre(
          "line 4:53: points.expiry: is required: either `never: true` or `after { ... }`"));
  EXPECT_THAT(faults("expiry { after { } }"),
              ElementsAre("line 4:62: points.expiry.after: must be longer than nothing"));
  EXPECT_THAT(faults("expiry { never: true } pending { release: AFTER_PERIOD }"),
              ElementsAre("line 4:76: points.pending.after: is required for AFTER_PERIOD"));
  EXPECT_THAT(faults("expiry { never: true } debt { take_back: DEDUCT_FROM_REFUND }").size(), 2U);
  EXPECT_THAT(faults("expiry { never: true } debt { late_spend_debt_max: 1 }").size(), 1U);
}

TEST(ProgramFile, WhatIsRequiredIsMissedOutsideTheMessageWithAFault) {
  EXPECT_THAT(Faults(R"(program_id: "p"
currency: "CNY"
points {
  base_rate { points: 1 per_minor_units: 100 }
  expiry {
    never: perhaps
  }
})"),
              ElementsAre("time_zone: is required",
                          ::testing::AllOf(HasSubstr("line 6:12: "),
                                           HasSubstr("; and maybe more: mend these"))));
}

TEST(ProgramFile, FaultsOfTheTextAreAllFoundAndTheRestIsStillChecked) {
  EXPECT_THAT(
      Faults(R"(program_id: 5
currency: "yuan"
colour: "red"
time_zone "Asia/Shanghai" extra: 1
points {
  base_rate { points: 1 per_minor_units: 100 }
  bonus: 3
  expiry {
    never: perhaps
  }
})"),
      ElementsAre("line 1:13: Expected string, got: 5",
                  "line 2:1: currency: must be three capital letters (ISO 4217)",
                  HasSubstr("line 3:7: Message type \"fairpoint.v1.Program\" has no field "
                            "named \"colour\""),
                  HasSubstr("line 4:11: Expected \":\""),
                  HasSubstr("line 7:8: Message type \"fairpoint.v1.PointRules\" has no field "
                            "named \"bonus\""),
                  HasSubstr("Invalid value for boolean field \"never\"")));
}

TEST(ProgramFile, AnUnknownValueIsReportedWhereItStands) {
  EXPECT_THAT(
      Faults(std::string(kHead) + R"(points {
  base_rate { points: 1 per_minor_units: 100 }
  expiry { never: true }
  pending {
    release: LATER
    after { days: 1 }
  }
  debt { take_back: NEVER }
})"),
      ElementsAre("line 8:14: Unknown enumeration value of \"LATER\" for field \"release\".",
                  "line 11:21: Unknown enumeration value of \"NEVER\" for field "
                  "\"take_back\"; and maybe more: mend these and check again"));
}

TEST(ProgramFile, AMessageThatIsNeverClosedIsOneFault) {
  EXPECT_THAT(Faults(std::string(kHead) + "points {\n"), testing::SizeIs(testing::Ge(1)));
  EXPECT_THAT(Faults("}"), testing::SizeIs(testing::Ge(1)));
}

TEST(ProgramFile, OddFilesAreRefusedWhole) {
  EXPECT_THAT(Faults(std::string(kProgramBytesMax + 1, ' ')),
              ElementsAre("file: is larger than 1 MiB"));
  EXPECT_THAT(Faults(std::string("a\0b", 3)), ElementsAre("file: has a zero byte in it"));
  EXPECT_FALSE(Faults("\xff\xfe").empty());
  EXPECT_FALSE(Faults(std::string(10'000, '{')).empty());
}

TEST(ProgramFile, FaultsAsAStatus) {
  const auto file = ProgramFromText(std::string(kHead) + "points { }");
  EXPECT_EQ(base::ReasonOf(file.status()), "PROGRAM_FAULTS");
  const auto detail = base::DetailOf(file.status());
  ASSERT_EQ(detail->violations.size(), 2U);
  EXPECT_EQ(detail->violations[0].field, "line 4:1: points.base_rate");
}

TEST(ProgramOfVersion, TakesVersionAndInstantFromTheRow) {
  ledger::ProgramVersion version;
  version.program_id = base::ProgramId("p");
  version.version = 3;
  version.effective_from = base::Instant{42};
  version.text = std::string(kHead) + kPoints + "effective_from: \"2026-01-01T00:00:00Z\"";
  const auto program = ProgramOfVersion(version);
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_EQ(program->version, 3);
  EXPECT_EQ(program->effective_from, base::Instant{42});
  version.program_id = base::ProgramId("q");
  EXPECT_EQ(ProgramOfVersion(version).status().code(), absl::StatusCode::kDataLoss);
  version.text = "rubbish";
  EXPECT_EQ(ProgramOfVersion(version).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fairpoint::api
