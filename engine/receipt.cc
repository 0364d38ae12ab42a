#include "engine/receipt.h"

#include <algorithm>

#include "base/canonical.h"

namespace fairpoint::engine {
namespace {

constexpr uint8_t kCanonicalVersion = 1;
constexpr size_t kShortHashBytes = 4;
constexpr size_t kFieldBytes = 1 + kShortHashBytes;

}  // namespace

std::string Canonical(const Receipt& receipt) {
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(receipt.program_id.value()).Bytes(receipt.request_id.value());
  out.U8(static_cast<uint8_t>(receipt.kind));
  out.Bytes(receipt.member_id.value());
  out.Fixed(base::AsBytes(receipt.request_hash)).Bytes(receipt.field_hashes);
  out.I64(receipt.first_seq).I64(receipt.entry_count).I64(receipt.event_seq).I64(receipt.outcome);
  out.I64(receipt.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const Receipt& receipt) { return base::LeafHash(Canonical(receipt)); }

RequestHashes HashesOf(const RequestDigest& digest, std::string_view member_secret) {
  std::vector<RequestDigest::Field> fields = digest.fields;
  for (const RequestDigest::PersonalField& personal : digest.personal) {
    fields.push_back({personal.number, base::HmacSha256(member_secret, personal.canonical)});
  }
  std::ranges::sort(fields, {}, &RequestDigest::Field::number);
  RequestHashes hashes;
  base::CanonicalWriter all(fields.size() * 33);
  for (const RequestDigest::Field& field : fields) {
    all.U8(field.number).Fixed(base::AsBytes(field.digest));
    hashes.field_hashes.push_back(static_cast<char>(field.number));
    hashes.field_hashes.append(base::AsBytes(field.digest).substr(0, kShortHashBytes));
  }
  hashes.request_hash = base::Sha256(all.bytes());
  return hashes;
}

std::vector<int> DifferingFields(std::string_view stored, std::string_view offered) {
  std::vector<int> differing;
  const auto number = [](std::string_view fields) {
    return fields.empty() ? 256 : static_cast<int>(static_cast<uint8_t>(fields.front()));
  };
  while (!stored.empty() || !offered.empty()) {
    const int a = number(stored);
    const int b = number(offered);
    if (a != b || stored.substr(0, kFieldBytes) != offered.substr(0, kFieldBytes))
      differing.push_back(std::min(a, b));
    if (a <= b) stored.remove_prefix(std::min(kFieldBytes, stored.size()));
    if (b <= a) offered.remove_prefix(std::min(kFieldBytes, offered.size()));
  }
  return differing;
}

}  // namespace fairpoint::engine
