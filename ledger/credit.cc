#include "ledger/credit.h"

#include "ledger/settle.h"

namespace fairpoint::ledger {

bool Fits(const Member& member, base::Points points) {
  const auto spendable = base::CheckedAdd(member.available, member.pending);
  const auto owned = spendable ? base::CheckedAdd(*spendable, member.held) : std::nullopt;
  return owned && base::CheckedAdd(*owned, points);
}

int64_t Credit(Draft& draft, Draft::Movement movement) {
  movement.to = Account::kAvailable;
  movement.lot_seq = Draft::kNewLot;
  const int64_t lot_seq = draft.Book(movement);
  RepayDebt(draft, lot_seq, movement.effective_at);
  return lot_seq;
}

}  // namespace fairpoint::ledger
