// `fairpoint import orders`: a file of orders into a running server.
#ifndef FAIRPOINT_SERVER_IMPORTS_IMPORT_ORDERS_H_
#define FAIRPOINT_SERVER_IMPORTS_IMPORT_ORDERS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "server/flags.h"

namespace fairpoint::server::imports {

struct ImportOptions {
  ClientFlags client;
  std::string input;  // "-": standard input
  std::string mapping;
  std::string program_id;
  std::string rejects;       // empty: beside the input
  std::string summary_json;  // empty: none
  bool dry_run = false;
  size_t window = 512;
};

// The command; prints and returns the exit code: 0 all imported, 1 some rows rejected (or the
// server refused), 2 the file could not be read or the server not asked.
int ImportOrders(const ImportOptions& options);

// Its flags and help.
void AddImportOrdersFlags(CLI::App& command, ImportOptions& options);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_IMPORT_ORDERS_H_
