// An entry: one line of the ledger, a positive number of points from one account to another.
// Entries are appended, never changed; each member's entries form one hash chain.
#ifndef FAIRPOINT_LEDGER_ENTRY_H_
#define FAIRPOINT_LEDGER_ENTRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"
#include "ledger/account.h"

namespace fairpoint::ledger {

// The numbers are stored and hashed: never renumber.
enum class EntryKind : uint8_t {
  kEarn = 1,            // issued -> pending or available; its seq names the lot it makes
  kReleasePending = 2,  // pending -> available
  kRedeem = 3,          // available -> redeemed; debt -> redeemed for a late spend within policy
  kHold = 4,            // available -> held
  kCapture = 5,         // held -> redeemed
  kReleaseHold = 6,     // held -> available, by request
  kEndHold = 7,         // held -> available, by the clock
  kExpire = 8,          // available -> expired
  kRepayDebt = 9,       // available -> debt
  kReturnSpent = 10,    // redeemed -> available (or -> debt, for what debt had paid)
  kTakeBack = 11,       // pending, available or debt -> clawed back
  kExtend = 12,         // available -> available: the lot's expiry moves, its points stay
  kTakeBackPart = 13,   // as kTakeBack, for goods that came back: an earning may have many
  kAdjust = 14,         // adjusted -> available: its seq names the lot it makes; or the other way
  kTransferOut = 15,    // available -> transferred, a lot of the giver each
  kTransferIn = 16,     // transferred -> available; its seq names the lot it makes
  kTransferFee = 17,    // available -> redeemed
  kMergeOut = 18,       // available or pending -> transferred, a lot each; transferred -> debt
  kMergeIn = 19,        // the other way; its seq names the lot it makes, unless it is debt
  kOpen = 20,     // issued -> available, from before Fairpoint; its seq names the lot it makes
  kForfeit = 21,  // available or pending -> expired: the member was erased
};

bool IsKnown(EntryKind kind);
std::string_view Name(EntryKind kind);  // "earn"; "unknown" for a number that is none

struct Entry {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t seq = 0;      // 1, 2, 3 ... without gaps within the member
  int64_t txn_seq = 0;  // the first entry of the transaction this entry belongs to
  EntryKind kind{};
  Account from{};
  Account to{};
  base::Points points;       // > 0
  int64_t lot_seq = 0;       // 0: none
  int64_t hold_seq = 0;      // 0: none
  int64_t reverses_seq = 0;  // the entry that this one undoes; 0: none
  // The entry of another member that belongs to this one: kTransfer*, kMerge*: the other side;
  // kTakeBackPart: the earning of an order that a merged member brought in. Empty and 0: none.
  base::MemberId peer_id;
  int64_t peer_seq = 0;
  // kTransferIn, kMergeIn: the effective time of the lot that the points come from.
  std::optional<base::Instant> earned_at;
  // kEarn into pending: when it is released (absent: on an event).
  std::optional<base::Instant> available_at;
  // Who makes a lot, kExtend, kReturnSpent: the lot's expiry from now on; kHold: the hold's end.
  std::optional<base::Instant> expires_at;
  base::Instant effective_at;  // business time
  base::Instant recorded_at;   // database time, never falling within a member
  std::string order_id;        // empty: none
  std::optional<int64_t> order_line;
  std::string store_id;        // empty: none
  std::string legal_entity;    // empty: none
  std::string reason;          // empty: none; no place for personal data
  std::string actor;           // who asked: a caller's id, or "system" for what the clock did
  base::RequestId request_id;  // empty for what the clock did
  int64_t program_version = 0;
  // The member's balances after this entry.
  base::Points available_after;
  base::Points pending_after;
  base::Points held_after;
  base::Points debt_after;
  base::Hash prev_hash{};  // zeros for a member's first entry
  base::Hash hash{};
  // Where the journal holds this row's leaf; set when it is written, not hashed.
  int64_t lane = 0;
  int64_t lane_seq = 0;

  friend bool operator==(const Entry&, const Entry&) = default;
};

// The canonical form that `hash` covers: every field but `hash`, `lane` and `lane_seq` (peer_seq
// only where there is a peer_id or earned_at).
// docs/hashing.md has the layout.
std::string Canonical(const Entry& entry);
// LeafHash of the canonical form.
base::Hash HashOf(const Entry& entry);

inline base::EntryName NameOf(const Entry& entry) { return {entry.member_id, entry.seq}; }

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_ENTRY_H_
