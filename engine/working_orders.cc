// The orders of a working set: what was loaded of them and what the plans made.
#include <utility>

#include "engine/working_set.h"

namespace fairpoint::engine {
namespace {

OrderName NameOf(const auto& row) { return {row.program_id, row.order_id}; }

}  // namespace

void WorkingSet::AddOrders(const std::vector<checkout::Order>& orders) {
  for (const checkout::Order& order : orders) order_books_[order.program_id].Put(order);
}

void WorkingSet::AddOrderLines(const std::vector<checkout::OrderLine>& lines) {
  for (const checkout::OrderLine& line : lines) order_books_[line.program_id].Put(line);
}

void WorkingSet::AddPlacements(const std::vector<checkout::Placement>& placements) {
  for (const checkout::Placement& placement : placements)
    placements_.insert_or_assign(NameOf(placement), placement);
}

void WorkingSet::AddOrderReturns(const std::vector<checkout::OrderReturn>& returns) {
  for (const checkout::OrderReturn& row : returns)
    order_returns_.insert_or_assign({row.program_id, row.return_id}, row);
}

const checkout::OrderBook& WorkingSet::OrdersOf(const base::ProgramId& program_id) {
  return order_books_[program_id];
}

const checkout::Placement* WorkingSet::FindPlacement(const OrderName& name) const {
  const auto found = placements_.find(name);
  return found == placements_.end() ? nullptr : &found->second;
}

const checkout::OrderReturn* WorkingSet::FindOrderReturn(const OrderName& name) const {
  const auto found = order_returns_.find(name);
  return found == order_returns_.end() ? nullptr : &found->second;
}

void WorkingSet::Take(checkout::Changes changes) {
  if (changes.points) {
    const ledger::Member& member = changes.points->member;
    const MemberName name{member.program_id, member.member_id};
    Take(name, *std::move(changes.points));
  }
  for (const checkout::Order& order : changes.new_orders) new_orders_.insert(NameOf(order));
  for (const checkout::Order& order : changes.orders) {
    if (!new_orders_.contains(NameOf(order))) changed_orders_.insert(NameOf(order));
  }
  for (const checkout::OrderLine& line : changes.new_lines)
    new_lines_.insert({NameOf(line), line.line_number});
  for (const checkout::OrderLine& line : changes.lines) {
    if (!new_lines_.contains({NameOf(line), line.line_number}))
      changed_lines_.insert({NameOf(line), line.line_number});
  }
  AddOrders(changes.new_orders);
  AddOrders(changes.orders);
  AddOrderLines(changes.new_lines);
  AddOrderLines(changes.lines);
  if (changes.placement) {
    AddPlacements({*changes.placement});
    appended_.placements.push_back(*std::move(changes.placement));
  }
  if (changes.order_return) {
    for (checkout::ReturnPart& part : PartsOf(*changes.order_return))
      appended_.new_return_parts.push_back(std::move(part));
    AddOrderReturns({*changes.order_return});
    appended_.order_returns.push_back(*std::move(changes.order_return));
  }
  if (changes.claim) appended_.order_claims.push_back(*std::move(changes.claim));
}

void WorkingSet::TakeOrderRows(WriteSet& rows) {
  const auto order = [this](const OrderName& name) {
    return *order_books_[name.program_id].FindOrder(name.order_id);
  };
  const auto line = [this](const LineName& name) {
    return *order_books_[name.first.program_id].FindLine(name.first.order_id, name.second);
  };
  for (const OrderName& name : new_orders_) rows.new_orders.push_back(order(name));
  for (const OrderName& name : changed_orders_) rows.orders.push_back(order(name));
  for (const LineName& name : new_lines_) rows.new_order_lines.push_back(line(name));
  for (const LineName& name : changed_lines_) rows.order_lines.push_back(line(name));
}

}  // namespace fairpoint::engine
