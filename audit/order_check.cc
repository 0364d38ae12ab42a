#include "audit/order_check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/lookup.h"
#include "audit/numbers.h"
#include "audit/returned_check.h"
#include "base/allocation.h"

namespace fairpoint::audit {
namespace {

using checkout::Order;
using checkout::OrderClaim;
using checkout::OrderLine;
using checkout::Placement;
using checkout::ReturnPart;
using engine::JournalTable;
using engine::OrderName;

constexpr char kLineRecord[] = "order line";
constexpr char kClaimRecord[] = "order claim";

class OrderCheck {
 public:
  OrderCheck(Context& context, OrderPage& page)
      : context_(context), page_(page), returned_(context, page.returns) {}

  absl::Status Run() {
    for (const Placement& placement : page_.placements) {
      if (absl::Status checked = Check(placement); !checked.ok()) return checked;
    }
    // What is left belongs to no order.
    for (const auto& [name, row] : page_.orders)
      Find(kOrderRecord, name, "placement", "one", "none");
    for (const auto& [name, rows] : page_.lines)
      Find(kLineRecord, name, "placement", "one", "none");
    for (const auto& [name, rows] : page_.parts)
      Find(kReturnRecord, name, "placement", "one", "none");
    for (const auto& [name, row] : page_.claims)
      Find(kClaimRecord, name, "placement", "one", "none");
    return absl::OkStatus();
  }

 private:
  void Find(const char* record, const OrderName& name, std::string what, std::string expected,
            std::string found) {
    context_.findings.Add({record, name.program_id.value(), name.order_id, std::move(what),
                           std::move(expected), std::move(found)});
  }
  template <class T>
  void Expect(const char* record, const OrderName& name, const std::string& what, const T& expected,
              const T& found) {
    if (expected != found) Find(record, name, what, Shown(expected), Shown(found));
  }

  absl::Status Check(const Placement& placement) {
    const OrderName name = OrderNameOf(placement);
    ++context_.report.orders;
    const base::Hash hash = HashOf(placement);
    Expect(kOrderRecord, name, "hash", hash, placement.hash);
    context_.coverage.AddRow({JournalTable::kPlacement, name.program_id.value(), name.order_id, 0,
                              hash, placement.lane, placement.lane_seq});
    AddMadeBy(placement, JournalTable::kPlacement, context_.coverage);
    if (CheckNumbers(placement)) CheckShares(placement);
    const std::optional<OrderClaim> claim = TakeFrom(page_.claims, name);
    if (claim) CheckClaim(placement, *claim);

    Order expected = checkout::OrderOf(placement, 0);
    if (claim) {
      expected.member_id = claim->member_id;
      expected.earn_seq = claim->earn_seq;
      expected.claimed_at = claim->recorded_at;
    }
    std::vector<OrderLine> lines = checkout::LinesOf(placement, 0);
    AddCredits(name, lines);
    const std::optional<absl::int128> before = returned_.Book(
        TakeFrom(page_.parts, name).value_or(std::vector<ReturnPart>()), expected, lines);
    // The claim earned what had not come back by then.
    if (claim && before && placement.member_id.empty()) {
      Expect(kClaimRecord, name, "points", placement.points.value - *before,
             absl::int128(claim->points.value));
    }
    const std::optional<Order> found = TakeFrom(page_.orders, name);
    if (!found) {
      Find(kOrderRecord, name, "row", "one in order_head", "none");
    } else {
      Compare(expected, *found);
    }
    CompareLines(name, lines, found.value_or(expected));
    const base::Points earned = claim ? claim->points : placement.points;
    return CheckEarning(name, expected, earned);
  }

  // What they are of at all, the pass over credits says.
  void AddCredits(const OrderName& name, std::vector<OrderLine>& lines) {
    std::vector<absl::int128> credited(lines.size());
    for (const pricing::PriceCredit& credit :
         TakeFrom(page_.credits, name).value_or(std::vector<pricing::PriceCredit>())) {
      if (credit.line_number >= 1 && credit.line_number <= static_cast<int64_t>(lines.size()))
        credited[static_cast<size_t>(credit.line_number - 1)] += credit.amount;
    }
    for (size_t i = 0; i < lines.size(); ++i) lines[i].credited = Pinned(credited[i]);
  }

  template <class Rows>
  static std::optional<typename Rows::mapped_type> TakeFrom(Rows& rows, const OrderName& name) {
    auto node = rows.extract(name);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }

  bool CheckNumbers(const Placement& placement) {
    const OrderName name = OrderNameOf(placement);
    Numbers numbers([&](std::string what, std::string expected, std::string found) {
      Find(kOrderRecord, name, std::move(what), std::move(expected), std::move(found));
    });
    numbers.AtLeast(0, placement.points.value, "points");
    for (size_t i = 0; i < placement.lines.size(); ++i) {
      const checkout::PlacedLine& line = placement.lines[i];
      numbers.AtLeast(1, line.quantity, "quantity of line ", i + 1);
      numbers.AtLeast(0, line.amount, "amount of line ", i + 1);
    }
    return numbers.ok();
  }

