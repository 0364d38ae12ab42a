// Which lines a return belongs to, and what their units had earned.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/allocation.h"
#include "checkout/errors.h"
#include "checkout/plan.h"
#include "ledger/calendar.h"
#include "ledger/errors.h"

namespace fairpoint::checkout {
namespace {

// What is due back of a line's points, from how much of it came back in units and in money: so it
// does not matter in which order, or in how many parts, it does.
base::Points DuePoints(const OrderLine& line) {
  int64_t due = base::PrefixShare(line.points.value, line.units_returned, line.quantity);
  if (line.amount > 0)
    due = std::max(due, base::PrefixShare(line.points.value, line.amount_returned, line.amount));
  return base::Points{due};
}

MatchedReturn Matched(const OrderLine& before, const OrderLine& after) {
  return {.order_id = after.order_id,
          .line_number = after.line_number,
          .sku = after.sku,
          .units = after.units_returned - before.units_returned,
          .amount = after.amount_returned - before.amount_returned,
          .points = after.points_returned - before.points_returned,
          .credited = before.credited - after.credited};
}

// What may still be given back in money.
int64_t AmountLeft(const OrderLine& line) {
  return line.amount - line.amount_returned - line.credited;
}

// Requires 0 < units <= those left.
MatchedReturn ReturnUnits(OrderLine& line, int64_t units) {
  const OrderLine before = line;
  const int64_t credited =
      base::PrefixShare(line.credited, units, line.quantity - line.units_returned);
  line.credited -= credited;
  line.units_returned += units;
  const int64_t paid = base::PrefixShare(line.amount, line.units_returned, line.quantity) -
                       base::PrefixShare(line.amount, before.units_returned, line.quantity);
  line.is_open = line.units_returned < line.quantity;
  // A part may have been refunded before, without goods.
  line.amount_returned = line.is_open
                             ? line.amount_returned + std::min(paid, AmountLeft(before) + credited)
                             : line.amount;
  line.points_returned = DuePoints(line);
  return Matched(before, line);
}

// Of money alone: what was credited stays with the goods. Requires 0 < amount <= AmountLeft.
MatchedReturn ReturnAmount(OrderLine& line, int64_t amount) {
  const OrderLine before = line;
  line.amount_returned += amount;
  line.points_returned = DuePoints(line);
  return Matched(before, line);
}

absl::StatusOr<MatchedReturn> ReturnPart(OrderLine& line, const ReturnedLine& asked) {
  if (asked.units) {
    const int64_t left = line.quantity - line.units_returned;
    if (*asked.units > left) return ReturnExceedsUnits(line.line_number, left);
    return ReturnUnits(line, *asked.units);
  }
  const int64_t left = AmountLeft(line);
  if (*asked.amount > left) return ReturnExceedsAmount(line.line_number, left);
  return ReturnAmount(line, *asked.amount);
}

bool IsLater(const OrderLine& a, const OrderLine& b) {
  if (a.effective_at != b.effective_at) return a.effective_at > b.effective_at;
  if (a.order_seq != b.order_seq) return a.order_seq > b.order_seq;
  // Of members who were merged.
  if (a.order_id != b.order_id) return a.order_id > b.order_id;
  return a.line_number > b.line_number;
}

// By what was paid a unit, exactly; of those alike the later.
bool IsCheaper(const OrderLine& a, const OrderLine& b) {
  const absl::uint128 left = absl::uint128(a.amount) * absl::uint128(b.quantity);
  const absl::uint128 right = absl::uint128(b.amount) * absl::uint128(a.quantity);
  return left != right ? left < right : IsLater(a, b);
}

// The lines that a return of the SKU at `effective_at` may be of, in the order in which they are
// tried.
std::vector<const OrderLine*> Candidates(const OrderBook& book, const base::MemberId& member_id,
                                         const std::string& sku, Match match,
                                         const ledger::Program& program,
                                         base::Instant effective_at) {
  std::vector<const OrderLine*> lines = book.OpenLinesOf(member_id, sku);
  std::erase_if(lines, [&](const OrderLine* line) {
    if (line->effective_at > effective_at) return true;
    const auto& window = program.orders.return_window;
    return match == Match::kLowestPaid && window &&
           effective_at >= ledger::AddPeriod(line->effective_at, *window, program.zone);
  });
  std::ranges::sort(lines, [match](const OrderLine* a, const OrderLine* b) {
    return match == Match::kLatest ? IsLater(*a, *b) : IsCheaper(*a, *b);
  });
  return lines;
}

// The lot of the order's points, at its member or at whom that was merged into; 0: none.
int64_t LotOf(const Order& order, const base::MemberId& member_id, const OrderBook& book) {
  if (order.member_id == member_id) return order.earn_seq;
  const MovedLot* const moved = book.FindMoved(order);
  return moved == nullptr ? 0 : moved->lot_seq;
}

// What `points` of the order's points are, to the ledger that they are taken back from. DATA_LOSS
// when the order is neither that member's nor of one merged into it.
absl::StatusOr<ledger::TakeBackPart> PartOf(const Order& order, base::Points points,
                                            const base::MemberId& member_id,
                                            const OrderBook& book) {
  ledger::TakeBackPart part{.lot_seq = LotOf(order, member_id, book),
                            .points = points,
                            .taken_before = order.taken,
                            .restored_before = order.restored,
                            .deducted_before = order.deducted,
                            .merged = std::nullopt};
  if (order.member_id == member_id) return part;
  const MovedLot* const moved = book.FindMoved(order);
  if (moved == nullptr)
    return absl::DataLossError(
        absl::StrCat("order ", order.order_id, " is another member's, who is not merged"));
  part.merged = moved->earning;
  return part;
}

class ReturnPlanner {
 public:
  ReturnPlanner(const Circumstances& circumstances, base::Instant effective_at)
      : circumstances_(circumstances), effective_at_(effective_at), book_(circumstances.book) {}

