// `fairpoint export balances`: what every member has, from a running server.
#ifndef FAIRPOINT_SERVER_EXPORT_BALANCES_H_
#define FAIRPOINT_SERVER_EXPORT_BALANCES_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "server/flags.h"

namespace fairpoint::server {

struct ExportBalancesOptions {
  ClientFlags client;
  std::string program_id;
  std::string identity_kind;  // empty: each member's first
  std::string out;            // empty: standard output
  bool csv = true;
};

struct BalanceRow {
  std::string identity;
  std::string kind;
  int64_t available = 0;
};

// "identity,available" and a row each, by the identity's bytes, then by its kind.
std::string BalancesAsCsv(std::vector<BalanceRow> rows);

// The command; prints and returns the exit code: 0 all is written, 1 the server refused, 2 it could
// not be asked, or the file not be written. Then nothing is.
int ExportBalances(const ExportBalancesOptions& options);

// Its flags and help.
void AddExportBalancesFlags(CLI::App& command, ExportBalancesOptions& options);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_EXPORT_BALANCES_H_
