// A member as the ledger knows it: an id, a state, balances and the heads of its two chains. Who
// the person is lives in identities.
#ifndef FAIRPOINT_LEDGER_MEMBER_H_
#define FAIRPOINT_LEDGER_MEMBER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::ledger {

// The numbers are stored and hashed: never renumber.
enum class MemberState : uint8_t { kActive = 1, kFrozen = 2, kClosed = 3, kMerged = 4 };
bool IsKnown(MemberState state);
std::string_view Name(MemberState state);  // "active"

// The row that is locked for every write to this member. A projection of entries and member events.
struct Member {
  base::ProgramId program_id;
  base::MemberId member_id;
  MemberState state = MemberState::kActive;
  bool phone_only = false;     // its only identities are phone numbers: may earn, may not spend
  int64_t entry_seq = 0;       // of the last entry; 0: none yet
  int64_t event_seq = 0;       // of the last member event
  int64_t order_seq = 0;       // of the last order
  base::MemberId merged_into;  // whom it answers for; empty: nobody
  int64_t merged_count = 0;    // how many answer for it
  base::Hash head_hash{};      // of the last entry
  base::Hash event_head_hash{};
  base::Points available;
  base::Points pending;
  base::Points held;
  base::Points debt;
  // Earned less taken back. Below zero where what a merged member had earned was taken back here.
  base::Points lifetime_earned;
  // Nothing falls due before this instant (it may be earlier than the true one, never later);
  // absent: nothing ever does.
  std::optional<base::Instant> next_due_at;
  base::Instant last_recorded_at;
  base::Instant created_at;

  friend bool operator==(const Member&, const Member&) = default;
};

// The numbers are stored and hashed: never renumber.
enum class MemberEventKind : uint8_t {
  kEnrolled = 1,
  kFrozen = 2,
  kUnfrozen = 3,
  kIdentitiesLinked = 4,
  kIdentityUnlinked = 5,
  kTagsSet = 6,
  kMerged = 7,    // into the peer
  kTookOver = 8,  // the peer
  kErased = 9
};
bool IsKnown(MemberEventKind kind);
std::string_view Name(MemberEventKind kind);

// What happened to a member beside points: appended, never changed, one hash chain a member.
struct MemberEvent {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t event_seq = 0;
  MemberEventKind kind{};
  bool phone_only = false;  // of the member, after the event
  // kMerged, kTookOver: the other member's id. kTagsSet: TagsDigest. Others: empty.
  std::string detail;
  std::string reason;
  std::string actor;
  base::RequestId request_id;
  base::Instant recorded_at;
  base::Hash prev_hash{};
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;

  friend bool operator==(const MemberEvent&, const MemberEvent&) = default;
};

std::string Canonical(const MemberEvent& event);
base::Hash HashOf(const MemberEvent& event);

// A way to recognise a member: kind and value, unique in the programme.
inline constexpr std::string_view kPhoneIdentity = "phone";
inline constexpr std::string_view kUnionIdIdentity = "wechat_unionid";

// The stored form. The value is encrypted under the member's key and found by a keyed hash; erasure
// deletes both.
struct Identity {
  base::ProgramId program_id;
  // 32 bytes: HMAC-SHA-256 of kind and value under the programme's lookup key.
  std::string lookup_hash;
  base::MemberId member_id;
  std::string kind;         // "phone", "wechat_unionid", "card" ... 1-32 of [a-z0-9_]
  int64_t key_version = 1;  // of the lookup key
  std::string ciphertext;
  base::Instant linked_at;

  friend bool operator==(const Identity&, const Identity&) = default;
};

// The member's own secret, wrapped by the server's keyring.
struct MemberKey {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t key_version = 1;  // of the wrapping key
  std::string wrapped;

  friend bool operator==(const MemberKey&, const MemberKey&) = default;
};

// What the brand's own systems say of a member. Encrypted under the member's key.
struct MemberTags {
  base::ProgramId program_id;
  base::MemberId member_id;
  std::string ciphertext;

  friend bool operator==(const MemberTags&, const MemberTags&) = default;
};

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_MEMBER_H_
