// The API keys as this process knows them. The store keeps only hashes; the server reads them every
// second and puts them here.
#ifndef FAIRPOINT_API_KEY_BOOK_H_
#define FAIRPOINT_API_KEY_BOOK_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api/principal.h"
#include "engine/store.h"

namespace fairpoint::api {

// A key as callers hold it: "fp_<key id>_<secret>".
struct ApiKeyText {
  std::string_view key_id;
  std::string_view secret;
};
std::optional<ApiKeyText> ParseApiKeyText(std::string_view text);

using PrincipalPtr = std::shared_ptr<const Principal>;

// The keys of one reading.
class Keys {
 public:
  // Keys with a role that is none, or tills without a store, are left out: they may do nothing.
  // A certificate of two rows that are not revoked is nobody's.
  explicit Keys(const std::vector<engine::ApiKey>& rows);

  // KEY_WRONG, KEY_REVOKED. The secret is compared in constant time.
  absl::StatusOr<PrincipalPtr> ByKey(const ApiKeyText& key) const;
  // `der_sha256` has 32 bytes.
  absl::StatusOr<PrincipalPtr> ByCertificate(std::string_view der_sha256) const;

  bool KnowsKey(std::string_view key_id) const;

 private:
  struct Known {
    std::string secret_sha256;
    bool revoked = false;
    PrincipalPtr principal;  // null: nobody may tell whose it is
  };
  std::map<std::string, Known, std::less<>> by_id_;
  std::map<std::string, Known, std::less<>> certificates_;  // by SHA-256 of the DER
};

// The keys of the latest reading. Thread-safe.
class KeyBook {
 public:
  // Take it once for all steps of a decision: another reading may end between two of them.
  std::shared_ptr<const Keys> Latest() const;
  void Replace(const std::vector<engine::ApiKey>& rows);

  // A key may have been made a moment ago: asks for a reading of the store (`nudge`, see OnNudge)
  // and calls `then` after it, whether or not it succeeded. False, and `then` is not called: too
  // many wait already, or nobody listens.
  bool AwaitReading(std::function<void()> then);
  // Reads the store: `load`, and Replace if it succeeds. Then calls those who waited before it
  // began; who comes meanwhile waits for the next reading, as this one may have missed their key.
  using Load = std::function<absl::StatusOr<std::vector<engine::ApiKey>>()>;
  absl::Status Read(const Load& load);
  // `nudge` is called when somebody begins to wait. Must be set before the first call is served; it
  // must not block.
  void OnNudge(std::function<void()> nudge);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> latest_ = std::make_shared<const Keys>(std::vector<engine::ApiKey>());
  std::vector<std::function<void()>> waiting_;
  std::function<void()> nudge_;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_KEY_BOOK_H_
