// The planners: what a command does to a member's ledger, or why it may not. Pure: everything that
// is not in the arguments does not exist for them. All decisions come before the first change; a
// refusal leaves nothing behind.
#ifndef FAIRPOINT_LEDGER_PLAN_H_
#define FAIRPOINT_LEDGER_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger {

// What TakeBackParts booked for one part.
struct TakenBack {
  int64_t lot_seq = 0;
  base::Points taken;     // all of it
  base::Points restored;  // of that: debt brought back that the earning had repaid
  base::Points deducted;  // besides: not found, and kept back from the refund in money
};

// What a planner decided. Applying it (Take) cannot fail.
struct Changes {
  // Settled before, the operation's own, settled after; hashed and chained.
  std::vector<Entry> entries;
  int64_t operation_first = 0;  // seq of the operation's first entry; 0: it made none
  int64_t operation_count = 0;
  Member member;
  std::vector<Lot> new_lots;
  std::vector<Lot> lots;
  std::vector<Hold> new_holds;
  std::vector<Hold> holds;
  std::optional<int64_t> reversed_txn_seq;  // the transaction this operation undid
  int64_t deduct_minor_units = 0;
  std::vector<TakenBack> taken_back;  // parallel to the parts
};

// Puts the changes into the ledger they were planned from.
void Take(const Changes& changes, Ledger& ledger);

// What a planner needs to have loaded beside the member row.
struct Needs {
  bool open = false;                  // all open lots and holds
  std::optional<int64_t> hold_seq;    // this hold, even if resolved
  std::optional<int64_t> target_seq;  // the transaction of this entry, its reversal and its lots
};
Needs NeedsOf(const Operation& operation, const Member& member, const Program& program,
              base::Instant now);

// When the posting counts: its business time, which is never after the transaction's.
base::Instant BusinessTime(const Posting& posting, base::Instant now);

// What every posting must keep: a business time that is not in the future (but for the clocks'
// tolerance), a store of the programme.
absl::Status CheckPosting(const Posting& posting, const Program& program, base::Instant now);

// `now` is the transaction's instant, never below member.last_recorded_at. `program` is the version
// in force at the posting's business time. `target` is required for ReverseEntry only. Operations:
// EarnPoints to Settle, TakeBackParts, AdjustPoints and the lots of ImportMember (members,
// programmes, transfers and merges have planners of their own).
// Errors are those of ledger/errors.h, and DATA_LOSS when the rows contradict one another.
absl::StatusOr<Changes> Plan(const Ledger& ledger, const Operation& operation,
                             const Posting& posting, const Program& program,
                             const TargetTransaction* target, base::Instant now);

// The ledger as it stands at `now`, without anything being booked: for reads. Requires open_loaded.
// DATA_LOSS when the rows contradict one another.
absl::StatusOr<Ledger> SettledView(const Ledger& ledger, const Program& program, base::Instant now);

// The coming expiries of what is available, soonest first, never (absent) last; sums to available.
// Requires open_loaded.
struct Expiry {
  std::optional<base::Instant> expires_at;
  base::Points points;
  friend bool operator==(const Expiry&, const Expiry&) = default;
};
std::vector<Expiry> ComingExpiries(const Ledger& ledger);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_PLAN_H_
