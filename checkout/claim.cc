// A receipt without a member, claimed.
#include <utility>

#include "checkout/errors.h"
#include "checkout/plan.h"
#include "ledger/calendar.h"

namespace fairpoint::checkout {

absl::StatusOr<Changes> PlanClaim(const ClaimReceipt& claim, const Placement* placement,
                                  const Circumstances& circumstances) {
  const ledger::Program& program = circumstances.program;
  const Order* const found = circumstances.book.FindOrder(claim.order_id);
  // Whether there is such an order at all is not said to who does not know its amount.
  if (placement == nullptr || found == nullptr || claim.amount.currency != placement->currency ||
      claim.amount.minor_units != placement->amount)
    return ClaimRefused("no_such_receipt");
  if (!found->member_id.empty()) return ClaimRefused("has_member");
  if (circumstances.now >=
      ledger::AddPeriod(placement->effective_at, program.orders.claim_within, program.zone))
    return ClaimRefused("too_late");

  Changes changes;
  Order order = *found;
  base::Points points;
  for (const OrderLine* const line : circumstances.book.LinesOf(claim.order_id)) {
    points += line->points - line->points_returned;
    changes.lines.push_back(*line);
  }
  // The points are the purchase's: its time, its store.
  ledger::Posting posting = circumstances.posting;
  posting.order_id = claim.order_id;
  posting.store_id = placement->source.store_id;
  posting.effective_at = placement->effective_at;
  absl::StatusOr<ledger::Changes> earned =
      ledger::Plan(*circumstances.ledger, ledger::EarnPoints{points}, posting, program, nullptr,
                   circumstances.now);
  if (!earned.ok()) return earned.status();

  order.member_id = earned->member.member_id;
  order.order_seq = ++earned->member.order_seq;
  order.earn_seq = earned->operation_first;
  order.claimed_at = circumstances.now;
  for (OrderLine& line : changes.lines) {
    line.member_id = order.member_id;
    line.order_seq = order.order_seq;
  }
  OrderClaim& row = changes.claim.emplace();
  row.program_id = program.program_id;
  row.order_id = claim.order_id;
  row.member_id = order.member_id;
  row.points = points;
  row.earn_seq = order.earn_seq;
  row.reason = posting.reason;
  row.actor = posting.actor;
  row.request_id = posting.request_id;
  row.program_version = program.version;
  row.recorded_at = circumstances.now;
  row.hash = HashOf(row);
  changes.orders.push_back(std::move(order));
  changes.points = *std::move(earned);
  return changes;
}

}  // namespace fairpoint::checkout
