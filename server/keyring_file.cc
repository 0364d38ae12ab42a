#include "server/keyring_file.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "api/text.h"
#include "base/sha256.h"
#include "server/files.h"
#include "storage/open.h"

namespace fairpoint::server {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
// The fingerprint of the first secret, which finds identities; and of each by its version.
constexpr char kMetaName[] = "keyring";
constexpr char kMetaPrefix[] = "keyring ";

absl::Status NotTheKeyring(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, " is not the keyring that this store was begun with: identities could be ",
                   "neither found nor read. Give the right one with --keyring"));
}

absl::Status NotTheSecret(const std::string& path, int64_t version) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, " has another secret of version ", version,
                   " than this store was used with: what is kept under it could not be read. "
                   "Restore that line"));
}

absl::Status SecretMissing(const std::string& path, absl::string_view version) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " lacks the secret of version ", version,
      ", which this store was used with: what is kept under it could not be read. Restore that ",
      "line, and never take one out"));
}

absl::Status NoKeyring(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("this store was begun with a keyring, and ", path,
                   " is not there: restore it from your backup, or name it with --keyring"));
}

// FAILED_PRECONDITION for a store that has members, and so was begun with some keyring, but lost
// the note of which.
absl::Status CheckNoteIsNotLost(engine::Store& store) {
  const auto noted = store.LoadMeta();
  if (!noted.ok()) return noted.status();
  if (noted->contains(kMetaName)) return absl::OkStatus();
  const auto session = store.OpenReadSession();
  if (!session.ok()) return session.status();
  std::vector<engine::MemberName> members;
  if (absl::Status read = (*session)->ScanMemberNames({}, 1, members); !read.ok()) return read;
  if (members.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this store has members, but the note of its keyring is lost (store_meta has no row "
      "'keyring'): with another keyring their identities could be neither found nor read. Restore "
      "store_meta from a backup");
}

// Whether the store was begun with this keyring; makes it so for a new store.
absl::StatusOr<bool> IsFirst(engine::Store& store, const base::Keyring& keyring) {
  const std::string first = keyring.Fingerprints().begin()->second;
  const absl::StatusOr<std::string> stands = store.SetMetaOnce(kMetaName, first);
  if (!stands.ok()) return stands.status();
  return *stands == first;
}

// OK if the keyring has every secret that the store was ever used with.
absl::Status CheckNoted(const std::map<std::string, std::string>& noted,
                        const std::map<int64_t, std::string>& fingerprints,
                        const std::string& path) {
  for (const auto& [name, fingerprint] : noted) {
    absl::string_view version = name;
    int64_t number = 0;
    if (!absl::ConsumePrefix(&version, kMetaPrefix) || !absl::SimpleAtoi(version, &number))
      continue;
    const auto found = fingerprints.find(number);
    if (found == fingerprints.end()) return SecretMissing(path, version);
    if (found->second != fingerprint) return NotTheSecret(path, number);
  }
  return absl::OkStatus();
}

// Likewise; new ones are noted.
absl::Status CheckVersions(engine::Store& store, const base::Keyring& keyring,
                           const std::string& path) {
  const std::map<int64_t, std::string> fingerprints = keyring.Fingerprints();
  const auto noted = store.LoadMeta();
  if (!noted.ok()) return noted.status();
  if (absl::Status all = CheckNoted(*noted, fingerprints, path); !all.ok()) return all;
  for (const auto& [version, fingerprint] : fingerprints) {
    const auto stands = store.SetMetaOnce(absl::StrCat(kMetaPrefix, version), fingerprint);
    if (!stands.ok()) return stands.status();
    if (*stands != fingerprint) return NotTheSecret(path, version);
  }
  return absl::OkStatus();
}

absl::StatusOr<base::Keyring> MakeFirst(engine::Store& store, const std::string& path) {
  const std::string text = NewKeyringText();
  if (absl::Status made = WriteNewSecretFile(path, text); !made.ok()) return made;
  base::Keyring keyring(*ParseKeyring(text));
  const absl::StatusOr<bool> is_first = IsFirst(store, keyring);
  // After an error the store may have taken it: then this file is the only copy.
  if (!is_first.ok()) return is_first.status();
  if (!*is_first) {
    unlink(path.c_str());  // it opens nothing
    return NoKeyring(path);
  }
  if (absl::Status versions = CheckVersions(store, keyring, path); !versions.ok()) return versions;
  return keyring;
}

// Where the keyring of a SQLite store is unless another is named; empty for others.
std::string BesideStore(std::string_view store_url) {
  if (!storage::IsSqliteUrl(store_url)) return "";
  return absl::StrCat(std::string(store_url.substr(kSqlite.size())), ".keyring");
}

absl::StatusOr<base::Keyring> ReadKeyringFile(const std::string& path) {
  if (path.empty()) {
    return absl::FailedPreconditionError(
        "name the keyring with --keyring FILE (`fairpoint keys keyring --out FILE` makes one; all "
        "servers of one database need the same)");
  }
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::map<int64_t, std::string>> secrets = ParseKeyring(*text);
  if (!secrets.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", secrets.status().message()));
  }
  return base::Keyring(*std::move(secrets));
}

}  // namespace

