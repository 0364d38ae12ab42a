// What the rows of some orders must be to one another.
#ifndef FAIRPOINT_AUDIT_ORDER_CHECK_H_
#define FAIRPOINT_AUDIT_ORDER_CHECK_H_

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"
#include "checkout/order.h"
#include "engine/store.h"

namespace fairpoint::audit {

inline constexpr char kOrderRecord[] = "order";
inline constexpr char kReturnRecord[] = "order return";

template <class Row>
engine::OrderName OrderNameOf(const Row& row) {
  return {row.program_id, row.order_id};
}

// Rows of some orders that follow one another: all of theirs.
struct OrderPage {
  std::vector<checkout::Placement> placements;
  std::map<engine::OrderName, checkout::Order> orders;
  std::map<engine::OrderName, std::vector<checkout::OrderLine>> lines;
  std::map<engine::OrderName, std::vector<checkout::ReturnPart>> parts;
  std::map<engine::OrderName, checkout::OrderClaim> claims;
  std::map<engine::OrderName, std::vector<pricing::PriceCredit>> credits;
  std::map<engine::OrderName, checkout::OrderReturn> returns;  // by the return's number
  std::map<engine::MemberName, int64_t> last_order_seqs;       // of the orders' members
};

// That the row's request made it.
template <class Row>
void AddMadeBy(const Row& row, engine::JournalTable table, Coverage& coverage) {
  coverage.AddMade({.table = table,
                    .program_id = row.program_id.value(),
                    .member_id = {},
                    .request_id = row.request_id.value(),
                    .first_seq = 0,
                    .count = 1,
                    .lane = row.lane,
                    .lane_seq = row.lane_seq});
}

// Adds findings and what the journal must have; a failure is of reading. Takes rows out of `page`.
absl::Status CheckOrderPage(Context& context, OrderPage& page);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ORDER_CHECK_H_
