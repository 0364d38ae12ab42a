// Stores by their URL: sqlite:PATH, or mysql://USER@HOST:PORT/DATABASE (also ?socket=PATH).
#ifndef FAIRPOINT_STORAGE_OPEN_H_
#define FAIRPOINT_STORAGE_OPEN_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/time.h"
#include "engine/store.h"
#include "storage/migrator.h"

namespace fairpoint::storage {

struct StoreOptions {
  // Only reads: verify and exports. Works on a SQLite store while a server serves it, and where
  // nothing may be written.
  bool read_only = false;

  // MigrateStore: what becomes of append-only triggers that somebody dropped.
  MissingTriggers missing_triggers = MissingTriggers::kLeave;

  // SQLite: what the store's Now is. Outlives the store.
  base::Clock* clock = &base::SystemClock();

  // MySQL. TLS fails closed: with any of these set there is no connection in the clear. Only tls_ca
  // checks who the server is.
  std::string password;
  bool tls = false;
  std::string tls_ca;    // PEM file
  std::string tls_cert;  // PEM files of a client certificate
  std::string tls_key;
};

// INVALID_ARGUMENT for a URL that is none, and says what is expected.
absl::Status CheckStoreUrl(std::string_view url);
bool IsSqliteUrl(std::string_view url);

// FAILED_PRECONDITION for a store of another version, none of ours, or not allowed; UNAVAILABLE for
// a database that is away (try again). Says what to do.
absl::StatusOr<std::unique_ptr<engine::Store>> OpenStore(std::string_view url,
                                                         const StoreOptions& options);

// Brings the store to this program's schema; on SQLite makes the file. The caller holds the serving
// lock of a SQLite store.
absl::StatusOr<MigrationReport> MigrateStore(std::string_view url, const StoreOptions& options);

// Says that one server owns a SQLite store, or one migration changes it, while it lives. Of a MySQL
// store any number of servers may run: nothing is locked.
class ServingHold {
 public:
  virtual ~ServingHold() = default;
  // FAILED_PRECONDITION if it holds no more: somebody took the lock's file away. Thread-safe.
  virtual absl::Status Check() const = 0;
};
// FAILED_PRECONDITION names the process that holds the store.
absl::StatusOr<std::unique_ptr<ServingHold>> LockForServing(std::string_view url);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_OPEN_H_
