// The canonical encoding that is hashed: fixed-width big-endian numbers, length-prefixed bytes, an
// explicit mark for absent. Two different records never encode to the same bytes, and a record
// encodes to the same bytes for ever. docs/hashing.md publishes it.
#ifndef FAIRPOINT_BASE_CANONICAL_H_
#define FAIRPOINT_BASE_CANONICAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairpoint::base {

class CanonicalWriter {
 public:
  CanonicalWriter() = default;
  explicit CanonicalWriter(size_t expected_bytes) { bytes_.reserve(expected_bytes); }

  CanonicalWriter& U8(uint8_t value);
  CanonicalWriter& U32(uint32_t value);
  // Two's complement, 8 bytes.
  CanonicalWriter& I64(int64_t value);
  // 0x00 when absent; 0x01 and the number when present.
  CanonicalWriter& OptionalI64(std::optional<int64_t> value);
  // A 4-byte length, then the bytes.
  CanonicalWriter& Bytes(std::string_view bytes);
  // The bytes alone, for values whose length the format fixes (hashes).
  CanonicalWriter& Fixed(std::string_view bytes);

  const std::string& bytes() const& { return bytes_; }
  std::string bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what CanonicalWriter wrote. After the first malformed read every getter returns zero values
// and ok() is false.
class CanonicalReader {
 public:
  explicit CanonicalReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t U8();
  uint32_t U32();
  int64_t I64();
  std::string_view Bytes();
  std::string_view Fixed(size_t length);

  bool ok() const { return ok_; }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_CANONICAL_H_
