#include "server/keyring_file.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/sha256.h"
#include "server/files.h"
#include "storage/open.h"

namespace fairpoint::server {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr char kMetaName[] = "keyring";

absl::Status NotTheKeyring(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, " is not the keyring that this store was begun with: identities could be ",
                   "neither found nor read. Give the right one with --keyring"));
}

absl::Status NoKeyring(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("this store was begun with a keyring, and ", path,
                   " is not there: restore it from your backup, or name it with --keyring"));
}

// OK if the store has no keyring yet or this one.
absl::StatusOr<base::Keyring> Adopt(engine::Store& store, base::Keyring keyring,
                                    const absl::Status& otherwise) {
  const absl::StatusOr<std::string> stands = store.SetMetaOnce(kMetaName, keyring.Fingerprint());
  if (!stands.ok()) return stands.status();
  if (*stands != keyring.Fingerprint()) return otherwise;
  return keyring;
}

absl::StatusOr<base::Keyring> MakeFirst(engine::Store& store, const std::string& path) {
  const std::string text = NewKeyringText();
  if (absl::Status made = WriteNewSecretFile(path, text); !made.ok()) return made;
  absl::StatusOr<base::Keyring> keyring =
      Adopt(store, base::Keyring(*ParseKeyring(text)), NoKeyring(path));
  // The one just made opens nothing.
  if (!keyring.ok()) unlink(path.c_str());
  return keyring;
}

}  // namespace

absl::StatusOr<std::map<int64_t, std::string>> ParseKeyring(std::string_view text) {
  std::map<int64_t, std::string> secrets;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
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
  const bool is_sqlite = storage::IsSqliteUrl(store_url);
  const bool may_make = path.empty() && is_sqlite;
  if (may_make) path = absl::StrCat(std::string(store_url.substr(kSqlite.size())), ".keyring");
  if (path.empty()) {
    return absl::FailedPreconditionError(
        "name the keyring with --keyring FILE (`fairpoint keys keyring --out FILE` makes one; all "
        "servers of one database need the same)");
  }
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status()) && may_make) return MakeFirst(store, path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::map<int64_t, std::string>> secrets = ParseKeyring(*text);
  if (!secrets.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", secrets.status().message()));
  }
  return Adopt(store, base::Keyring(*std::move(secrets)), NotTheKeyring(path));
}

}  // namespace fairpoint::server
