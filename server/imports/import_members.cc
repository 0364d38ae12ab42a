#include "server/imports/import_members.h"

#include <unistd.h>

#include <iostream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/time.h"
#include "server/client.h"
#include "server/imports/ask_program.h"
#include "server/imports/csv_file.h"
#include "server/imports/mapping_file.h"
#include "server/imports/member_mapping.h"
#include "server/imports/member_rows.h"
#include "server/imports/progress.h"
#include "server/imports/rejects_file.h"
#include "server/imports/send_members.h"

namespace fairpoint::server::imports {
namespace {

constexpr int kRejected = 1;
constexpr int kNotFoundOut = 2;
constexpr size_t kReasonSizeMax = 256;
constexpr char kNothing[] = "nothing was imported\n";

absl::StatusOr<MemberMapping> MappingOf(const ImportMembersOptions& options) {
  if (options.mapping == "-" && options.input == "-") {
    return absl::InvalidArgumentError("the mapping and the members cannot both be standard input");
  }
  absl::StatusOr<MemberMapping> mapping = MemberMapping{};
  if (!options.mapping.empty()) mapping = ReadMappingFile(options.mapping, &ReadMemberMapping);
  if (!mapping.ok() || options.time_zone.empty()) return mapping;
  if (absl::LoadTimeZone(options.time_zone, &mapping->zone)) return mapping;
  return absl::InvalidArgumentError(absl::StrCat("--time-zone: \"", options.time_zone,
                                                 "\" is no IANA time zone that this machine "
                                                 "knows"));
}

int Fail(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return kNotFoundOut;
}

// What is written at the end, whatever the end is.
absl::Status WriteResults(const ImportMembersOptions& options, MemberBook& book,
                          const MemberSummary& summary) {
  std::cout << ToText(summary) << std::flush;
  absl::Status written;
  const std::string path = RejectsPath(options.input, options.rejects);
  if (book.rejects.empty()) {
    SayNoneRejected(path);
  } else {
    written = WriteRejects(path, book.texts, book.rejects, "identity");
    if (written.ok()) {
      std::cerr << WithCommas(std::ssize(book.rejects)) << " rows rejected: see " << path << "\n";
    }
  }
  if (!options.summary_json.empty()) {
    written.Update(WriteWholeFile(options.summary_json, ToJson(summary)));
  }
  return written;
}

// Whether the file may be sent at all; says why not.
int CheckBook(const ImportMembersOptions& options, const MemberBook& book) {
  const absl::Status totals =
      CheckTotals(book.totals, options.expected, /*required=*/!options.dry_run);
  if (!book.rejects.empty()) {
    std::cerr << "mend or remove the rejected rows first: " << kNothing;
    return kRejected;
  }
  if (totals.ok()) return 0;
  std::cerr << totals.message() << kNothing;
  return absl::IsInvalidArgument(totals) ? kNotFoundOut : kRejected;
}

void SayWhatChanged(const MemberOutcome& outcome) {
  if (outcome.imported > 0 && outcome.replayed == outcome.imported) {
    std::cout << "nothing changed: all " << WithCommas(outcome.replayed)
              << " members had been imported before\n";
  }
}

}  // namespace

int ImportMembers(const ImportMembersOptions& options) {
  const absl::Time began_at = base::SteadyNow();
  Progress progress(std::cerr, isatty(STDERR_FILENO) == 1);
  if (options.reason.size() > kReasonSizeMax || options.reason.empty()) {
    return Fail(absl::InvalidArgumentError("--reason: must be 1-256 bytes"));
  }
  const absl::StatusOr<MemberMapping> mapping = MappingOf(options);
  if (!mapping.ok()) return Fail(mapping.status());
  // Before the file is read, which may take a while.
  std::optional<Client> client;
  std::optional<base::Instant> begins_at;
  if (!options.dry_run) {
    absl::StatusOr<Client> made = Client::Make(options.client);
    if (!made.ok()) return Fail(made.status());
    client = *std::move(made);
    const absl::StatusOr<AskedProgram> program = AskProgram(*client, options.program_id);
    if (!program.ok()) {
      std::cerr << program.status().message() << kNothing;
      return ExitCodeOf(program.status());
    }
    begins_at = program->begins_at;
  }

  MemberBook book;
  MemberSendOptions send;
  const MemberRowRules rules{base::SystemClock().Now(), !options.again, begins_at};
  const absl::Status read = ReadInput(options.input, progress, [&](const ByteSource& source) {
    return ReadMembers(*mapping, rules, Hashing(source, send.file_hash), book);
  });
  if (!read.ok()) return Fail(read);
  MemberSummary summary;
  summary.rows = book.row_count;
  summary.rows_rejected = std::ssize(book.rejects);
  summary.totals = book.totals;
  summary.tags = book.tag_count;

  absl::Status sent;
  int code = CheckBook(options, book);
  if (code == 0 && client.has_value()) {
    send.program_id = options.program_id;
    send.reason = options.reason;
    send.stream.window = options.window;
    summary.outcome.emplace();
    sent = SendMemberBook(*client, send, book, progress, *summary.outcome);
    summary.rows_rejected = std::ssize(book.rejects);
    if (!book.rejects.empty()) code = kRejected;
  }
  summary.milliseconds = absl::ToInt64Milliseconds(base::SteadyNow() - began_at);
  if (const absl::Status written = WriteResults(options, book, summary); !written.ok()) {
    return Fail(written);
  }
  if (!sent.ok()) {
    std::cerr << "the import is not complete; start it again to finish it: " << sent.message();
    return ExitCodeOf(sent);
  }
  if (summary.outcome.has_value()) SayWhatChanged(*summary.outcome);
  return code;
}

}  // namespace fairpoint::server::imports
