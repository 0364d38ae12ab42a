#include "base/ids.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/ascii.h"

namespace fairpoint::base {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kMemberIdLength = 15;
constexpr size_t kBitsPerLetter = 5;

bool LengthWithin(std::string_view text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most;
}

}  // namespace

bool IsProgramId(std::string_view text) {
  return LengthWithin(text, 1, 32) && std::ranges::all_of(text, [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                  absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
         });
}

bool IsMemberId(std::string_view text) {
  return text.size() == kMemberIdLength && std::ranges::all_of(text, [](char c) {
           return kCrockford.find(c) != std::string_view::npos;
         });
}

bool IsRequestId(std::string_view text) {
  return LengthWithin(text, 16, 64) && std::ranges::all_of(text, [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
         });
}

bool IsReference(std::string_view text) {
  return LengthWithin(text, 1, 64) && std::ranges::all_of(text, [](char c) {
           return absl::ascii_isgraph(static_cast<unsigned char>(c));
         });
}

MemberId MemberIdFromRandom(std::span<const uint8_t, kMemberIdRandomBytes> random) {
  std::string id;
  id.reserve(kMemberIdLength);
  uint32_t bits = 0;
  size_t bit_count = 0;
  for (const uint8_t byte : random) {
    bits = (bits << 8) | byte;
    bit_count += 8;
    while (bit_count >= kBitsPerLetter && id.size() < kMemberIdLength) {
      bit_count -= kBitsPerLetter;
      id.push_back(kCrockford[(bits >> bit_count) & 31U]);
    }
  }
  return MemberId(std::move(id));
}

std::string ToString(const EntryName& name) {
  return name.member_id.value() + "." + std::to_string(name.seq);
}

std::optional<EntryName> ParseEntryName(std::string_view text) {
  if (text.size() < kMemberIdLength + 2 || text[kMemberIdLength] != '.') return std::nullopt;
  const std::string_view member = text.substr(0, kMemberIdLength);
  const std::string_view digits = text.substr(kMemberIdLength + 1);
  // One spelling only: no sign, no leading zero.
  if (!IsMemberId(member) || digits.front() < '1' || digits.front() > '9') return std::nullopt;
  int64_t seq = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return EntryName{MemberId(member), seq};
}

}  // namespace fairpoint::base
