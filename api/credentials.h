// What a call brings to say who is calling, taken from its metadata and its TLS connection.
#ifndef FAIRPOINT_API_CREDENTIALS_H_
#define FAIRPOINT_API_CREDENTIALS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api/key_book.h"

namespace grpc {
class ServerContextBase;
}  // namespace grpc

namespace fairpoint::api {

struct Credentials {
  std::string key_text;  // "fp_..."; empty: none was sent
  // Of the DER of a client certificate that TLS has verified; empty: none.
  std::string certificate_sha256;
};

// A key is read from `authorization: Bearer fp_...` or `x-api-key: fp_...`.
Credentials CredentialsOf(const grpc::ServerContextBase& context);

// SHA-256 (32 bytes) of the DER inside the first PEM certificate; nothing if there is none.
std::optional<std::string> CertificateSha256(std::string_view pem);

// A key decides alone where one is sent; otherwise the certificate does. Calls `then` once with who
// it is, or KEY_MISSING, KEY_WRONG, KEY_REVOKED: at once, or after the next reading of the keys if
// what was sent is not known yet.
using Authenticated = std::function<void(const absl::StatusOr<PrincipalPtr>&)>;
void Authenticate(const Credentials& credentials, KeyBook& book, const Authenticated& then);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_CREDENTIALS_H_
