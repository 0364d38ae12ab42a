#include "audit/report.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace fairpoint::audit {
namespace {

Report Sample() {
  Report report;
  report.ok = true;
  report.programs = 1;
  report.members = 2;
  report.entries = 3'000;
  report.took = absl::Milliseconds(1500);
  report.took_members = absl::Milliseconds(1000);
  ProgramTotals totals;
  totals.program_id = base::ProgramId("sample");
  totals.members = 2;
  totals.issued = absl::int128(INT64_MAX) * 4;
  totals.debt = -1;
  report.totals = {totals};
  return report;
}

TEST(ReportTest, TellsThatAllIsWell) {
  EXPECT_EQ(ToText(Sample()),
            "all is well\n"
            "\n"
            "checked 3000 entries, 0 events, 0 lots, 0 holds and 0 reversals of 2 members; 0 "
            "receipts; 0 programme versions; "
            "0 journal rows with 0 leaves in 0 lanes\n"
            "in 1.5 s: 2000 entries/s; the pass over members 1.0 s: 3000 entries/s\n"
            "\n"
            "programme sample: 2 members, 0 entries\n"
            "  issued          36893488147419103228\n"
            "  redeemed                           0\n"
            "  expired                            0\n"
            "  clawedBack                         0\n"
            "  available                          0\n"
            "  pending                            0\n"
            "  held                               0\n"
            "  debt                              -1\n"
            "  lifetimeEarned                     0\n");
}

TEST(ReportTest, NamesWhatIsWrong) {
  Report report = Sample();
  report.ok = false;
  report.findings_total = 3;
  report.findings = {{"entry", "sample", "M.5", "points", "100", "200"},
                     {"lane", "", "1", "head_hash", "aa", "bb"}};
  const std::string text = ToText(report);
  EXPECT_EQ(text.substr(0, text.find("\n\n")),
            "NOT well: 3 findings\n"
            "  entry M.5 of programme sample: points: expected 100, found 200\n"
            "  lane 1: head_hash: expected aa, found bb\n"
            "  and 1 more");
}

TEST(ReportTest, IsJsonWhateverTheRowsHold) {
  Report report = Sample();
  report.ok = false;
  report.findings_total = 1;
  report.findings = {{"receipt", "sample", "a\"b\\c\n\x01\xff\x7f", "kind", "", "1"}};
  const nlohmann::json json = nlohmann::json::parse(ToJson(report));
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["findingsTotal"], 1);
  EXPECT_EQ(json["findings"][0]["record"], "receipt");
  EXPECT_EQ(json["findings"][0]["programId"], "sample");
  EXPECT_EQ(json["findings"][0]["name"], "a\"b\\c\n\x01\u00ff\x7f");
  EXPECT_EQ(json["checked"]["entries"], 3000);
  EXPECT_EQ(json["seconds"], 1.5);
  EXPECT_EQ(json["entriesPerSecond"], 2000);
  EXPECT_EQ(json["memberPassEntriesPerSecond"], 3000);
  EXPECT_EQ(json["totals"][0]["issued"], "36893488147419103228");
  EXPECT_EQ(json["totals"][0]["members"], 2);
}

}  // namespace
}  // namespace fairpoint::audit
