#include "server/export_balances.h"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "server/client.h"
#include "server/imports/progress.h"
#include "server/imports/rejects_file.h"

namespace fairpoint::server {
namespace {

constexpr int kNotFoundOut = 2;
constexpr absl::Duration kPatience = absl::Minutes(30);

constexpr char kHelp[] = R"(Examples:
  fairpoint export balances --csv --program my-club --key-file auditor.key > balances.csv
  fairpoint export balances --csv --program my-club --identity-kind card --key-file auditor.key --out balances.csv

Writes identity,available and a row for every member, as of one instant, sorted by the identity's bytes.
Identities are written in the clear: keep the file as you keep the members' list.
Exit codes: 0 all is written, 1 the server refused, 2 it could not be asked or the file not be written;
then nothing is written.)";

std::string CsvField(const std::string& text) {
  const bool is_plain = text.find_first_of(",\"\r\n") == std::string::npos && !text.empty() &&
                        text.front() != ' ' && text.back() != ' ';
  if (is_plain) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

absl::StatusOr<std::vector<BalanceRow>> ReadBalances(const ExportBalancesOptions& options,
                                                     absl::Time& as_of) {
  absl::StatusOr<Client> client = Client::Make(options.client);
  if (!client.ok()) return client.status();
  grpc::ClientContext context;
  client->Authorize(context);
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  v1::ExportBalancesRequest request;
  request.set_program_id(options.program_id);
  request.set_identity_kind(options.identity_kind);
  const auto stream = client->members().ExportBalances(&context, request);
  std::vector<BalanceRow> rows;
  bool has_time = false;
  for (v1::ExportBalancesResponse message; stream->Read(&message);) {
    if (message.has_as_of_time()) {
      has_time = true;
      as_of = absl::FromUnixSeconds(message.as_of_time().seconds()) +
              absl::Nanoseconds(message.as_of_time().nanos());
    }
    for (auto& row : *message.mutable_rows()) {
      rows.push_back({std::move(*row.mutable_identity()->mutable_value()),
                      std::move(*row.mutable_identity()->mutable_kind()), row.available()});
    }
  }
  if (const grpc::Status status = stream->Finish(); !status.ok()) return client->Failure(status);
  if (!has_time) return absl::AbortedError("the server's answer has no as_of_time\n");
  return rows;
}

}  // namespace

std::string BalancesAsCsv(std::vector<BalanceRow> rows) {
  std::ranges::sort(rows, [](const BalanceRow& one, const BalanceRow& other) {
    return std::tie(one.identity, one.kind) < std::tie(other.identity, other.kind);
  });
  std::string csv = "identity,available\n";
  for (const BalanceRow& row : rows) {
    absl::StrAppend(&csv, CsvField(row.identity), ",", row.available, "\n");
  }
  return csv;
}

int ExportBalances(const ExportBalancesOptions& options) {
  absl::Time as_of;
  absl::StatusOr<std::vector<BalanceRow>> rows = ReadBalances(options, as_of);
  if (!rows.ok()) {
    std::cerr << rows.status().message() << "nothing was written\n";
    return ExitCodeOf(rows.status());
  }
  const auto count = std::ssize(*rows);
  const std::string csv = BalancesAsCsv(*std::move(rows));
  if (options.out.empty()) {
    std::cout << csv << std::flush;
    if (!std::cout) {
      std::cerr << "cannot write standard output\n";
      return kNotFoundOut;
    }
  } else if (const absl::Status written = imports::WriteWholeFile(options.out, csv);
             !written.ok()) {
    std::cerr << written.message() << "\n";
    return kNotFoundOut;
  }
  std::cerr << imports::WithCommas(count) << " members as of "
            << absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", as_of, absl::UTCTimeZone()) << "\n";
  return 0;
}

void AddExportBalancesFlags(CLI::App& command, ExportBalancesOptions& options) {
  AddClientFlags(command, options.client, /*needs_key=*/true);
  command.add_option("--program", options.program_id, "The programme's id")->required();
  command.add_flag("--csv", options.csv, "As CSV, the only format there is");
  command.add_option("--identity-kind", options.identity_kind,
                     "Name members by this kind of identity where they have one (phone, card, ...) "
                     "[the one that was linked first]");
  command.add_option("--out", options.out,
                     "Write this file, whole or not at all [standard output]");
  command.footer(kHelp);
}

}  // namespace fairpoint::server
