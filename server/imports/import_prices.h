// `fairpoint import prices`: price facts and private prices into a running server.
#ifndef FAIRPOINT_SERVER_IMPORTS_IMPORT_PRICES_H_
#define FAIRPOINT_SERVER_IMPORTS_IMPORT_PRICES_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

#include "server/flags.h"

namespace fairpoint::server::imports {

struct ImportPricesOptions {
  ClientFlags client;
  std::string input;  // "-": standard input
  std::string mapping;
  std::string program_id;
  std::string source;          // empty: not said
  std::string complete_as_of;  // ISO 8601; empty: not said
  bool confirmed = false;      // no price is held though it falls far
  bool snapshot = false;
  bool complete_despite_rejects = false;
  std::string on_above_cap = "refuse";
  std::string rejects;       // empty: beside the input
  std::string summary_json;  // empty: none
  bool dry_run = false;
  size_t window = 4;  // messages
};

// The command; prints and returns the exit code: 0 all imported, 1 some prices were rejected or a
// feed could not be called complete (or the server refused), 2 the file could not be read or the
// server not asked.
int ImportPrices(const ImportPricesOptions& options);

// Its flags and help.
void AddImportPricesFlags(CLI::App& command, ImportPricesOptions& options);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_IMPORT_PRICES_H_
