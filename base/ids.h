// Ids: strong types over bytes, compared byte for byte, never folded or trimmed.
#ifndef FAIRPOINT_BASE_IDS_H_
#define FAIRPOINT_BASE_IDS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace fairpoint::base {

// One type per kind of id, so that a member is never passed where a programme is wanted.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}
  explicit Id(std::string_view value) : value_(value) {}
  explicit Id(const char* value) : value_(value) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
  template <class H>
  friend H AbslHashValue(H h, const Id& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  std::string value_;
};

using ProgramId = Id<struct ProgramIdTag>;  // 1-32 of [a-z0-9-], chosen by the brand
using MemberId = Id<struct MemberIdTag>;    // 15 of Crockford's base32, made by the door: 75 random
                                            // bits, short enough to stay inline
using RequestId = Id<struct RequestIdTag>;  // 16-64 of [0-9A-Za-z_-], chosen by the caller, unique
                                            // in the programme for ever

bool IsProgramId(std::string_view text);
bool IsMemberId(std::string_view text);
bool IsRequestId(std::string_view text);

// A caller's own reference (order number, store, legal entity): 1-64 printable ASCII characters
// without space.
bool IsReference(std::string_view text);

inline constexpr size_t kMemberIdRandomBytes = 10;
// Spells 10 random bytes (of which 75 bits are used) as a member id.
MemberId MemberIdFromRandom(std::span<const uint8_t, kMemberIdRandomBytes> random);

// An entry as callers name it: "<member id>.<seq>". The same form names a transaction (its first
// entry) and a hold.
struct EntryName {
  MemberId member_id;
  int64_t seq = 0;
  friend bool operator==(const EntryName&, const EntryName&) = default;
};
std::string ToString(const EntryName& name);
std::optional<EntryName> ParseEntryName(std::string_view text);

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_IDS_H_
