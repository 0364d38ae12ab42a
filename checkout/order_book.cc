#include "checkout/order_book.h"

#include <limits>

namespace fairpoint::checkout {

void OrderBook::Put(const Order& order) { orders_.insert_or_assign(order.order_id, order); }

void OrderBook::Put(const OrderLine& line) {
  const LineName name{line.order_id, line.line_number};
  const auto found = lines_.find(name);
  if (found != lines_.end()) {
    by_owner_[{found->second.member_id, found->second.sku}].erase(name);
    found->second = line;
  } else {
    lines_.emplace(name, line);
  }
  by_owner_[{line.member_id, line.sku}].insert(name);
}

const Order* OrderBook::FindOrder(const std::string& order_id) const {
  const auto found = orders_.find(order_id);
  return found == orders_.end() ? nullptr : &found->second;
}

const OrderLine* OrderBook::FindLine(const std::string& order_id, int64_t line_number) const {
  const auto found = lines_.find({order_id, line_number});
  return found == lines_.end() ? nullptr : &found->second;
}

std::vector<const OrderLine*> OrderBook::LinesOf(const std::string& order_id) const {
  std::vector<const OrderLine*> lines;
  for (auto line = lines_.lower_bound({order_id, std::numeric_limits<int64_t>::min()});
       line != lines_.end() && line->first.first == order_id; ++line)
    lines.push_back(&line->second);
  return lines;
}

void OrderBook::Put(const MovedLot& lot) {
  moved_.insert_or_assign({lot.earning.member_id, lot.earning.earn_seq}, lot);
}

void OrderBook::PutMerged(const base::MemberId& source, const base::MemberId& target) {
  merged_[target].insert(source);
}

const MovedLot* OrderBook::FindMoved(const Order& order) const {
  const auto found = moved_.find({order.member_id, order.earn_seq});
  return found == moved_.end() ? nullptr : &found->second;
}

std::vector<const OrderLine*> OrderBook::OpenLinesOf(const base::MemberId& member_id,
                                                     const std::string& sku) const {
  std::vector<const OrderLine*> lines;
  const auto add = [&](const base::MemberId& owner) {
    const auto owned = by_owner_.find({owner, sku});
    if (owned == by_owner_.end()) return;
    for (const LineName& name : owned->second) {
      const OrderLine& line = lines_.at(name);
      if (line.is_open) lines.push_back(&line);
    }
  };
  add(member_id);
  if (const auto merged = merged_.find(member_id); merged != merged_.end()) {
    for (const base::MemberId& source : merged->second) add(source);
  }
  return lines;
}

}  // namespace fairpoint::checkout
