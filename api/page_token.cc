#include "api/page_token.h"

#include "absl/strings/escaping.h"
#include "api/text.h"
#include "base/canonical.h"
#include "base/sha256.h"

namespace fairpoint::api {
namespace {

// No identity has such a kind, so a token's seal is never an identity's hash.
constexpr std::string_view kKind = "\x01page-token";
constexpr size_t kPositionBytes = 8;
constexpr size_t kSealBytes = 16;

std::string SealOf(const base::Keyring& keyring, const PageScope& scope,
                   std::string_view position) {
  base::CanonicalWriter out;
  out.Bytes(scope.method).Bytes(scope.rest).Fixed(position);
  const base::Hash hash = keyring.LookupHash(scope.program_id, kKind, out.bytes());
  return std::string(base::AsBytes(hash).substr(0, kSealBytes));
}

}  // namespace

std::string MakePageToken(const base::Keyring& keyring, const PageScope& scope,
                          std::string_view position) {
  base::CanonicalWriter out;
  out.Fixed(position).Fixed(SealOf(keyring, scope, position));
  return absl::WebSafeBase64Escape(out.bytes());
}

std::string MakePageToken(const base::Keyring& keyring, const PageScope& scope, int64_t position) {
  base::CanonicalWriter out;
  out.I64(position);
  return MakePageToken(keyring, scope, std::string_view(out.bytes()));
}

std::optional<std::string> ReadPageTokenBytes(const base::Keyring& keyring, const PageScope& scope,
                                              std::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(Absl(token), &bytes) || bytes.size() < kSealBytes)
    return std::nullopt;
  const std::string position = bytes.substr(0, bytes.size() - kSealBytes);
  const std::string_view seal = std::string_view(bytes).substr(position.size());
  if (!base::EqualInConstantTime(seal, SealOf(keyring, scope, position))) return std::nullopt;
  return position;
}

std::optional<int64_t> ReadPageToken(const base::Keyring& keyring, const PageScope& scope,
                                     std::string_view token) {
  const std::optional<std::string> position = ReadPageTokenBytes(keyring, scope, token);
  if (!position || position->size() != kPositionBytes) return std::nullopt;
  return base::CanonicalReader(*position).I64();
}

}  // namespace fairpoint::api
