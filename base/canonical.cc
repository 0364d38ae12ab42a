#include "base/canonical.h"

namespace fairpoint::base {
namespace {

template <class T>
void AppendBigEndian(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i)
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  out.append(bytes, sizeof(T));
}

template <class T>
T FromBigEndian(std::string_view bytes) {
  T value = 0;
  for (const char byte : bytes) value = static_cast<T>((value << 8) | static_cast<uint8_t>(byte));
  return value;
}

}  // namespace

CanonicalWriter& CanonicalWriter::U8(uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

CanonicalWriter& CanonicalWriter::U32(uint32_t value) {
  AppendBigEndian(bytes_, value);
  return *this;
}

CanonicalWriter& CanonicalWriter::I64(int64_t value) {
  AppendBigEndian(bytes_, static_cast<uint64_t>(value));
  return *this;
}

CanonicalWriter& CanonicalWriter::OptionalI64(std::optional<int64_t> value) {
  if (!value) return U8(0);
  return U8(1).I64(*value);
}

CanonicalWriter& CanonicalWriter::Bytes(std::string_view bytes) {
  U32(static_cast<uint32_t>(bytes.size()));
  return Fixed(bytes);
}

CanonicalWriter& CanonicalWriter::Fixed(std::string_view bytes) {
  bytes_.append(bytes);
  return *this;
}

std::string_view CanonicalReader::Fixed(size_t length) {
  if (!ok_ || rest_.size() < length) {
    ok_ = false;
    return {};
  }
  const std::string_view bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

uint8_t CanonicalReader::U8() { return FromBigEndian<uint8_t>(Fixed(1)); }
uint32_t CanonicalReader::U32() { return FromBigEndian<uint32_t>(Fixed(4)); }
int64_t CanonicalReader::I64() { return static_cast<int64_t>(FromBigEndian<uint64_t>(Fixed(8))); }
std::string_view CanonicalReader::Bytes() { return Fixed(U32()); }

}  // namespace fairpoint::base
