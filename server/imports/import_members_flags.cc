#include <cstdint>
#include <limits>

#include "server/imports/import_members.h"

namespace fairpoint::server::imports {
namespace {

constexpr int64_t kWindowMax = 10'000;

constexpr char kHelp[] = R"(Examples:
  fairpoint import members --program my-club --dry-run members.csv
  fairpoint import members --program my-club --key-file admin.key --expect-members 3942 \
      --expect-points 8388330 members.csv
  fairpoint import members --program my-club --mapping old.mapping.textproto --key-file admin.key \
      --expect-members 3942 --expect-points 8388330 --expect-lots 11204 --summary-json summary.json old.csv

One row a lot, or a member without points. Columns: identity_KIND (identity_phone, identity_card, ...),
tags (gold;newsletter), points, earned_at, expires_at; others by a mapping. Rows that share an identity
are one member. The whole file is read and checked before anything is sent: if a row is rejected, or the
file has other totals than the old system, nothing is.
Importing the same file again changes nothing; an import that was stopped is finished by starting it again.
docs/imports.md explains the columns, the mapping file, the rules and the summary.
Exit codes: 0 all is imported, 1 rows were rejected, totals differ or the server refused, 2 the file could
not be read, a total is not given, or no server asked.)";

CLI::Validator Count() { return WholeNumber(0, std::numeric_limits<int64_t>::max()); }

}  // namespace

void AddImportMembersFlags(CLI::App& command, ImportMembersOptions& options) {
  AddClientFlags(command, options.client, /*needs_key=*/true);
  command.add_option("--program", options.program_id, "The programme's id")->required();
  command
      .add_option("--expect-members", options.expected.members,
                  "How many members the old system has: required but for --dry-run")
      ->check(Count());
  command
      .add_option("--expect-points", options.expected.points,
                  "How many points they have in all: required but for --dry-run")
      ->check(Count());
  command.add_option("--expect-lots", options.expected.lots, "In how many lots")->check(Count());
  command.add_option("--mapping", options.mapping,
                     "Which column is what: a mapping file, if the columns have other names");
  command.add_option("--time-zone", options.time_zone,
                     "IANA name: the zone of times without an offset [the mapping's, or UTC]");
  command.add_option("--reason", options.reason, "What the entries say, 1-256 bytes")
      ->capture_default_str();
  command.add_option("--rejects", options.rejects,
                     "Where rows that are not imported are listed, with reasons, if there are any "
                     "[FILE.rejects.csv]");
  command.add_option("--summary-json", options.summary_json, "Write the summary as JSON");
  command.add_flag("--dry-run", options.dry_run, "Read, check and count only: no server is asked");
  command.add_flag("--again", options.again,
                   "An import of this very file began before some of its lots expired: send them");
  command.add_option("--window", options.window, "Members sent without an answer yet")
      ->check(WholeNumber(1, kWindowMax))
      ->capture_default_str();
  command.add_option("FILE", options.input, "The CSV file; - is standard input")->required();
  command.footer(kHelp);
}

}  // namespace fairpoint::server::imports
