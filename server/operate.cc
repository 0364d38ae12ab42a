#include "server/operate.h"

#include <unistd.h>

#include <iostream>

#include "api/program_file.h"
#include "audit/verify.h"
#include "server/client.h"
#include "server/keyring_file.h"
#include "server/store_access.h"

namespace fairpoint::server {
namespace {

int Fail(const absl::Status& why, int code) {
  std::cerr << why.message() << "\n";
  return code;
}

void ShowProgress(const audit::Progress& progress) {
  std::cerr << "\r" << progress.pass << ": " << progress.members << " members, " << progress.entries
            << " entries, " << progress.receipts << " receipts, " << progress.journal_rows
            << " journal rows, " << static_cast<int64_t>(progress.entries_per_second)
            << " entries/s   " << std::flush;
}

}  // namespace

int RunMigrate(const StoreFlags& store) {
  absl::StatusOr<storage::StoreOptions> options = StoreOptionsOf(store, false);
  if (!options.ok()) return Fail(options.status(), 1);
  options->missing_triggers = storage::MissingTriggers::kRestore;
  const auto lock = storage::LockForServing(store.url);
  if (!lock.ok()) return Fail(lock.status(), 1);
  const auto report = storage::MigrateStore(store.url, *options);
  if (!report.ok()) return Fail(report.status(), 1);
  for (const std::string& name : report->applied) std::cout << "applied " << name << "\n";
  for (const std::string& note : report->notes) std::cout << "note: " << note << "\n";
  std::cout << "the store is at version " << report->to_version
            << (report->applied.empty() && report->notes.empty() ? ", as it was\n" : "\n");
  return 0;
}

int RunVerify(const VerifyFlags& flags) {
  auto store = OpenStore(flags.store, /*read_only=*/true);
  if (!store.ok()) return Fail(store.status(), 2);
  audit::VerifyOptions options;
  options.findings_per_pass_max = flags.findings_max;
  const auto keyring = ReadKeyring(**store, flags.store.url, flags.keyring);
  if (keyring.ok()) {
    options.keyring = &*keyring;
  } else if (!flags.keyring.empty()) {
    return Fail(keyring.status(), 2);  // it was meant to be used
  } else if (!flags.quiet) {
    std::cerr << "identities are checked without keys: " << keyring.status().message() << "\n";
  }
  options.programs = &api::ProgramOfVersion;
  const bool progress = !flags.quiet && isatty(STDERR_FILENO) == 1;
  if (progress) options.on_progress = &ShowProgress;
  const absl::StatusOr<audit::Report> report = audit::Verify(**store, options);
  if (progress) std::cerr << "\r\x1b[K";
  if (!report.ok()) return Fail(report.status(), 2);
  std::cout << (flags.json ? audit::ToJson(*report) + "\n" : audit::ToText(*report)) << std::flush;
  return report->ok ? 0 : 1;
}

int RunSweep(const ClientFlags& flags, int64_t members_max) {
  const absl::StatusOr<Client> client = Client::Make(flags);
  if (!client.ok()) return Fail(client.status(), 2);
  v1::SweepMembersRequest request;
  request.set_member_count_max(members_max);
  v1::SweepMembersResponse response;
  const grpc::Status status =
      client->Call(client->points(), &v1::PointsService::Stub::SweepMembers, request, response);
  if (!status.ok()) {
    const absl::Status failure = client->Failure(status);
    std::cerr << failure.message();
    return ExitCodeOf(failure);
  }
  std::cout << response.members_settled() << " members settled, " << response.entries_booked()
            << " entries booked\n";
  return 0;
}

int RunHealth(const ClientFlags& flags) {
  const absl::StatusOr<Client> client = Client::Make(flags);
  if (!client.ok()) return Fail(client.status(), 2);
  const absl::StatusOr<bool> serving = client->IsServing();
  if (!serving.ok()) {
    std::cerr << serving.status().message();
    return ExitCodeOf(serving.status());
  }
  std::cout << (*serving ? "SERVING\n" : "NOT_SERVING\n");
  return *serving ? 0 : 1;
}

}  // namespace fairpoint::server
