// What an order earns, and how its points are spread over its lines.
#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "base/allocation.h"
#include "base/money.h"
#include "checkout/errors.h"
#include "checkout/plan.h"
#include "ledger/errors.h"

namespace fairpoint::checkout {
namespace {

// Sets what the order earns as a whole and by line. Requires the placement's lines and amounts.
absl::Status Earn(const ledger::BaseRate& rate, Placement& placement) {
  std::vector<int64_t> amounts;
  amounts.reserve(placement.lines.size());
  for (const PlacedLine& line : placement.lines) {
    amounts.push_back(line.amount);
    if (__builtin_add_overflow(placement.amount, line.amount, &placement.amount))
      return ledger::BalanceOverflow();
  }
  bool fits = false;
  placement.points.value =
      base::MulDivFloor(placement.amount, rate.points, rate.per_minor_units, fits);
  if (!fits) return ledger::BalanceOverflow();
  const std::vector<int64_t> shares = base::SpreadByWeight(placement.points.value, amounts);
  for (size_t i = 0; i < shares.size(); ++i) placement.lines[i].points.value = shares[i];
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Changes> PlanPurchase(const RecordPurchase& purchase,
                                     const Circumstances& circumstances) {
  const ledger::Program& program = circumstances.program;
  const ledger::Posting& posting = circumstances.posting;
  if (circumstances.book.FindOrder(purchase.order_id) != nullptr)
    return OrderExists(purchase.order_id);
  if (purchase.currency != program.currency)
    return ledger::CurrencyMismatch(program.currency, purchase.currency);
  if (const absl::Status ok = ledger::CheckPosting(posting, program, circumstances.now); !ok.ok())
    return ok;

  Changes changes;
  Placement& placement = changes.placement.emplace();
  placement.program_id = program.program_id;
  placement.order_id = purchase.order_id;
  placement.currency = purchase.currency;
  placement.lines = purchase.lines;
  placement.source = purchase.source;
  placement.legal_entity = ledger::LegalEntityOf(program, purchase.source.store_id);
  placement.reason = posting.reason;
  placement.actor = posting.actor;
  placement.request_id = posting.request_id;
  placement.program_version = program.version;
  placement.effective_at =
      std::min(posting.effective_at.value_or(circumstances.now), circumstances.now);
  placement.recorded_at = circumstances.now;
  if (const absl::Status earned = Earn(program.base_rate, placement); !earned.ok()) return earned;

  int64_t order_seq = 0;
  if (circumstances.ledger != nullptr) {
    absl::StatusOr<ledger::Changes> points =
        ledger::Plan(*circumstances.ledger, ledger::EarnPoints{placement.points}, posting, program,
                     nullptr, circumstances.now);
    if (!points.ok()) return points.status();
    order_seq = ++points->member.order_seq;
    placement.member_id = points->member.member_id;
    placement.earn_seq = points->operation_first;
    changes.points = *std::move(points);
  }
  placement.hash = HashOf(placement);
  changes.new_orders.push_back(OrderOf(placement, order_seq));
  changes.new_lines = LinesOf(placement, order_seq);
  return changes;
}

}  // namespace fairpoint::checkout
