// The keyring's file: the secrets under which personal data is kept. Losing it is losing the
// identities; so it is made once, never overwritten, and a store refuses another than the one it
// began with.
#ifndef FAIRPOINT_SERVER_KEYRING_FILE_H_
#define FAIRPOINT_SERVER_KEYRING_FILE_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/keyring.h"
#include "engine/store.h"

namespace fairpoint::server {

// Lines "VERSION 64-HEX-DIGITS"; empty lines and lines that begin with # are comments.
// INVALID_ARGUMENT names the line that is neither.
absl::StatusOr<std::map<int64_t, std::string>> ParseKeyring(std::string_view text);

// A new one with a random secret of version 1.
std::string NewKeyringText();

// The keyring that the store was begun with. `path` empty: PATH.keyring beside a SQLite store,
// which is made if neither the file is there nor the store has had a keyring; required for others.
// FAILED_PRECONDITION for a keyring that is missing or another one, or that lacks a version that
// the store was used with, and for a store with members that does not know its keyring any more.
// Safe to repeat after any error: a file that was made stays unless the store certainly has another
// keyring.
absl::StatusOr<base::Keyring> OpenKeyring(engine::Store& store, std::string_view store_url,
                                          std::string path);

// Likewise of a store that is only read: nothing is made and nothing noted.
absl::StatusOr<base::Keyring> ReadKeyring(engine::Store& store, std::string_view store_url,
                                          std::string path);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_KEYRING_FILE_H_
