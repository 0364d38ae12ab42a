// `fairpoint import members`: members with their opening balances into a running server.
#ifndef FAIRPOINT_SERVER_IMPORTS_IMPORT_MEMBERS_H_
#define FAIRPOINT_SERVER_IMPORTS_IMPORT_MEMBERS_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

#include "server/flags.h"
#include "server/imports/member_summary.h"

namespace fairpoint::server::imports {

struct ImportMembersOptions {
  ClientFlags client;
  std::string input;    // "-": standard input
  std::string mapping;  // empty: the names of docs/imports.md
  std::string program_id;
  std::string time_zone;  // empty: the mapping's
  std::string reason = "opening balance";
  ExpectedTotals expected;
  std::string rejects;       // empty: beside the input
  std::string summary_json;  // empty: none
  bool dry_run = false;
  bool again = false;  // what expired since the first time is not refused
  size_t window = 512;
};

// The command; prints and returns the exit code: 0 all imported, 1 rows were rejected or the totals
// differ (or the server refused), 2 the file could not be read or the server not asked.
int ImportMembers(const ImportMembersOptions& options);

// Its flags and help.
void AddImportMembersFlags(CLI::App& command, ImportMembersOptions& options);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_IMPORT_MEMBERS_H_
