// `fairpoint keys`: API keys and keyrings, made beside the store.
#ifndef FAIRPOINT_SERVER_KEYS_H_
#define FAIRPOINT_SERVER_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/store.h"
#include "server/flags.h"

namespace fairpoint::server {

struct MakeKeyOptions {
  StoreFlags store;
  std::string role;
  std::string store_id;  // for tills
  std::string label;
  std::string certificate;  // PEM file: registers it instead of making a secret
  std::string out;          // a new file for the key's text; empty: standard output
};

// A key that is not stored yet, and its text: "fp_<key id>_<secret>"; empty for a certificate.
// INVALID_ARGUMENT for a role that is none, a till without a store, a store for another role.
struct NewKey {
  engine::ApiKey key;
  std::string text;
};
absl::StatusOr<NewKey> MakeNewKey(const MakeKeyOptions& options);

// Writes the key's text to the new file `out` (empty: not), then stores the key. After an error the
// file stays only if the key may be stored.
absl::Status StoreNewKey(engine::Store& store, const NewKey& made, const std::string& out);

// The commands; they print and return the exit code.
int MakeKey(const MakeKeyOptions& options);
int ListKeys(const StoreFlags& store, bool json);
// Takes the id, or the whole key, which is never shown.
int RevokeKey(const StoreFlags& store, const std::string& given);
int MakeKeyring(const std::string& out);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_KEYS_H_
