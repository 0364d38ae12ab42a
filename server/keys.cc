#include "server/keys.h"

#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "api/credentials.h"
#include "api/principal.h"
#include "base/ids.h"
#include "base/sha256.h"
#include "server/files.h"
#include "server/keyring_file.h"
#include "server/store_access.h"

namespace fairpoint::server {
namespace {

constexpr size_t kKeyIdBytes = 6;
constexpr size_t kSecretBytes = 32;
constexpr size_t kLabelBytesMax = 64;

int Fail(const absl::Status& why) {
  std::cerr << why.message() << "\n";
  return 1;
}

absl::StatusOr<std::string> CertificateHash(const std::string& path) {
  const absl::StatusOr<std::string> pem = ReadFile(path);
  if (!pem.ok()) return pem.status();
  std::optional<std::string> hash = api::CertificateSha256(*pem);
  if (!hash) return absl::InvalidArgumentError(absl::StrCat(path, " holds no PEM certificate"));
  return *std::move(hash);
}

}  // namespace

absl::StatusOr<NewKey> MakeNewKey(const MakeKeyOptions& options) {
  const std::optional<api::Role> role = api::RoleFromName(options.role);
  if (!role) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", options.role, "\" is no role: member-app, pos, operator, auditor or admin"));
  }
  const bool is_till = *role == api::Role::kPos;
  if (is_till && !base::IsReference(options.store_id)) {
    return absl::InvalidArgumentError(
        "a pos key is bound to a store: name it with --store-id (1-64 printable ASCII characters "
        "without spaces)");
  }
  if (!is_till && !options.store_id.empty()) {
    return absl::InvalidArgumentError("only a pos key is bound to a store");
  }
  if (options.label.size() > kLabelBytesMax) {
    return absl::InvalidArgumentError("--label must be at most 64 bytes");
  }
  NewKey made;
  made.key.key_id = base::ToHex(RandomBytes(kKeyIdBytes));
  made.key.role = options.role;
  made.key.store_id = options.store_id;
  made.key.label = options.label;
  made.key.created_at = base::FromAbsl(absl::Now());
  if (!options.certificate.empty()) {
    absl::StatusOr<std::string> hash = CertificateHash(options.certificate);
    if (!hash.ok()) return hash.status();
    made.key.is_certificate = true;
    made.key.secret_sha256 = *std::move(hash);
    return made;
  }
  const std::string secret = base::ToHex(RandomBytes(kSecretBytes));
  made.key.secret_sha256 = base::AsBytes(base::Sha256(secret));
  made.text = absl::StrCat("fp_", made.key.key_id, "_", secret);
  return made;
}

absl::Status StoreNewKey(engine::Store& store, const NewKey& made, const std::string& out) {
  // The file first: a key that is stored and shown nowhere could only be revoked.
  const bool to_file = !out.empty() && !made.text.empty();
  if (to_file) {
    if (absl::Status written = WriteNewSecretFile(out, made.text + "\n"); !written.ok())
      return written;
  }
  absl::Status stored = store.InsertApiKey(made.key);
  // UNKNOWN: it may be stored, and then the file is the only copy.
  if (!stored.ok() && stored.code() != absl::StatusCode::kUnknown && to_file) unlink(out.c_str());
  return stored;
}

int MakeKey(const MakeKeyOptions& options) {
  const absl::StatusOr<NewKey> made = MakeNewKey(options);
  if (!made.ok()) return Fail(made.status());
  auto store = OpenOrMakeStore(options.store);
  if (!store.ok()) return Fail(store.status());
  if (absl::Status stored = StoreNewKey(**store, *made, options.out); !stored.ok())
    return Fail(stored);
  if (options.out.empty() && !made->text.empty()) std::cout << made->text << "\n";
  std::cerr << "key " << made->key.key_id << " for role " << made->key.role
            << (made->key.store_id.empty() ? "" : " at store " + made->key.store_id)
            << (made->text.empty()    ? ": the certificate is registered\n"
                : options.out.empty() ? ": shown once, only its hash is stored\n"
                                      : ": in " + options.out + ", only its hash is stored\n");
  return 0;
}

int ListKeys(const StoreFlags& store_flags, bool json) {
  auto store = OpenStore(store_flags, /*read_only=*/true);
  if (!store.ok()) return Fail(store.status());
  auto keys = (*store)->LoadApiKeys();
  if (!keys.ok()) return Fail(keys.status());
  std::ranges::sort(*keys, {}, &engine::ApiKey::created_at);
  if (json) {
    auto list = nlohmann::ordered_json::array();
    for (const engine::ApiKey& key : *keys) {
      nlohmann::ordered_json one;
      one["key_id"] = key.key_id;
      one["role"] = key.role;
      one["store_id"] = key.store_id;
      one["label"] = key.label;
      one["certificate"] = key.is_certificate;
      one["created_at"] = base::ToString(key.created_at);
      one["revoked_at"] = key.revoked_at ? nlohmann::ordered_json(base::ToString(*key.revoked_at))
                                         : nlohmann::ordered_json(nullptr);
      list.push_back(std::move(one));
    }
    std::cout << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return 0;
  }
  std::cout << std::left << std::setw(14) << "KEY" << std::setw(12) << "ROLE" << std::setw(16)
            << "STORE" << std::setw(13) << "KIND" << std::setw(29) << "CREATED" << std::setw(29)
            << "REVOKED"
            << "LABEL\n";
  for (const engine::ApiKey& key : *keys) {
    std::cout << std::left << std::setw(14) << key.key_id << std::setw(12) << key.role
              << std::setw(16) << key.store_id << std::setw(13)
              << (key.is_certificate ? "certificate" : "key") << std::setw(29)
              << base::ToString(key.created_at) << std::setw(29)
              << (key.revoked_at ? base::ToString(*key.revoked_at) : "-") << key.label << "\n";
  }
  return 0;
}

int RevokeKey(const StoreFlags& store_flags, const std::string& given) {
  // Somebody may hold the whole key; its secret is not to be shown again.
  std::string key_id = given;
  if (given.rfind("fp_", 0) == 0) key_id = given.substr(3, given.find('_', 3) - 3);
  if (key_id.size() != 2 * kKeyIdBytes) {
    return Fail(absl::InvalidArgumentError(
        "that is no key's id: give the id that `fairpoint keys list` shows, the part of a key "
        "between its underscores"));
  }
  auto store = OpenStore(store_flags, /*read_only=*/false);
  if (!store.ok()) return Fail(store.status());
  // Where the account may not read them it may still revoke.
  if (const auto keys = (*store)->LoadApiKeys(); keys.ok()) {
    const auto found = std::ranges::find(*keys, key_id, &engine::ApiKey::key_id);
    if (found != keys->end() && found->revoked_at) {
      std::cerr << "key " << key_id << " was revoked already, at "
                << base::ToString(*found->revoked_at) << "\n";
      return 0;
    }
  }
  const absl::Status revoked = (*store)->RevokeApiKey(key_id);
  if (absl::IsNotFound(revoked)) {
    return Fail(absl::NotFoundError(absl::StrCat("there is no key ", key_id)));
  }
  if (!revoked.ok()) return Fail(revoked);
  std::cerr << "key " << key_id << " is revoked; every server refuses it within two seconds\n";
  return 0;
}

int MakeKeyring(const std::string& out) {
  if (absl::Status written = WriteNewSecretFile(out, NewKeyringText()); !written.ok()) {
    return Fail(written);
  }
  std::cerr << out << " holds a new keyring. Give it to every server of the database, and keep a "
            << "copy apart from the store.\n";
  return 0;
}

}  // namespace fairpoint::server
