// From flags to an open store.
#ifndef FAIRPOINT_SERVER_STORE_ACCESS_H_
#define FAIRPOINT_SERVER_STORE_ACCESS_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store.h"
#include "server/flags.h"
#include "storage/open.h"

namespace fairpoint::server {

// The password comes from the file or from FAIRPOINT_STORE_PASSWORD. INVALID_ARGUMENT for a URL
// that is none.
absl::StatusOr<storage::StoreOptions> StoreOptionsOf(const StoreFlags& flags, bool read_only);

absl::StatusOr<std::unique_ptr<engine::Store>> OpenStore(const StoreFlags& flags, bool read_only);

// FAILED_PRECONDITION for a SQLite store that is not there while its keyring is: a new one would
// hide that it was moved away.
absl::Status CheckMayMake(const std::string& url);

// Opens a store that may be written; makes a SQLite store that is not there yet.
absl::StatusOr<std::unique_ptr<engine::Store>> OpenOrMakeStore(const StoreFlags& flags);

// Runs `open` until it gives something else than UNAVAILABLE, ABORTED or ALREADY_EXISTS (several
// servers that start meet in the store), `timeout` has passed, or `stopped` says so. `waiting` is
// called with the reason after each vain try.
absl::Status UntilAvailable(const std::function<absl::Status()>& open, absl::Duration timeout,
                            const std::function<bool(absl::Duration)>& stopped,
                            const std::function<void(const absl::Status&)>& waiting);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_STORE_ACCESS_H_
