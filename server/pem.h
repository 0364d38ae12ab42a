// Certificates and keys in PEM files, looked at before gRPC is given them: it does not say what is
// wrong with them.
#ifndef FAIRPOINT_SERVER_PEM_H_
#define FAIRPOINT_SERVER_PEM_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace fairpoint::server {

// INVALID_ARGUMENT, naming the flag and its file, for a text that holds no PEM certificate.
absl::Status CheckCertificate(std::string_view flag, const std::string& path,
                              const std::string& text);

// The same for a certificate and its key, and if the key is another's or wants a passphrase.
absl::Status CheckPair(std::string_view cert_flag, const std::string& cert_path,
                       const std::string& cert_text, std::string_view key_flag,
                       const std::string& key_path, const std::string& key_text);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_PEM_H_