absl::StatusOr<std::map<int64_t, std::string>> ParseKeyring(std::string_view text) {
  std::map<int64_t, std::string> secrets;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(api::Absl(text), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ', absl::SkipEmpty());
    int64_t version = 0;
    const bool ok =
        parts.size() == 2 && absl::SimpleAtoi(parts[0], &version) && version > 0 &&
        parts[1].size() == 2 * base::kSecretBytes &&
        parts[1].find_first_not_of("0123456789abcdefABCDEF") == absl::string_view::npos &&
        secrets.emplace(version, absl::HexStringToBytes(parts[1])).second;
    // The line itself may be half a secret: it is not repeated.
    if (!ok) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", number, " of the keyring is not \"VERSION 64-HEX-DIGITS\" with a new version"));
    }
  }
  if (secrets.empty()) return absl::InvalidArgumentError("the keyring holds no secret");
  return secrets;
}

std::string NewKeyringText() {
  return absl::StrCat(
      "# Fairpoint keyring: version and secret. Keep a copy apart from the store: without it the\n"
      "# identities of members can be neither found nor read. Add versions below; never take one "
      "out.\n1 ",
      base::ToHex(RandomBytes(base::kSecretBytes)), "\n");
}

absl::StatusOr<base::Keyring> OpenKeyring(engine::Store& store, std::string_view store_url,
                                          std::string path) {
  const bool may_make = path.empty() && storage::IsSqliteUrl(store_url);
  if (path.empty()) path = BesideStore(store_url);
  absl::StatusOr<base::Keyring> keyring = ReadKeyringFile(path);
  const bool makes_first = absl::IsNotFound(keyring.status()) && may_make;
  if (!keyring.ok() && !makes_first) return keyring;
  if (absl::Status ok = CheckNoteIsNotLost(store); !ok.ok()) return ok;
  if (makes_first) return MakeFirst(store, path);
  const absl::StatusOr<bool> is_first = IsFirst(store, *keyring);
  if (!is_first.ok()) return is_first.status();
  if (!*is_first) return NotTheKeyring(path);
  if (absl::Status versions = CheckVersions(store, *keyring, path); !versions.ok()) return versions;
  return keyring;
}

absl::StatusOr<base::Keyring> ReadKeyring(engine::Store& store, std::string_view store_url,
                                          std::string path) {
  if (path.empty()) path = BesideStore(store_url);
  absl::StatusOr<base::Keyring> keyring = ReadKeyringFile(path);
  if (!keyring.ok()) return keyring;
  const auto noted = store.LoadMeta();
  if (!noted.ok()) return noted.status();
  const std::map<int64_t, std::string> fingerprints = keyring->Fingerprints();
  const auto first = noted->find(kMetaName);
  if (first != noted->end() && first->second != fingerprints.begin()->second)
    return NotTheKeyring(path);
  if (absl::Status all = CheckNoted(*noted, fingerprints, path); !all.ok()) return all;
  return keyring;
}

}  // namespace fairpoint::server