  absl::Status Find(const ReturnByOrder& by_order) {
    const Order* const order = book_.FindOrder(by_order.order_id);
    if (order == nullptr) return OrderNotFound(by_order.order_id);
    if (effective_at_ < order->effective_at)
      return ledger::EffectiveTimeOutOfRange(effective_at_, "is before the purchase");
    for (const ReturnedLine& asked : by_order.lines) {
      const OrderLine* const found = book_.FindLine(by_order.order_id, asked.line_number);
      if (found == nullptr) return OrderLineNotFound(by_order.order_id, asked.line_number);
      OrderLine line = AsItStands(*found);
      const absl::StatusOr<MatchedReturn> matched = ReturnPart(line, asked);
      if (!matched.ok()) return matched.status();
      if (const absl::Status taken = Take(line, *matched); !taken.ok()) return taken;
    }
    return absl::OkStatus();
  }

  absl::Status Find(const ReturnWithoutReceipt& items) {
    if (circumstances_.ledger == nullptr) return ledger::MemberNotFound();
    const int64_t most = circumstances_.program.orders.returns_without_receipt_max;
    if (items.match == Match::kLowestPaid && most > 0 &&
        circumstances_.returns_without_receipt >= most)
      return TooManyReturns(most);
    const base::MemberId& member_id = circumstances_.ledger->member.member_id;
    for (const ReturnedItem& item : items.items) {
      int64_t left = item.units;
      for (const OrderLine* const candidate : Candidates(book_, member_id, item.sku, items.match,
                                                         circumstances_.program, effective_at_)) {
        if (left == 0) break;
        OrderLine line = AsItStands(*candidate);
        if (!line.is_open) continue;
        const int64_t units = std::min(left, line.quantity - line.units_returned);
        left -= units;
        const MatchedReturn matched = ReturnUnits(line, units);
        if (const absl::Status taken = Take(line, matched); !taken.ok()) return taken;
      }
      if (left > 0) row_.unmatched.push_back({item.sku, left});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Changes> Finish(const RecordReturn& asked) &&;

 private:
  // With what this return took of it before.
  OrderLine AsItStands(const OrderLine& line) const {
    const auto changed = changed_lines_.find({line.order_id, line.line_number});
    return changed == changed_lines_.end() ? line : changed->second;
  }
  absl::Status Take(const OrderLine& line, const MatchedReturn& matched) {
    changed_lines_[{line.order_id, line.line_number}] = line;
    // Of one member's orders it always fits; of several who were merged it may not.
    const std::optional<base::Points> points = base::CheckedAdd(row_.points, matched.points);
    if (!points) return ledger::BalanceOverflow();
    row_.points = *points;
    if (!due_.contains(matched.order_id)) orders_.push_back(matched.order_id);
    due_[matched.order_id] += matched.points;
    row_.matched.push_back(matched);
    return absl::OkStatus();
  }

  absl::Status TakePoints(const RecordReturn& asked, Changes& changes);

  const Circumstances& circumstances_;
  const base::Instant effective_at_;
  const OrderBook& book_;
  OrderReturn row_;
  std::map<std::pair<std::string, int64_t>, OrderLine> changed_lines_;
  std::vector<std::string> orders_;  // in the order in which they matched
  std::map<std::string, base::Points> due_;
};

absl::Status ReturnPlanner::TakePoints(const RecordReturn& asked, Changes& changes) {
  ledger::TakeBackParts take_back{.parts = {}, .refund = asked.refund};
  std::vector<Order> orders;
  for (const std::string& order_id : orders_) {
    const Order* const found = book_.FindOrder(order_id);
    if (found == nullptr)
      return absl::DataLossError(
          absl::StrCat("order ", order_id, ", of which lines are, is not there"));
    const Order& order = *found;
    if (order.earn_seq == 0 || due_[order_id].value == 0) continue;
    absl::StatusOr<ledger::TakeBackPart> part =
        PartOf(order, due_[order_id], circumstances_.ledger->member.member_id, book_);
    if (!part.ok()) return part.status();
    take_back.parts.push_back(*std::move(part));
    orders.push_back(order);
  }
  absl::StatusOr<ledger::Changes> points =
      ledger::Plan(*circumstances_.ledger, take_back, circumstances_.posting,
                   circumstances_.program, nullptr, circumstances_.now);
  if (!points.ok()) return points.status();
  for (size_t i = 0; i < orders.size(); ++i) {
    const ledger::TakenBack& taken = points->taken_back[i];
    orders[i].taken += taken.taken;
    orders[i].restored += taken.restored;
    orders[i].deducted += taken.deducted;
    row_.taken.push_back({orders[i].order_id, taken.taken, taken.restored, taken.deducted});
  }
  row_.member_id = points->member.member_id;
  row_.deduct_minor_units = points->deduct_minor_units;
  row_.first_seq = points->operation_first;
  row_.entry_count = points->operation_count;
  changes.orders = std::move(orders);
  changes.points = *std::move(points);
  return absl::OkStatus();
}

absl::StatusOr<Changes> ReturnPlanner::Finish(const RecordReturn& asked) && {
  Changes changes;
  if (circumstances_.ledger != nullptr) {
    if (const absl::Status taken = TakePoints(asked, changes); !taken.ok()) return taken;
  }
  for (auto& [name, line] : changed_lines_) changes.lines.push_back(std::move(line));
  const ledger::Posting& posting = circumstances_.posting;
  row_.program_id = circumstances_.program.program_id;
  row_.return_id = asked.return_id;
  row_.without_receipt = std::holds_alternative<ReturnWithoutReceipt>(asked.from);
  row_.source = asked.source;
  row_.legal_entity = ledger::LegalEntityOf(circumstances_.program, asked.source.store_id);
  row_.reason = posting.reason;
  row_.actor = posting.actor;
  row_.request_id = posting.request_id;
  row_.program_version = circumstances_.program.version;
  row_.effective_at = effective_at_;
  row_.recorded_at = circumstances_.now;
  row_.hash = HashOf(row_);
  changes.order_return = std::move(row_);
  return changes;
}

}  // namespace

absl::StatusOr<Changes> PlanReturn(const RecordReturn& order_return,
                                   const Circumstances& circumstances) {
  if (const absl::Status ok =
          ledger::CheckPosting(circumstances.posting, circumstances.program, circumstances.now);
      !ok.ok())
    return ok;
  const std::string& currency = circumstances.program.currency;
  if (order_return.refund && order_return.refund->currency != currency)
    return ledger::CurrencyMismatch(currency, order_return.refund->currency);
  const base::Instant effective_at = ledger::BusinessTime(circumstances.posting, circumstances.now);
  ReturnPlanner planner(circumstances, effective_at);
  const absl::Status found =
      std::visit([&planner](const auto& from) { return planner.Find(from); }, order_return.from);
  if (!found.ok()) return found;
  return std::move(planner).Finish(order_return);
}

bool IsCounted(const RecordReturn* order_return) {
  const auto* const items =
      order_return == nullptr ? nullptr : std::get_if<ReturnWithoutReceipt>(&order_return->from);
  return items != nullptr && items->match == Match::kLowestPaid;
}

base::Instant CountedSince(const ledger::Posting& posting, base::Instant now) {
  constexpr absl::Duration kCounted = absl::Hours(24 * 30);
  return ledger::BusinessTime(posting, now) + -kCounted;
}

std::vector<int64_t> LotsOf(const RecordReturn& order_return, const base::MemberId& member_id,
                            const OrderBook& book, const ledger::Program& program,
                            base::Instant effective_at,
                            const std::map<std::string, int64_t>& units_by_sku) {
  std::vector<int64_t> lots;
  const auto add = [&](const std::string& order_id) {
    const Order* const order = book.FindOrder(order_id);
    const int64_t lot_seq = order == nullptr ? 0 : LotOf(*order, member_id, book);
    if (lot_seq != 0) lots.push_back(lot_seq);
  };
  if (const auto* by_order = std::get_if<ReturnByOrder>(&order_return.from)) {
    add(by_order->order_id);
    return lots;
  }
  const auto& without_receipt = std::get<ReturnWithoutReceipt>(order_return.from);
  for (const ReturnedItem& item : without_receipt.items) {
    int64_t left = units_by_sku.at(item.sku);
    for (const OrderLine* const line :
         Candidates(book, member_id, item.sku, without_receipt.match, program, effective_at)) {
      if (left <= 0) break;
      left -= line->quantity - line->units_returned;
      add(line->order_id);
    }
  }
  return lots;
}

}  // namespace fairpoint::checkout
