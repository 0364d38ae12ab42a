// Small files: secrets and what people hand us.
#ifndef FAIRPOINT_SERVER_FILES_H_
#define FAIRPOINT_SERVER_FILES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fairpoint::server {

// The whole file; "-" is standard input. NOT_FOUND, PERMISSION_DENIED or UNKNOWN name the file and
// why.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// The first line, without spaces around it; an empty one is an error. For passwords and keys.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Makes a new file that only its owner may read, written through to the disk. ALREADY_EXISTS if
// there is one: a secret is never overwritten.
absl::Status WriteNewSecretFile(const std::string& path, std::string_view content);

// `count` bytes from libcrypto's random generator.
std::string RandomBytes(size_t count);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_FILES_H_
