#include "checkout/testing/world.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "ledger/testing/invariants.h"

namespace fairpoint::checkout::testing {
namespace {

bool IsNobodys(const Operation& operation, const OrderBook& book, bool nobodys) {
  if (std::holds_alternative<RecordPurchase>(operation)) return nobodys;
  const auto* order_return = std::get_if<RecordReturn>(&operation);
  if (order_return == nullptr) return false;
  const auto* by_order = std::get_if<ReturnByOrder>(&order_return->from);
  if (by_order == nullptr) return false;
  const Order* const order = book.FindOrder(by_order->order_id);
  return order == nullptr || order->member_id.empty();
}

}  // namespace

absl::StatusOr<Changes> World::Plan(const Operation& operation, const ledger::Ledger& ledger,
                                    const ledger::Posting& posting, base::Instant now,
                                    bool nobodys) const {
  const bool without_member = IsNobodys(operation, book, nobodys);
  const Circumstances circumstances{.ledger = without_member ? nullptr : &ledger,
                                    .posting = posting,
                                    .program = points.program,
                                    .book = book,
                                    .now = now};
  if (const auto* purchase = std::get_if<RecordPurchase>(&operation))
    return PlanPurchase(*purchase, circumstances);
  if (const auto* order_return = std::get_if<RecordReturn>(&operation))
    return PlanReturn(*order_return, circumstances);
  const auto& claim = std::get<ClaimReceipt>(operation);
  const auto placement = placements.find(claim.order_id);
  return PlanClaim(claim, placement == placements.end() ? nullptr : &placement->second,
                   circumstances);
}

absl::StatusOr<Changes> World::Ask(const Operation& operation, const ledger::Posting& posting,
                                   base::Instant now, bool nobodys) const {
  return Plan(operation, points.ledger, posting, now, nobodys);
}

absl::StatusOr<Changes> World::AskWithNeeds(const Operation& operation,
                                            const ledger::Posting& posting, base::Instant now,
                                            bool nobodys) const {
  ledger::Ledger loaded = points.ledger;
  std::vector<int64_t> named;
  if (const auto* order_return = std::get_if<RecordReturn>(&operation)) {
    std::map<std::string, int64_t> units;
    if (const auto* from = std::get_if<ReturnWithoutReceipt>(&order_return->from)) {
      for (const ReturnedItem& item : from->items) units[item.sku] += item.units;
    }
    named = LotsOf(*order_return, loaded.member.member_id, book, points.program,
                   ledger::BusinessTime(posting, now), units);
  }
  std::erase_if(loaded.lots, [&named](const auto& lot) {
    return !lot.second.is_open && std::ranges::find(named, lot.first) == named.end();
  });
  return Plan(operation, loaded, posting, now, nobodys);
}

absl::StatusOr<Changes> World::Do(const Operation& operation, const ledger::Posting& posting,
                                  base::Instant now, bool nobodys) {
  absl::StatusOr<Changes> changes = Ask(operation, posting, now, nobodys);
  if (!changes.ok()) return changes;
  if (changes->points) {
    ledger::Take(*changes->points, points.ledger);
    points.entries.insert(points.entries.end(), changes->points->entries.begin(),
                          changes->points->entries.end());
  }
  for (const std::vector<Order>& orders : {changes->new_orders, changes->orders}) {
    for (const Order& order : orders) book.Put(order);
  }
  for (const std::vector<OrderLine>& lines : {changes->new_lines, changes->lines}) {
    for (const OrderLine& line : lines) book.Put(line);
  }
  if (changes->placement) placements.emplace(changes->placement->order_id, *changes->placement);
  if (changes->order_return) returns.push_back(*changes->order_return);
  if (changes->claim) claims.push_back(*changes->claim);
  return changes;
}

std::vector<std::string> Faults(const World& world, base::Instant now) {
  std::vector<std::string> faults = ledger::testing::Faults(world.points, now);
  int64_t order_seq = 0;
  for (const auto& [order_id, placement] : world.placements) {
    const Order* const found = world.book.FindOrder(order_id);
    if (found == nullptr) {
      faults.push_back(absl::StrCat("order ", order_id, " is not there"));
      continue;
    }
    order_seq = std::max(order_seq, found->order_seq);
    Order order = OrderOf(placement, found->order_seq);
    for (const OrderClaim& claim : world.claims) {
      if (claim.order_id != order_id) continue;
      order.member_id = claim.member_id;
      order.earn_seq = claim.earn_seq;
      order.claimed_at = claim.recorded_at;
    }
    std::vector<OrderLine> lines = LinesOf(placement, found->order_seq);
    for (const OrderReturn& row : world.returns) {
      for (const OrderTaken& taken : row.taken) {
        if (taken.order_id != order_id) continue;
        order.taken += taken.taken;
        order.restored += taken.restored;
        order.deducted += taken.deducted;
      }
      for (const MatchedReturn& matched : row.matched) {
        if (matched.order_id != order_id) continue;
        OrderLine& line = lines.at(static_cast<size_t>(matched.line_number) - 1);
        line.units_returned += matched.units;
        line.amount_returned += matched.amount;
        line.points_returned += matched.points;
      }
    }
    if (order != *found) faults.push_back(absl::StrCat("order ", order_id, " is another"));
    base::Points points;
    int64_t amount = 0;
    for (OrderLine& line : lines) {
      const std::string name = absl::StrCat("line ", order_id, ".", line.line_number);
      line.member_id = order.member_id;
      line.is_open = line.units_returned < line.quantity;
      const OrderLine* const there = world.book.FindLine(order_id, line.line_number);
      if (there == nullptr || *there != line) faults.push_back(absl::StrCat(name, " is another"));
      if (line.units_returned > line.quantity || line.amount_returned > line.amount ||
          line.points_returned > line.points)
        faults.push_back(absl::StrCat(name, " gave back more than it had"));
      if (!line.is_open &&
          (line.amount_returned != line.amount || line.points_returned != line.points))
        faults.push_back(absl::StrCat(name, " came back whole, but not all of it was given back"));
      points += line.points;
      amount += line.amount;
    }
    if (points != placement.points || amount != placement.amount)
      faults.push_back(absl::StrCat("the lines of ", order_id, " do not sum to it"));
    if (order.taken > placement.points)
      faults.push_back(absl::StrCat("more was taken back than order ", order_id, " earned"));
  }
  if (order_seq != world.points.ledger.member.order_seq)
    faults.push_back("the member's last order_seq is not that of an order");
  return faults;
}

}  // namespace fairpoint::checkout::testing
