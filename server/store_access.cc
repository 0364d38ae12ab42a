#include "server/store_access.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/files.h"

namespace fairpoint::server {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(1);

// The database is away, or other servers that start were in the way.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsAborted(status) || absl::IsAlreadyExists(status);
}

std::string PathOf(const std::string& sqlite_url) {
  return sqlite_url.substr(sqlite_url.find(':') + 1);
}

bool IsThere(const std::string& sqlite_url) { return std::filesystem::exists(PathOf(sqlite_url)); }

}  // namespace

absl::StatusOr<storage::StoreOptions> StoreOptionsOf(const StoreFlags& flags, bool read_only) {
  if (absl::Status url = storage::CheckStoreUrl(flags.url); !url.ok()) return url;
  storage::StoreOptions options;
  options.read_only = read_only;
  options.tls = flags.tls;
  options.tls_ca = flags.tls_ca;
  options.tls_cert = flags.tls_cert;
  options.tls_key = flags.tls_key;
  if (!flags.password_file.empty()) {
    absl::StatusOr<std::string> password = ReadSecretFile(flags.password_file);
    if (!password.ok()) return password.status();
    options.password = *std::move(password);
  } else if (const char* const password = std::getenv("FAIRPOINT_STORE_PASSWORD")) {
    options.password = password;
  }
  return options;
}

absl::StatusOr<std::unique_ptr<engine::Store>> OpenStore(const StoreFlags& flags, bool read_only) {
  const absl::StatusOr<storage::StoreOptions> options = StoreOptionsOf(flags, read_only);
  if (!options.ok()) return options.status();
  return storage::OpenStore(flags.url, *options);
}

absl::Status CheckMayMake(const std::string& url) {
  if (!storage::IsSqliteUrl(url)) return absl::OkStatus();
  std::error_code ignored;
  const std::string path = PathOf(url);
  const auto bytes = std::filesystem::file_size(path, ignored);
  if (!ignored && bytes > 0) return absl::OkStatus();
  const std::string keyring = path + ".keyring";
  if (!std::filesystem::exists(keyring, ignored)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "there is no store at ", path, ", but its keyring is there (", keyring,
      "): it was probably moved away or deleted. Put it back, with its -wal file if there is one; "
      "if a new store is wanted, run `fairpoint migrate --store ",
      url, "`"));
}

absl::StatusOr<std::unique_ptr<engine::Store>> OpenOrMakeStore(const StoreFlags& flags) {
  const absl::StatusOr<storage::StoreOptions> options = StoreOptionsOf(flags, false);
  if (!options.ok()) return options.status();
  if (storage::IsSqliteUrl(flags.url) && !IsThere(flags.url)) {
    if (absl::Status may = CheckMayMake(flags.url); !may.ok()) return may;
    const auto lock = storage::LockForServing(flags.url);
    if (!lock.ok()) return lock.status();
    const auto made = storage::MigrateStore(flags.url, *options);
    if (!made.ok()) return made.status();
    std::cerr << "made a new store at " << flags.url << "\n";
  }
  return storage::OpenStore(flags.url, *options);
}

absl::Status UntilAvailable(const std::function<absl::Status()>& open, absl::Duration timeout,
                            const std::function<bool(absl::Duration)>& stopped,
                            const std::function<void(const absl::Status&)>& waiting) {
  const absl::Time give_up_at = absl::Now() + timeout;
  absl::Duration wait = kFirstWait;
  while (true) {
    absl::Status status = open();
    if (!MayPass(status) || absl::Now() + wait >= give_up_at) return status;
    waiting(status);
    if (stopped(wait)) return absl::CancelledError("stopped while waiting for the database");
    wait = std::min(2 * wait, kLongestWait);
  }
}

}  // namespace fairpoint::server
