// The server's secrets for personal data. Identity values are found by a keyed hash and kept
// encrypted under a secret of the member's own, which the keyring wraps; destroying the wrapped
// secret destroys the values. AES-256-GCM and HMAC-SHA-256 (libcrypto).
#ifndef FAIRPOINT_BASE_KEYRING_H_
#define FAIRPOINT_BASE_KEYRING_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/sha256.h"

namespace fairpoint::base {

inline constexpr size_t kSecretBytes = 32;

// Authenticated encryption, deterministic: the nonce is derived from key and plaintext, so equal
// plaintexts under one key and context give equal ciphertexts (nothing else leaks) and no
// randomness is needed. `key` has kSecretBytes.
std::string Seal(std::string_view key, std::string_view context, std::string_view plaintext);
// DATA_LOSS if the ciphertext was not sealed with this key and context.
absl::StatusOr<std::string> Open(std::string_view key, std::string_view context,
                                 std::string_view ciphertext);

// Immutable after construction; thread-safe.
class Keyring {
 public:
  // Master secrets by version, each kSecretBytes; the highest version is current. Requires at least
  // one.
  explicit Keyring(std::map<int64_t, std::string> masters);

  int64_t current_version() const { return masters_.rbegin()->first; }

  // Finds an identity. Always under the first version: an identity must have one hash.
  Hash LookupHash(const ProgramId& program_id, std::string_view kind, std::string_view value) const;

  // `member_secret` has kSecretBytes.
  std::string Wrap(const ProgramId& program_id, const MemberId& member_id,
                   std::string_view member_secret) const;
  // NOT_FOUND if the keyring lacks the version; DATA_LOSS if it was wrapped otherwise.
  absl::StatusOr<std::string> Unwrap(const ProgramId& program_id, const MemberId& member_id,
                                     int64_t version, std::string_view wrapped) const;

  // Tell secrets apart without giving anything away, by version: stored once, compared at start.
  std::map<int64_t, std::string> Fingerprints() const;

 private:
  std::map<int64_t, std::string> masters_;
};

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_KEYRING_H_
