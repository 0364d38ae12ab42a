// SHA-256 and HMAC-SHA-256 (OpenSSL's libcrypto), as values. Thread-safe.
#ifndef FAIRPOINT_BASE_SHA256_H_
#define FAIRPOINT_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairpoint::base {

using Hash = std::array<uint8_t, 32>;
inline constexpr Hash kZeroHash{};

Hash Sha256(std::string_view bytes);
Hash HmacSha256(std::string_view key, std::string_view bytes);

// RFC 6962, 2.1: SHA-256 of 0x00 and the data. Every append-only row is a leaf.
Hash LeafHash(std::string_view bytes);

inline std::string_view AsBytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
// Requires 32 bytes.
Hash HashFromBytes(std::string_view bytes);
std::string ToHex(std::string_view bytes);

// Compares secrets in time that depends on the lengths only.
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_SHA256_H_
