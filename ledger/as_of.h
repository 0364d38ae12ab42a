// A member's ledger as it was: the fold of its history, for reads.
#ifndef FAIRPOINT_LEDGER_AS_OF_H_
#define FAIRPOINT_LEDGER_AS_OF_H_

#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/time.h"
#include "ledger/entry.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger {

// Folds the entries that were recorded by a time and effective by a time. Left out besides is what
// builds on entries that are left out: what undoes them, and what the clock or a caller did to
// their lots and holds.
class AsOf {
 public:
  AsOf(const Member& member, base::Instant effective_by, base::Instant recorded_by);

  // All that were recorded by then, also those that are effective later, in the order of their seq.
  void Add(const Entry& entry);

  // Settled to the business time. A spend that was recorded later than points were released or
  // returned, and dated before it, leaves less than nothing available of a lot: that is set against
  // what the lot has pending or held, then against other lots, then counted as debt. Lots and holds
  // are those that were open; balances, lifetime_earned and entry_seq are of then. BALANCE_OVERFLOW
  // where what was left out had kept the balances within 2^63-1.
  absl::StatusOr<Ledger> Settled(const Program& program) &&;

 private:
  const base::Instant effective_by_;
  const base::Instant recorded_by_;
  Ledger ledger_;
  std::set<int64_t> left_out_;
  absl::Status status_;
};

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_AS_OF_H_
