// A member's ledger in memory, the changes a planner makes of it, and the fold that both planners
// and the verifier use.
#ifndef FAIRPOINT_LEDGER_STATE_H_
#define FAIRPOINT_LEDGER_STATE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ledger/entry.h"
#include "ledger/hold.h"
#include "ledger/lot.h"
#include "ledger/member.h"

namespace fairpoint::ledger {

// What is loaded of one member: always the row; all open lots and holds, or none of them; single
// closed ones on demand.
struct Ledger {
  Member member;
  bool open_loaded = false;  // every open lot and open hold is here
  std::map<int64_t, Lot> lots;
  std::map<int64_t, Hold> holds;
};

// The entries of an operation that is to be undone, as loaded.
struct TargetTransaction {
  std::vector<Entry> entries;  // of one transaction, ascending; empty: there is no such entry
  std::optional<int64_t> reversed_by_txn_seq;  // 0: by a reversal that moved no points
};

// Books one entry into the ledger: balances, the lot and the hold that it names. The single meaning
// of an entry, shared by planners, readers and the verifier. DATA_LOSS when the entry does not
// follow from what is there (a lot overdrawn, a sum past 2^63-1). Does not look at hashes.
absl::Status Apply(const Entry& entry, Ledger& ledger);
// The same where entries were left out before: balances and what a lot has may fall below zero.
// BALANCE_OVERFLOW where 64 bits do not hold them.
absl::Status ApplyToPart(const Entry& entry, Ledger& ledger);

// Whether what was loaded can be the rows of one member: no amount below zero, no lot that holds
// more than was earned, holds that are their slices and, where all open rows are there, lots and
// holds that add up to the member's balances. Planners count on it and check no such sum again.
// DATA_LOSS if not.
absl::Status CheckRows(const Ledger& ledger);

// When the clock alone changes the lot or the hold; absent: never.
std::optional<base::Instant> DueOf(const Lot& lot);
std::optional<base::Instant> DueOf(const Hold& hold);
// The earlier of two; absent: never.
std::optional<base::Instant> Sooner(std::optional<base::Instant> a, std::optional<base::Instant> b);
// The first instant at which the clock alone changes this ledger. Requires open_loaded.
std::optional<base::Instant> NextDueAt(const Ledger& ledger);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_STATE_H_