  // Requires its numbers in range.
  void CheckShares(const Placement& placement) {
    const OrderName name = OrderNameOf(placement);
    std::vector<int64_t> amounts;
    absl::int128 amount = 0;
    for (const checkout::PlacedLine& line : placement.lines) {
      amounts.push_back(line.amount);
      amount += line.amount;
    }
    if (amount != placement.amount)
      return Find(kOrderRecord, name, "amount", Shown(amount), Shown(placement.amount));
    if (amount == 0 && placement.points.value != 0)
      return Find(kOrderRecord, name, "points", "0, of nothing paid", Shown(placement.points));
    const std::vector<int64_t> shares = base::SpreadByWeight(placement.points.value, amounts);
    for (size_t i = 0; i < shares.size(); ++i) {
      Expect(kOrderRecord, name, absl::StrCat("points of line ", i + 1), shares[i],
             placement.lines[i].points.value);
    }
  }

  void CheckClaim(const Placement& placement, const OrderClaim& claim) {
    const OrderName name = OrderNameOf(claim);
    const base::Hash hash = HashOf(claim);
    Expect(kClaimRecord, name, "hash", hash, claim.hash);
    context_.coverage.AddRow({JournalTable::kOrderClaim, name.program_id.value(), name.order_id, 0,
                              hash, claim.lane, claim.lane_seq});
    AddMadeBy(claim, JournalTable::kOrderClaim, context_.coverage);
    if (!placement.member_id.empty())
      Find(kClaimRecord, name, "row", "none: the order has its member", "one");
  }

  void Compare(const Order& expected, const Order& found) {
    const OrderName name = OrderNameOf(expected);
    Expect(kOrderRecord, name, "member_id", expected.member_id.value(), found.member_id.value());
    Expect(kOrderRecord, name, "earn_seq", expected.earn_seq, found.earn_seq);
    Expect(kOrderRecord, name, "taken", expected.taken, found.taken);
    Expect(kOrderRecord, name, "restored", expected.restored, found.restored);
    Expect(kOrderRecord, name, "deducted", expected.deducted, found.deducted);
    Expect(kOrderRecord, name, "effective_at", expected.effective_at, found.effective_at);
    Expect(kOrderRecord, name, "claimed_at", expected.claimed_at, found.claimed_at);
    const auto last = page_.last_order_seqs.find({name.program_id, found.member_id});
    if ((found.order_seq > 0) == expected.member_id.empty()) {
      Find(kOrderRecord, name, "order_seq",
           expected.member_id.empty() ? "0, without a member" : "at least 1",
           Shown(found.order_seq));
    } else if (last != page_.last_order_seqs.end() && found.order_seq > last->second) {
      Find(kOrderRecord, name, "order_seq", absl::StrCat("at most its member's, ", last->second),
           Shown(found.order_seq));
    }
  }

  void CompareLines(const OrderName& name, std::vector<OrderLine>& expected, const Order& order) {
    const std::vector<OrderLine> found =
        TakeFrom(page_.lines, name).value_or(std::vector<OrderLine>());
    if (found.size() != expected.size()) {
      return Find(kLineRecord, name, "rows", absl::StrCat(expected.size()),
                  absl::StrCat(found.size()));
    }
    for (size_t i = 0; i < found.size(); ++i) {
      expected[i].member_id = order.member_id;
      expected[i].order_seq = order.order_seq;
      if (expected[i] == found[i]) continue;
      const OrderLine& e = expected[i];
      const OrderLine& f = found[i];
      const std::string line = absl::StrCat("line ", i + 1, ", ");
      Expect(kLineRecord, name, line + "line_number", e.line_number, f.line_number);
      Expect(kLineRecord, name, line + "member_id", e.member_id.value(), f.member_id.value());
      Expect(kLineRecord, name, line + "sku", e.sku, f.sku);
      Expect(kLineRecord, name, line + "quantity", e.quantity, f.quantity);
      Expect(kLineRecord, name, line + "amount", e.amount, f.amount);
      Expect(kLineRecord, name, line + "points", e.points, f.points);
      Expect(kLineRecord, name, line + "units_returned", e.units_returned, f.units_returned);
      Expect(kLineRecord, name, line + "amount_returned", e.amount_returned, f.amount_returned);
      Expect(kLineRecord, name, line + "credited", e.credited, f.credited);
      Expect(kLineRecord, name, line + "points_returned", e.points_returned, f.points_returned);
      Expect(kLineRecord, name, line + "effective_at", e.effective_at, f.effective_at);
      Expect(kLineRecord, name, line + "order_seq", e.order_seq, f.order_seq);
      Expect(kLineRecord, name, line + "is_open", e.is_open, f.is_open);
    }
  }

  absl::Status CheckEarning(const OrderName& name, const Order& order, base::Points points) {
    if (order.earn_seq == 0) {
      if (points.value != 0 && !order.member_id.empty())
        Find(kOrderRecord, name, "earn_seq", absl::StrCat("an entry of ", points.value, " points"),
             "none");
      return absl::OkStatus();
    }
    const auto entry =
        FindEntry(context_.session, {{name.program_id, order.member_id}, order.earn_seq});
    if (!entry.ok()) return entry.status();
    const bool fits = *entry && (*entry)->kind == ledger::EntryKind::kEarn &&
                      (*entry)->points == points && (*entry)->order_id == name.order_id;
    if (!fits) {
      Find(kOrderRecord, name, "earn_seq",
           absl::StrCat("an earning of ", points.value, " points of this order"),
           *entry ? absl::StrCat("entry ", order.earn_seq, ": another") : "no entry");
    }
    return absl::OkStatus();
  }

  Context& context_;
  OrderPage& page_;
  ReturnedCheck returned_;
};

}  // namespace

absl::Status CheckOrderPage(Context& context, OrderPage& page) {
  return OrderCheck(context, page).Run();
}

}  // namespace fairpoint::audit
