#include "audit/report.h"

#include <utility>

#include "audit/findings.h"
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
            "identities; 0 receipts; 0 programme versions; "
            "0 journal rows with 0 leaves in 0 lanes\n"
            "in 1.5 s: 2000 entries/s; the pass over members 1.0 s: 3000 entries/s\n"
            "\n"
            "programme sample: 2 members, 0 entries\n"
            "  issued          36893488147419103228\n"
            "  redeemed                           0\n"
            "  expired                            0\n"
            "  clawedBack                         0\n"
            "  adjusted                           0\n"
            "  transferred                        0\n"
            "  available                          0\n"
            "  pending                            0\n"
            "  held                               0\n"
            "  debt                              -1\n"
            "  lifetimeEarned                     0\n");
}

TEST(ReportTest, OneIsNoPlural) {
  Report report = Sample();
  report.entries = report.members = report.member_events = report.lanes = report.journal_leaves = 1;
  report.took = report.took_members = absl::Milliseconds(2);
  const std::string text = ToText(report);
  EXPECT_NE(text.find("checked 1 entry, 1 event, 0 lots"), std::string::npos) << text;
  EXPECT_NE(text.find("of 1 member; "), std::string::npos) << text;
  EXPECT_NE(text.find("with 1 leaf in 1 lane\n"), std::string::npos) << text;
  EXPECT_NE(text.find("in 0.0 s; the pass over members 0.0 s\n"), std::string::npos)
      << "no rate of next to nothing: " << text;
}

TEST(ReportTest, AnEmptyStoreIsSaidToBeEmpty) {
  EXPECT_EQ(ToText(Sample()).find("empty"), std::string::npos);
  Report report;
  report.ok = true;
  EXPECT_NE(ToText(report).find("the store is empty: it holds no programme"), std::string::npos);
}

TEST(ReportTest, AProgrammeIsNamedOnce) {
  EXPECT_EQ(ToString({"programme", "sample", "", "head", "1", "2"}),
            "programme sample: head: expected 1, found 2");
}

TEST(ReportTest, AtLeastOneFindingIsKept) {
  Findings findings(0);
  findings.Add({"lane", "", "1", "head_hash", "aa", "bb"});
  findings.Add({"lane", "", "2", "head_hash", "aa", "bb"});
  EXPECT_EQ(findings.total(), 2);
  EXPECT_EQ(std::move(findings).kept().size(), 1u);
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

TEST(ReportTest, JsonPassesTextsOnAndEscapesBrokenBytesAlone) {
  Report report = Sample();
  const auto shown = [&report](const std::string& name) {
    report.findings = {{"entry", "sample", name, "reason", "", ""}};
    const std::string text = ToJson(report);
    EXPECT_EQ(nlohmann::json::parse(text)["findings"].size(), 1u);
    const size_t begin = text.find("\"name\":\"") + 8;
    return text.substr(begin, text.find("\",\"what\"") - begin);
  };
  EXPECT_EQ(shown("退货，多收 3 元 é 😀"), "退货，多收 3 元 é 😀");
  EXPECT_EQ(shown("\xe9\x80\x80货"), "\xe9\x80\x80货");
  EXPECT_EQ(shown("退\xe8\xb4"), "退\\u00e8\\u00b4");                    // cut short
  EXPECT_EQ(shown("\xe8退"), "\\u00e8退");                               // a byte too many
  EXPECT_EQ(shown("\xc0\xaf"), "\\u00c0\\u00af");                        // longer than need be
  EXPECT_EQ(shown("\xe0\x80\xaf"), "\\u00e0\\u0080\\u00af");             // likewise
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\u00ed\\u00a0\\u0080");             // a surrogate
  EXPECT_EQ(shown("\xf4\x90\x80\x80"), "\\u00f4\\u0090\\u0080\\u0080");  // past U+10FFFF
}

}  // namespace
}  // namespace fairpoint::audit
