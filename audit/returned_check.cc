#include "audit/returned_check.h"

#include <cstddef>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/order_check.h"

namespace fairpoint::audit {

using checkout::MatchedReturn;
using checkout::Order;
using checkout::OrderLine;
using checkout::OrderReturn;
using checkout::OrderTaken;
using checkout::ReturnPart;
using engine::OrderName;

bool CheckNumbers(const OrderReturn& row, const Numbers::Say& say) {
  Numbers numbers(say);
  for (const MatchedReturn& matched : row.matched) {
    const auto at_least_0 = [&](int64_t number, const char* what) {
      numbers.AtLeast(0, number, what, " of line ", matched.line_number, " of order ",
                      matched.order_id);
    };
    at_least_0(matched.units, "units");
    at_least_0(matched.amount, "amount");
    at_least_0(matched.points.value, "points");
    at_least_0(matched.credited, "credited");
  }
  absl::int128 all = 0;
  for (const OrderTaken& each : row.taken) {
    for (const auto& [points, what] : {std::pair(each.taken, "taken"),
                                       {each.restored, "restored"},
                                       {each.deducted, "deducted"}}) {
      numbers.AtLeast(0, points.value, what, " of order ", each.order_id);
      all += points.value;
    }
  }
  numbers.AtMost(std::numeric_limits<int64_t>::max(), all, "taken, restored and deducted, in all");
  return numbers.ok();
}

std::optional<absl::int128> ReturnedCheck::Book(const std::vector<ReturnPart>& parts, Order& order,
                                                std::vector<OrderLine>& lines) {
  const OrderName name = OrderNameOf(order);
  std::vector<OfLine> of_lines(lines.size());
  absl::int128 taken = 0, restored = 0, deducted = 0;
  std::optional<absl::int128> without_member = 0;
  for (const ReturnPart& part : parts) {
    Add(part, of_lines);
    const auto row = returns_.find({part.program_id, part.return_id});
    if (row == returns_.end()) {
      Find(name, absl::StrCat("return ", part.return_id), "an order_return row", "none");
      without_member.reset();
    } else {
      CheckPart(part, row->second);
      // A return is recorded with the order's member, as soon as there is one.
      if (without_member && row->second.member_id.empty()) {
        for (const MatchedReturn& matched : part.matched) *without_member += matched.points.value;
      }
    }
    taken += part.taken.value;
    restored += part.restored.value;
    deducted += part.deducted.value;
  }
  Numbers numbers([&](std::string what, std::string expected, std::string found) {
    Find(name, std::move(what), std::move(expected), std::move(found));
  });
  for (size_t i = 0; i < lines.size(); ++i) {
    OrderLine& line = lines[i];
    numbers.AtMost(line.quantity, of_lines[i].units, "units returned of line ", i + 1);
    numbers.AtMost(line.amount, of_lines[i].amount, "amount returned of line ", i + 1);
    numbers.AtMost(line.points.value, of_lines[i].points, "points returned of line ", i + 1);
    numbers.AtMost(line.credited, of_lines[i].credited, "credited, returned of line ", i + 1);
    line.units_returned = Pinned(of_lines[i].units);
    line.amount_returned = Pinned(of_lines[i].amount);
    line.points_returned.value = Pinned(of_lines[i].points);
    line.credited = Pinned(line.credited - of_lines[i].credited);
    line.is_open = line.units_returned < line.quantity;
  }
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  numbers.AtMost(kMost, taken, "taken by all returns");
  numbers.AtMost(kMost, restored, "restored by all returns");
  numbers.AtMost(kMost, deducted, "deducted by all returns");
  order.taken.value = Pinned(taken);
  order.restored.value = Pinned(restored);
  order.deducted.value = Pinned(deducted);
  return without_member;
}

void ReturnedCheck::Find(const OrderName& name, std::string what, std::string expected,
                         std::string found) {
  context_.findings.Add({kOrderRecord, name.program_id.value(), name.order_id, std::move(what),
                         std::move(expected), std::move(found)});
}

void ReturnedCheck::CheckPart(const ReturnPart& part, const OrderReturn& row) {
  const PartsByOrder& parts = PartsIn(row);
  if (parts) {
    const auto made = parts->find(part.order_id);
    if (made != parts->end() && made->second == part) return;
  }
  Find(OrderNameOf(part), absl::StrCat("return ", part.return_id),
       "the part that its order_return row has", parts ? "another" : "numbers of no part");
}

// What is added is what stands there, so that only what does not follow from it is said.
void ReturnedCheck::Add(const ReturnPart& part, std::vector<OfLine>& of_lines) {
  const OrderName name = OrderNameOf(part);
  const std::string number = absl::StrCat("return ", part.return_id);
  Numbers numbers([&](std::string what, std::string expected, std::string found) {
    Find(name, std::move(what), std::move(expected), std::move(found));
  });
  numbers.AtLeast(0, part.taken.value, number, ", taken");
  numbers.AtLeast(0, part.restored.value, number, ", restored");
  numbers.AtLeast(0, part.deducted.value, number, ", deducted");
  for (const MatchedReturn& matched : part.matched) {
    if (matched.line_number < 1 || matched.line_number > static_cast<int64_t>(of_lines.size())) {
      Find(name, number, "lines of the order", absl::StrCat("line ", matched.line_number));
      continue;
    }
    numbers.AtLeast(0, matched.units, number, ", units of line ", matched.line_number);
    numbers.AtLeast(0, matched.amount, number, ", amount of line ", matched.line_number);
    numbers.AtLeast(0, matched.points.value, number, ", points of line ", matched.line_number);
    numbers.AtLeast(0, matched.credited, number, ", credited of line ", matched.line_number);
    OfLine& line = of_lines[static_cast<size_t>(matched.line_number - 1)];
    line.units += matched.units;
    line.amount += matched.amount;
    line.points += matched.points.value;
    line.credited += matched.credited;
  }
}

const ReturnedCheck::PartsByOrder& ReturnedCheck::PartsIn(const OrderReturn& row) {
  const auto [made, is_new] = parts_.try_emplace({row.program_id, row.return_id});
  // What exactly is out of range, the pass over returns says.
  if (is_new && CheckNumbers(row, [](const auto&...) {})) {
    PartsByOrder& parts = made->second;
    parts.emplace();
    for (ReturnPart& part : checkout::PartsOf(row)) parts->emplace(part.order_id, std::move(part));
  }
  return made->second;
}

}  // namespace fairpoint::audit
