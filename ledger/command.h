// What callers ask of the ledger, as values. Well-formed by construction of the door (lengths,
// alphabets, positive amounts); whether the state allows it is the planners' to say.
#ifndef FAIRPOINT_LEDGER_COMMAND_H_
#define FAIRPOINT_LEDGER_COMMAND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "base/points.h"
#include "base/time.h"
#include "ledger/member.h"
#include "ledger/program.h"

namespace fairpoint::ledger {

// What every posting says beside its own fields; copied into the entries it makes.
struct Posting {
  base::RequestId request_id;
  std::string actor;
  std::string reason;    // <= 256 bytes of UTF-8; empty: none
  std::string order_id;  // empty: none
  std::optional<int64_t> order_line;
  std::string store_id;                       // must be a store of the programme; empty: none
  std::optional<base::Instant> effective_at;  // business time; absent: now
  std::optional<int64_t> expected_seq;        // refuse if the member's last entry is another one
  bool by_phone = false;                      // the caller named the member by a phone number
};

struct EarnPoints {
  // > 0; money earns by the programme's base rate. A purchase may earn nothing: points of 0.
  std::variant<base::Points, base::Money> basis;
};
struct RedeemPoints {
  base::Points points;  // > 0
};
struct HoldPoints {
  base::Points points;                      // > 0
  std::optional<base::Instant> expires_at;  // absent: the programme's default
};
struct CaptureHold {
  int64_t hold_seq = 0;
  std::optional<base::Points> points;  // absent: all; the rest is released
};
struct ReleaseHold {
  int64_t hold_seq = 0;
};
// Releases what the earning `entry_seq` left pending, before its time: the order was completed.
struct ReleasePending {
  int64_t entry_seq = 0;
};
// Undoes the operation that `entry_seq` belongs to.
struct ReverseEntry {
  int64_t entry_seq = 0;
  std::optional<base::Money> refund;  // caps what deduct_from_refund may ask for
};
// Books what fell due by the clock, and nothing else.
struct Settle {};

// What is left to tell of an earning that another member brought in, when they were merged: its lot
// here holds only what was left of it then.
struct MergedEarning {
  base::MemberId member_id;  // who earned it
  int64_t earn_seq = 0;
  // Of the lots that it went through before the one that is here, if any is.
  base::Points points;  // earned, and not in the lot that is here
  base::Points expired;
  base::Points repaid;
};

// A part of what an earning gave.
struct TakeBackPart {
  int64_t lot_seq = 0;           // the earning; 0: nothing of it came over with its member
  base::Points points;           // > 0
  base::Points taken_before;     // booked by earlier parts of this earning
  base::Points restored_before;  // of these: debt that it had repaid, brought back
  base::Points deducted_before;  // besides: kept back from refunds in money
  std::optional<MergedEarning> merged = std::nullopt;
};
// Takes back parts of earnings: goods came back. Without parts it books nothing, and is checked all
// the same.
struct TakeBackParts {
  std::vector<TakeBackPart> parts;    // no earning twice
  std::optional<base::Money> refund;  // caps what deduct_from_refund may ask for
};

// An identity in the clear, as the door received it. Never stored, logged or hashed as it is.
struct PlainIdentity {
  std::string kind;
  std::string value;
  friend bool operator==(const PlainIdentity&, const PlainIdentity&) = default;
};

struct EnrollMember {
  base::MemberId new_member_id;           // used if nobody holds any of the identities
  std::string new_member_secret;          // 32 random bytes, likewise
  std::vector<PlainIdentity> identities;  // 1-10, no kind and value twice
};
struct FreezeMember {};
struct UnfreezeMember {};
struct LinkIdentity {
  PlainIdentity identity;
};
struct UnlinkIdentity {
  PlainIdentity identity;
};
struct SetTags {
  std::vector<std::string> tags;  // ascending, none twice
};
// The member that is named, into this one.
struct MergeMembers {
  base::MemberId into;
};
struct EraseMember {};

// A lot from before Fairpoint.
struct OpeningLot {
  base::Points points;                      // > 0
  std::optional<base::Instant> earned_at;   // absent: now
  std::optional<base::Instant> expires_at;  // absent: never
};
struct ImportMember {
  EnrollMember enroll;
  std::vector<std::string> tags;  // ascending, none twice; none: they stay as they are
  std::vector<OpeningLot> lots;
};

using NamedMember = std::variant<base::MemberId, PlainIdentity>;
struct TransferPoints {
  NamedMember to;
  base::Points points;  // > 0
};
struct AdjustPoints {
  base::Points points;                      // not 0; below: taken
  std::optional<base::Instant> expires_at;  // of points given; absent: by the programme's rule
};

struct PublishProgram {
  std::string text;
  Program program;  // parsed from text; version and effective_from are the planner's to set
  std::optional<base::Instant> effective_from;  // absent: now
};

using Operation =
    std::variant<EarnPoints, RedeemPoints, HoldPoints, CaptureHold, ReleaseHold, ReleasePending,
                 ReverseEntry, Settle, EnrollMember, FreezeMember, UnfreezeMember, PublishProgram,
                 TakeBackParts, TransferPoints, AdjustPoints, LinkIdentity, UnlinkIdentity, SetTags,
                 MergeMembers, EraseMember, ImportMember>;

// Which operation a receipt answers; engine/command.h has KindOf. The numbers are stored: never
// renumber.
enum class OperationKind : uint8_t {
  kEarnPoints = 1,
  kRedeemPoints = 2,
  kHoldPoints = 3,
  kCaptureHold = 4,
  kReleaseHold = 5,
  kReleasePending = 6,
  kReverseEntry = 7,
  kSettle = 8,
  kEnrollMember = 9,
  kFreezeMember = 10,
  kUnfreezeMember = 11,
  kPublishProgram = 12,
  kRecordPurchase = 13,
  kRecordReturn = 14,
  kClaimReceipt = 15,
  kTransferPoints = 16,
  kAdjustPoints = 17,
  kLinkIdentity = 18,
  kUnlinkIdentity = 19,
  kSetTags = 20,
  kMergeMembers = 21,
  kEraseMember = 22,
  kImportMember = 23,
  kCommitBasket = 24,
  kMarkPriceCredit = 25,
};
}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_COMMAND_H_
