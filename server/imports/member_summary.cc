#include "server/imports/member_summary.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/imports/progress.h"
#include "server/imports/summary.h"

namespace fairpoint::server::imports {

absl::Status CheckTotals(const Totals& totals, const ExpectedTotals& expected, bool required) {
  if (required && (!expected.members.has_value() || !expected.points.has_value())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the file has ", WithCommas(totals.members), " members, ", WithCommas(totals.points),
        " points and ", WithCommas(totals.lots),
        " lots: give --expect-members and --expect-points as the old system has them\n"));
  }
  std::string differs;
  const auto compare = [&differs](const char* what, int64_t has, std::optional<int64_t> wanted) {
    if (!wanted.has_value() || *wanted == has) return;
    absl::StrAppend(&differs, "the file has ", WithCommas(has), " ", what, ", and not ",
                    WithCommas(*wanted), " (--expect-", what, ")\n");
  };
  compare("members", totals.members, expected.members);
  compare("points", totals.points, expected.points);
  compare("lots", totals.lots, expected.lots);
  return differs.empty() ? absl::OkStatus() : absl::FailedPreconditionError(differs);
}

std::string ToJson(const MemberSummary& summary) {
  const auto asked = [&summary](int64_t MemberOutcome::*number) -> nlohmann::ordered_json {
    if (!summary.outcome.has_value()) return nullptr;
    return (*summary.outcome).*number;
  };
  nlohmann::ordered_json json;
  json["rows"] = summary.rows;
  json["rows_rejected"] = summary.rows_rejected;
  json["members"] = summary.totals.members;
  json["lots"] = summary.totals.lots;
  json["points"] = summary.totals.points;
  json["tags"] = summary.tags;
  json["members_imported"] = asked(&MemberOutcome::imported);
  json["members_replayed"] = asked(&MemberOutcome::replayed);
  json["members_created"] = asked(&MemberOutcome::created);
  json["members_there_already"] = nullptr;
  if (summary.outcome.has_value()) {
    json["members_there_already"] = summary.outcome->imported - summary.outcome->created;
  }
  json["members_rejected"] = asked(&MemberOutcome::refused);
  json["lots_imported"] = asked(&MemberOutcome::lots);
  json["points_imported"] = asked(&MemberOutcome::points);
  json["tags_imported"] = asked(&MemberOutcome::tags);
  json["seconds"] = SecondsOf(summary.milliseconds);
  return json.dump(2) + "\n";
}

std::string ToText(const MemberSummary& summary) {
  std::string text;
  AppendNumber(text, "rows", summary.rows);
  AppendNumber(text, "rows rejected", summary.rows_rejected);
  AppendNumber(text, "members in the file", summary.totals.members);
  AppendNumber(text, "lots in the file", summary.totals.lots);
  AppendNumber(text, "points in the file", summary.totals.points);
  AppendNumber(text, "tags in the file", summary.tags);
  if (!summary.outcome.has_value()) return text;
  const MemberOutcome& outcome = *summary.outcome;
  AppendNumber(text, "members imported", outcome.imported,
               absl::StrCat(", ", WithCommas(outcome.replayed), " of them before").c_str());
  AppendNumber(text, "of them created", outcome.created);
  AppendNumber(text, "of them there already", outcome.imported - outcome.created);
  AppendNumber(text, "members rejected by the server", outcome.refused);
  AppendNumber(text, "lots imported", outcome.lots);
  AppendNumber(text, "points imported", outcome.points);
  AppendNumber(text, "tags imported", outcome.tags);
  return text;
}

}  // namespace fairpoint::server::imports
