#include "server/imports/import_orders.h"

namespace fairpoint::server::imports {
namespace {

constexpr int64_t kWindowMax = 10'000;

constexpr char kHelp[] = R"(Examples:
  fairpoint import orders --mapping shop.mapping.textproto --program my-club --dry-run orders.csv
  fairpoint import orders --mapping shop.mapping.textproto --program my-club --key-file admin.key orders.csv
  xz -dc orders.csv.xz | fairpoint import orders --mapping shop.mapping.textproto --program my-club \
      --key-file admin.key --rejects orders.rejects.csv --summary-json summary.json -

The whole file is read and checked before anything is sent. Rows with the same order number are one
order; a row that is refused takes its order with it, and the file of rejects says why. A row keeps up to
50 bytes in memory, an order 150 (540,000 rows of 22,000 orders: 35 MB in all).
Importing a file again changes nothing; an import that was stopped is finished by starting it again.
docs/imports.md explains the mapping file, the rules and the summary.
Exit codes: 0 all is imported, 1 some rows were rejected or the server refused, 2 the file could not
be read or no server asked.)";

}  // namespace

void AddImportOrdersFlags(CLI::App& command, ImportOptions& options) {
  AddClientFlags(command, options.client, /*needs_key=*/true);
  command.add_option("--mapping", options.mapping, "Which column is what: a mapping file")
      ->required();
  command.add_option("--program", options.program_id, "The programme's id")->required();
  command.add_option("--rejects", options.rejects,
                     "Where rows that are not imported are listed, with reasons, if there are any "
                     "[FILE.rejects.csv]");
  command.add_option("--summary-json", options.summary_json, "Write the summary as JSON");
  command.add_flag("--dry-run", options.dry_run, "Read and check only: no server is asked");
  command.add_option("--window", options.window, "Orders sent without an answer yet")
      ->check(WholeNumber(1, kWindowMax))
      ->capture_default_str();
  command.add_option("FILE", options.input, "The CSV file; - is standard input")->required();
  command.footer(kHelp);
}

}  // namespace fairpoint::server::imports
