#include "server/imports/import_prices.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/time.h"
#include "server/client.h"
#include "server/imports/ask_program.h"
#include "server/imports/csv_file.h"
#include "server/imports/iso_time.h"
#include "server/imports/mapping_file.h"
#include "server/imports/price_mapping.h"
#include "server/imports/price_rows.h"
#include "server/imports/price_summary.h"
#include "server/imports/progress.h"
#include "server/imports/rejects_file.h"
#include "server/imports/send_prices.h"

namespace fairpoint::server::imports {
namespace {

constexpr int kRejected = 1;
constexpr int kNotFoundOut = 2;
constexpr size_t kSourceSizeMax = 64;
constexpr char kNothing[] = "nothing was imported\n";

int Fail(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return kNotFoundOut;
}

absl::Status CheckOptions(const ImportPricesOptions& options) {
  if (options.mapping == "-" && options.input == "-") {
    return absl::InvalidArgumentError("the mapping and the prices cannot both be standard input");
  }
  if (options.source.size() > kSourceSizeMax ||
      !std::ranges::all_of(options.source, absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(
        "--source: must be at most 64 printable ASCII characters without spaces");
  }
  if (options.complete_as_of.empty() && (options.snapshot || options.complete_despite_rejects)) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.snapshot ? "--snapshot" : "--complete-despite-rejects", " needs --complete-as-of"));
  }
  return absl::OkStatus();
}

absl::StatusOr<PriceSendOptions> SendOptionsOf(const ImportPricesOptions& options,
                                               const PriceMapping& mapping) {
  PriceSendOptions send;
  send.program_id = options.program_id;
  send.source = options.source;
  send.is_confirmed = options.confirmed;
  send.is_snapshot = options.snapshot;
  send.despite_rejects = options.complete_despite_rejects;
  send.stream.window = options.window;
  if (options.on_above_cap == "clamp") send.on_above_cap = v1::RecordOffersRequest::CLAMP;
  if (options.complete_as_of.empty()) return send;
  const absl::StatusOr<base::Instant> time =
      IsoTimeReader(mapping.zone).Read(options.complete_as_of);
  if (!time.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--complete-as-of: \"", options.complete_as_of,
                                                   "\" ", time.status().message()));
  }
  send.complete_as_of = *time;
  return send;
}

// The client, and the programme's currency. Says what went wrong, and leaves the exit code.
std::optional<Client> Ask(const ImportPricesOptions& options, const PriceMapping& mapping,
                          std::string& currency, int& code) {
  absl::StatusOr<Client> client = Client::Make(options.client);
  if (!client.ok()) {
    code = Fail(client.status());
    return std::nullopt;
  }
  const absl::StatusOr<AskedProgram> program = AskProgram(*client, options.program_id);
  if (!program.ok()) {
    std::cerr << program.status().message() << kNothing;
    code = ExitCodeOf(program.status());
    return std::nullopt;
  }
  if (!mapping.currency.empty() && program->currency != mapping.currency) {
    std::cerr << "the mapping says " << mapping.currency << ", the programme " << program->currency
              << ": " << kNothing;
    code = kRejected;
    return std::nullopt;
  }
  currency = program->currency;
  return *std::move(client);
}

// What is written at the end, whatever the end is.
absl::Status WriteResults(const ImportPricesOptions& options, const PriceBook& book,
                          const PriceSummary& summary) {
  std::cout << ToText(summary) << std::flush;
  absl::Status written;
  const std::string path = RejectsPath(options.input, options.rejects);
  if (book.rejects.empty()) {
    SayNoneRejected(path);
  } else {
    written = WriteRejects(path, book.texts, book.rejects, "channel");
    if (written.ok()) {
      std::cerr << WithCommas(summary.rows_rejected)
                << " rows rejected, with all or some of their prices: see " << path << "\n";
    }
  }
  if (!options.summary_json.empty()) {
    written.Update(WriteWholeFile(options.summary_json, ToJson(summary)));
  }
  return written;
}

void SayWhatChanged(const PriceOutcome& outcome) {
  for (const std::string& withheld : outcome.feeds_withheld) {
    std::cerr << "not said to be complete: " << withheld << "\n";
  }
  const PriceCounts& facts = outcome.facts;
  const PriceCounts& offers = outcome.offers;
  const int64_t known = facts.duplicate + offers.duplicate;
  const bool is_new =
      facts.recorded + facts.held + offers.recorded + offers.clamped + outcome.listings_withdrawn >
      0;
  if (known > 0 && !is_new) {
    std::cout << "no price changed: " << WithCommas(known) << " had been imported before\n";
  }
}

PriceSummary SummaryOf(const PriceBook& book, const std::optional<PriceOutcome>& outcome) {
  PriceSummary summary;
  summary.rows = book.row_count;
  summary.rows_rejected = book.RejectedRowCount();
  summary.amounts_missing = book.amounts_missing;
  summary.facts = std::ssize(book.facts);
  summary.offers = std::ssize(book.offers);
  summary.outcome = outcome;
  return summary;
}

}  // namespace

int ImportPrices(const ImportPricesOptions& options) {
  const absl::Time began_at = base::SteadyNow();
  Progress progress(std::cerr, isatty(STDERR_FILENO) == 1);
  if (const absl::Status status = CheckOptions(options); !status.ok()) return Fail(status);
  const absl::StatusOr<PriceMapping> mapping = ReadMappingFile(options.mapping, &ReadPriceMapping);
  if (!mapping.ok()) return Fail(mapping.status());
  const absl::StatusOr<PriceSendOptions> send = SendOptionsOf(options, *mapping);
  if (!send.ok()) return Fail(send.status());
  // Before the file is read, which may take a while.
  std::optional<Client> client;
  std::string currency;
  int code = 0;
  if (!options.dry_run) {
    client = Ask(options, *mapping, currency, code);
    if (!client.has_value()) return code;
  }
  PriceBook book;
  const absl::Status read = ReadInput(options.input, progress, [&](const ByteSource& source) {
    return ReadPrices(*mapping, currency, source, book);
  });
  if (!read.ok()) return Fail(read);
  std::optional<PriceOutcome> outcome;
  absl::Status sent;
  if (client.has_value()) {
    outcome.emplace();
    sent = SendFacts(*client, *send, *mapping, book, progress, *outcome);
    if (sent.ok()) sent = SendOffers(*client, *send, *mapping, book, progress, *outcome);
  }
  PriceSummary summary = SummaryOf(book, outcome);
  summary.milliseconds = absl::ToInt64Milliseconds(base::SteadyNow() - began_at);
  if (const absl::Status written = WriteResults(options, book, summary); !written.ok()) {
    return Fail(written);
  }
  if (!sent.ok()) {
    std::cerr << "the import is not complete; start it again to finish it: " << sent.message();
    return ExitCodeOf(sent);
  }
  if (outcome.has_value()) SayWhatChanged(*outcome);
  const bool is_whole =
      book.rejects.empty() && (!outcome.has_value() || outcome->feeds_withheld.empty());
  return is_whole ? 0 : kRejected;
}

}  // namespace fairpoint::server::imports
