#include "server/imports/book.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace fairpoint::server::imports {
namespace {

// What a grouped order comes to.
struct Parts {
  size_t purchased = 0;
  size_t returned = 0;
  size_t without_units = 0;
  bool total_fits = true;
};

bool IsPurchased(const Order& order, const Line& line) {
  return !order.is_return && line.units > 0;
}

bool IsReturned(const Order& order, const Line& line, bool by_quantity) {
  if (by_quantity) return line.units < 0;
  return order.is_return && line.units != 0;
}

Parts PartsOf(const Book& book, const Order& order) {
  Parts parts;
  int64_t total = 0;
  for (const Line& line : book.LinesOf(order)) {
    if (IsPurchased(order, line)) {
      ++parts.purchased;
      parts.total_fits &= !__builtin_add_overflow(total, line.amount_minor_units, &total);
    } else if (IsReturned(order, line, book.returns_by_quantity)) {
      ++parts.returned;
    } else {
      ++parts.without_units;
    }
  }
  return parts;
}

void AssignLines(Book& book) {
  std::ranges::sort(book.lines, {},
                    [](const Line& line) { return std::tuple(line.order, line.row); });
  for (size_t i = 0; i < book.lines.size(); ++i) {
    Order& order = book.orders[book.lines[i].order];
    if (order.line_count++ == 0) order.first_line = static_cast<uint32_t>(i);
  }
}

void RejectOrder(Book& book, const Order& order) {
  ++book.counts.orders_rejected;
  for (const Line& line : book.LinesOf(order)) {
    book.rejects.push_back({line.row, order.number, order.fault});
  }
}

void AddSendings(Book& book, uint32_t index, const Parts& parts) {
  if (parts.purchased > 0) book.sendings.push_back({index, false, false});
  if (parts.returned > 0) book.sendings.push_back({index, true, parts.purchased > 0});
  book.counts.purchases += parts.purchased > 0 ? 1 : 0;
  book.counts.returns += parts.returned > 0 ? 1 : 0;
  book.counts.orders_without_units += parts.purchased + parts.returned == 0 ? 1 : 0;
  book.counts.rows_without_units += static_cast<int64_t>(parts.without_units);
}

void CollectCustomers(Book& book) {
  std::vector<bool> is_known(book.texts.size());
  for (const Order& order : book.orders) {
    if (!order.is_sent || is_known[order.customer]) continue;
    is_known[order.customer] = true;
    book.customers.push_back(order.customer);
  }
}

}  // namespace

TextId TextTable::Intern(std::string_view text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<TextId>(texts_.size());
  texts_.emplace_back(text);
  ids_.emplace(texts_.back(), id);
  return id;
}

bool Book::IsOf(const Line& line, const Sending& sending) const {
  const Order& order = orders[sending.order];
  return sending.is_return ? IsReturned(order, line, returns_by_quantity)
                           : IsPurchased(order, line);
}

std::string Book::NumberOf(const Sending& sending) const {
  return absl::StrCat(texts[orders[sending.order].number], sending.has_suffix ? "-R" : "");
}

void Book::Reject(const Sending& sending, std::string_view reason) {
  const TextId id = texts.Intern(reason);
  for (const Line& line : LinesOf(orders[sending.order])) {
    if (!IsOf(line, sending)) continue;
    rejects.push_back({line.row, orders[sending.order].number, id});
    ++counts.rows_rejected;
  }
}

void Group(Book& book) {
  AssignLines(book);
  for (uint32_t i = 0; i < book.orders.size(); ++i) {
    Order& order = book.orders[i];
    const Parts parts = PartsOf(book, order);
    if (order.fault == 0 && std::max(parts.purchased, parts.returned) > kLinesOfOrderMax) {
      order.fault =
          book.texts.Intern(absl::StrCat("the order has more than ", kLinesOfOrderMax, " lines"));
    }
    if (order.fault == 0 && !parts.total_fits) {
      order.fault = book.texts.Intern("the order's total is too large");
    }
    if (order.fault != 0) {
      RejectOrder(book, order);
    } else {
      order.is_sent = parts.purchased + parts.returned > 0;
      AddSendings(book, i, parts);
    }
  }
  book.counts.orders = static_cast<int64_t>(book.orders.size());
  book.counts.rows_rejected = static_cast<int64_t>(book.rejects.size());
  std::ranges::sort(book.sendings, {}, [&book](const Sending& sending) {
    return std::tuple(book.orders[sending.order].time, sending.order, sending.is_return);
  });
  CollectCustomers(book);
}

}  // namespace fairpoint::server::imports
