#include "api/credentials.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "api/errors.h"
#include "api/text.h"
#include "base/sha256.h"

namespace fairpoint::api {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

bool StartsWithBearer(std::string_view text) {
  return absl::StartsWithIgnoreCase(Absl(text), Absl(kBearer));
}

absl::StatusOr<PrincipalPtr> CallerOf(const Credentials& credentials, const Keys& keys) {
  if (!credentials.key_text.empty()) {
    const std::optional<ApiKeyText> key = ParseApiKeyText(credentials.key_text);
    if (!key) return KeyWrong();
    return keys.ByKey(*key);
  }
  if (!credentials.certificate_sha256.empty()) {
    return keys.ByCertificate(credentials.certificate_sha256);
  }
  return KeyMissing();
}

// Another reading of the store may find it.
bool MayBeNew(const Credentials& credentials, const Keys& keys) {
  if (!credentials.key_text.empty()) {
    const std::optional<ApiKeyText> key = ParseApiKeyText(credentials.key_text);
    return key && !keys.KnowsKey(key->key_id);
  }
  return !credentials.certificate_sha256.empty() &&
         !keys.ByCertificate(credentials.certificate_sha256).ok();
}

}  // namespace

Credentials CredentialsOf(const grpc::ServerContextBase& context) {
  Credentials credentials;
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find("authorization"); found != metadata.end()) {
    const std::string_view value = View(found->second);
    // Something else than a bearer token is no key of ours: it fails as a wrong one.
    credentials.key_text = StartsWithBearer(value) ? value.substr(kBearer.size()) : value;
  } else if (const auto other = metadata.find("x-api-key"); other != metadata.end()) {
    credentials.key_text = View(other->second);
  } else if (const auto auth = context.auth_context();
             auth != nullptr && auth->IsPeerAuthenticated()) {
    for (const grpc::string_ref& pem : auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME)) {
      if (auto digest = CertificateSha256(View(pem))) credentials.certificate_sha256 = *digest;
    }
  }
  return credentials;
}

std::optional<std::string> CertificateSha256(std::string_view pem) {
  const size_t begin = pem.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  pem.remove_prefix(begin + kBegin.size());
  const size_t end = pem.find(kEnd);
  std::string der;
  if (end == std::string_view::npos || !absl::Base64Unescape(Absl(pem.substr(0, end)), &der)) {
    return std::nullopt;
  }
  return std::string(base::AsBytes(base::Sha256(der)));
}

void Authenticate(const Credentials& credentials, KeyBook& book, const Authenticated& then) {
  const std::shared_ptr<const Keys> keys = book.Latest();
  const absl::StatusOr<PrincipalPtr> caller = CallerOf(credentials, *keys);
  if (caller.ok() || !MayBeNew(credentials, *keys)) return then(caller);
  const auto try_again = [credentials, &book, then] {
    then(CallerOf(credentials, *book.Latest()));
  };
  if (!book.AwaitReading(try_again)) then(caller);
}

}  // namespace fairpoint::api
