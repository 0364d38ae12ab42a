#include "server/imports/import_orders.h"

#include <unistd.h>

#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "server/client.h"
#include "server/imports/ask_program.h"
#include "server/imports/mapping.h"
#include "server/imports/mapping_file.h"
#include "server/imports/outcome.h"
#include "server/imports/progress.h"
#include "server/imports/read_orders.h"
#include "server/imports/rejects_file.h"
#include "server/imports/send_book.h"
#include "server/imports/summary.h"

namespace fairpoint::server::imports {
namespace {

constexpr int kRejected = 1;
constexpr int kNotFoundOut = 2;

absl::Status ReadBook(const ImportOptions& options, const Mapping& mapping, Progress& progress,
                      Book& book) {
  ReadFileResult result;
  const absl::Status read =
      ReadInput(options.input, progress, [&](const ByteSource& source) -> absl::StatusOr<bool> {
        if (absl::Status all = ReadOrders(mapping, source, result); !all.ok()) return all;
        return result.ends_in_newline;
      });
  if (read.ok()) book = std::move(result.book);
  return read;
}

absl::Status WriteReports(const ImportOptions& options, const Book& book, const Outcome& outcome) {
  const std::string path = RejectsPath(options.input, options.rejects);
  std::vector<Report> reports = book.rejects;
  reports.insert(reports.end(), outcome.unmatched.begin(), outcome.unmatched.end());
  if (reports.empty()) {
    SayNoneRejected(path);
    return absl::OkStatus();
  }
  const absl::Status written = WriteRejects(path, book.texts, std::move(reports));
  if (!written.ok()) return written;
  std::cerr << WithCommas(std::ssize(book.rejects)) << " rows rejected, "
            << WithCommas(std::ssize(outcome.unmatched))
            << " rows returned more than was bought: see " << path << "\n";
  return absl::OkStatus();
}

// What is written at the end, whatever the end is.
int WriteResults(const ImportOptions& options, const Book& book, const Outcome& outcome,
                 const Summary& summary) {
  absl::Status written = WriteReports(options, book, outcome);
  if (!options.summary_json.empty()) {
    written.Update(WriteWholeFile(options.summary_json, ToJson(summary)));
  }
  if (!written.ok()) {
    std::cerr << written.message() << "\n";
    return kNotFoundOut;
  }
  return book.rejects.empty() ? 0 : kRejected;
}

void SayWhatChanged(const Answered& answered) {
  if (answered.orders_new == 0 && answered.orders_replayed > 0) {
    std::cout << "nothing changed: all " << WithCommas(answered.orders_replayed)
              << " orders had been imported before\n";
  }
}

}  // namespace

int ImportOrders(const ImportOptions& options) {
  const absl::Time began_at = base::SteadyNow();
  Progress progress(std::cerr, isatty(STDERR_FILENO) == 1);
  if (options.mapping == "-" && options.input == "-") {
    std::cerr << "the mapping and the orders cannot both be standard input\n";
    return kNotFoundOut;
  }
  const absl::StatusOr<Mapping> mapping = ReadMappingFile(options.mapping, &ReadMapping);
  if (!mapping.ok()) {
    std::cerr << mapping.status().message() << "\n";
    return kNotFoundOut;
  }
  // Before the file is read, which may take a while.
  std::optional<Client> client;
  if (!options.dry_run) {
    absl::StatusOr<Client> made = Client::Make(options.client);
    if (!made.ok()) {
      std::cerr << made.status().message() << "\n";
      return kNotFoundOut;
    }
    client = *std::move(made);
    const absl::StatusOr<AskedProgram> program = AskProgram(*client, options.program_id);
    if (!program.ok()) {
      std::cerr << program.status().message() << "nothing was imported\n";
      return ExitCodeOf(program.status());
    }
    if (program->currency != mapping->currency) {
      std::cerr << "the mapping says " << mapping->currency << ", the programme "
                << program->currency << ": nothing was imported\n";
      return kRejected;
    }
  }
  Book book;
  if (const absl::Status read = ReadBook(options, *mapping, progress, book); !read.ok()) {
    std::cerr << read.message() << "\n";
    return kNotFoundOut;
  }
  Outcome outcome;
  absl::Status sent;
  if (client.has_value()) {
    SendOptions send;
    send.program_id = options.program_id;
    send.identity_kind = mapping->identity_kind;
    send.currency = mapping->currency;
    send.stream.window = options.window;
    sent = SendBook(*client, send, book, progress, outcome);
  }
  Summary summary;
  summary.read = book.counts;
  summary.members = std::ssize(book.customers) - outcome.customers_refused;
  summary.members_new = outcome.members_new;
  if (client.has_value()) summary.answered = outcome.answered;
  summary.milliseconds = absl::ToInt64Milliseconds(base::SteadyNow() - began_at);
  const int code = WriteResults(options, book, outcome, summary);
  std::cout << ToText(summary);
  if (!sent.ok()) {
    std::cerr << "the import is not complete; start it again to finish it: " << sent.message();
    return ExitCodeOf(sent);
  }
  if (client.has_value()) SayWhatChanged(outcome.answered);
  return code;
}

}  // namespace fairpoint::server::imports
