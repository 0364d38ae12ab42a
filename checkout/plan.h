// The planners of orders priced elsewhere: pure, like ledger/plan.h, which they use for the points.
#ifndef FAIRPOINT_CHECKOUT_PLAN_H_
#define FAIRPOINT_CHECKOUT_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/time.h"
#include "checkout/command.h"
#include "checkout/order.h"
#include "checkout/order_book.h"
#include "ledger/command.h"
#include "ledger/plan.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::checkout {

// What all of them are told. `ledger` is null for an order without a member.
struct Circumstances {
  const ledger::Ledger* ledger = nullptr;
  const ledger::Posting& posting;
  const ledger::Program& program;  // in force at the posting's business time
  const OrderBook& book;
  base::Instant now;
  // What counts against one that IsCounted.
  int64_t returns_without_receipt = 0;
};

// What a planner decided.
struct Changes {
  std::optional<ledger::Changes> points;  // of the member's ledger; nothing without a member
  std::optional<Placement> placement;
  std::optional<OrderReturn> order_return;
  std::optional<OrderClaim> claim;
  std::vector<Order> new_orders;
  std::vector<Order> orders;
  std::vector<OrderLine> new_lines;
  std::vector<OrderLine> lines;
};

// Errors: those of checkout/errors.h and of ledger::Plan for the points.
absl::StatusOr<Changes> PlanPurchase(const RecordPurchase& purchase,
                                     const Circumstances& circumstances);
// By order: the order and its lines must be in the book, the ledger must be its member's, or of
// whom that one was merged into (then with what became of its lot). Without a receipt: the member's
// open lines of the SKUs and their orders.
absl::StatusOr<Changes> PlanReturn(const RecordReturn& order_return,
                                   const Circumstances& circumstances);
// `placement` is the receipt's; null when there is none. The order and its lines must be in the
// book.
absl::StatusOr<Changes> PlanClaim(const ClaimReceipt& claim, const Placement* placement,
                                  const Circumstances& circumstances);

// Whether the programme's limit of returns without a receipt counts it: a till's; an import tells
// what happened. False for null.
bool IsCounted(const RecordReturn* order_return);
// From when on such returns count against one of this posting: 30 days before its business time.
base::Instant CountedSince(const ledger::Posting& posting, base::Instant now);

// The lots that the return may take back from, whichever returns of the same transaction come
// before it: `units_by_sku` is what they want of each of its SKUs together, its own included.
std::vector<int64_t> LotsOf(const RecordReturn& order_return, const base::MemberId& member_id,
                            const OrderBook& book, const ledger::Program& program,
                            base::Instant effective_at,
                            const std::map<std::string, int64_t>& units_by_sku);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_PLAN_H_
