// Takes back what earnings gave, as far as the programme's policy reaches.
#ifndef FAIRPOINT_LEDGER_TAKE_BACK_H_
#define FAIRPOINT_LEDGER_TAKE_BACK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/money.h"
#include "base/points.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/draft.h"
#include "ledger/entry.h"
#include "ledger/plan.h"

namespace fairpoint::ledger {

class TakeBack {
 public:
  // The draft must outlive it. `kind` is kTakeBack or kTakeBackPart.
  TakeBack(Draft& draft, EntryKind kind, base::Instant effective_at, bool has_refund)
      : draft_(draft), kind_(kind), effective_at_(effective_at), has_refund_(has_refund) {}

  // Books a part of an earning: from its lot (pending first), then as debt what it had repaid of
  // debts, then from other lots, then as the policy says. Requires the lot in the draft. Of an
  // earning that a merged member brought in, its lot counts together with those before it. Errors:
  // BALANCE_OVERFLOW, with nothing booked.
  absl::StatusOr<TakenBack> Take(const TakeBackPart& part);

  // Minor units to keep back from the refund for what was not found, by the policy
  // deduct_from_refund; 0 without that policy or a refund.
  int64_t ToDeduct(const std::optional<base::Money>& refund) const;

 private:
  struct Piece {
    Account from;
    base::Points points;
    int64_t lot_seq = 0;
  };

  // What Take takes, in its order: nothing is booked.
  TakenBack Choose(const TakeBackPart& part, std::vector<Piece>& pieces);
  // Whether the member's debt and what was earned in a lifetime stay within their range.
  bool Fits(const std::vector<Piece>& pieces) const;
  void Book(const Piece& piece, const TakeBackPart& part);

  Draft& draft_;
  const EntryKind kind_;
  const base::Instant effective_at_;
  const bool has_refund_;
  base::Points not_found_;
};

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_TAKE_BACK_H_
