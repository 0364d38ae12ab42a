#include <set>

#include "server/imports/import_prices.h"

namespace fairpoint::server::imports {
namespace {

constexpr int64_t kWindowMax = 100;

constexpr char kHelp[] = R"(Examples:
  fairpoint import prices --mapping feed.mapping.textproto --program my-club --dry-run prices.csv
  fairpoint import prices --mapping feed.mapping.textproto --program my-club --key-file admin.key \
      --source scout --complete-as-of 2026-07-31T18:00:00+08:00 prices.csv
  fairpoint import prices --mapping shelf.mapping.textproto --program my-club --key-file admin.key \
      --complete-as-of 2026-07-31T06:00 --snapshot --on-above-cap clamp --summary-json summary.json shelf.csv
  fairpoint import prices --mapping sale.mapping.textproto --program my-club --key-file admin.key \
      --confirmed sale.csv

One row may have prices of several channels: those of reference channels are recorded as price facts, those
of private ones as offers. The whole file is read and checked before anything is sent. A price that is
rejected takes nothing else with it; the file of rejects says which and why. An empty amount is no price.
Importing a file again changes nothing; an import that was stopped is finished by starting it again.
A price fact that falls far is held for a while, lest a misprint caps ours; --confirmed says that the file
was looked at, and nothing of it is held. It does not free what an earlier import left held.
--complete-as-of says that the file has all that its reference channels offered up to then. It is not said
of a channel of which prices were rejected, unless --complete-despite-rejects is given.
docs/imports.md explains the mapping file, the rules and the summary.
Exit codes: 0 all is imported, 1 some prices were rejected, a feed was not said to be complete or the server
refused, 2 the file could not be read or no server asked.)";

}  // namespace

void AddImportPricesFlags(CLI::App& command, ImportPricesOptions& options) {
  AddClientFlags(command, options.client, /*needs_key=*/true);
  command.add_option("--mapping", options.mapping, "Which column is what: a mapping file")
      ->required();
  command.add_option("--program", options.program_id, "The programme's id")->required();
  command.add_option("--source", options.source, "Who says so, as the facts' history shows it");
  command.add_option("--complete-as-of", options.complete_as_of,
                     "The file has all that its reference channels offered up to then: ISO 8601, "
                     "without an offset in the mapping's zone");
  command.add_flag("--confirmed", options.confirmed,
                   "You vouch for the file: none of its price facts is held, however far it falls");
  command.add_flag("--snapshot", options.snapshot,
                   "What the file does not name of its reference channels is not offered any more");
  command.add_flag("--complete-despite-rejects", options.complete_despite_rejects,
                   "Say so of channels, too, of which prices were rejected; they are no snapshots");
  command
      .add_option("--on-above-cap", options.on_above_cap,
                  "What to do with offers above the cap: refuse, or clamp: record the cap")
      ->check(CLI::IsMember(std::set<std::string>{"refuse", "clamp"}))
      ->capture_default_str();
  command.add_option("--rejects", options.rejects,
                     "Where prices that are not imported are listed, with reasons, if there are "
                     "any [FILE.rejects.csv]");
  command.add_option("--summary-json", options.summary_json, "Write the summary as JSON");
  command.add_flag("--dry-run", options.dry_run, "Read and check only: no server is asked");
  command
      .add_option("--window", options.window,
                  "Messages of up to 500 facts sent without an answer yet")
      ->check(WholeNumber(1, kWindowMax))
      ->capture_default_str();
  command.add_option("FILE", options.input, "The CSV file; - is standard input")->required();
  command.footer(kHelp);
}

}  // namespace fairpoint::server::imports
