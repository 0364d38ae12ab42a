#include "audit/order_pass.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/lookup.h"
#include "audit/order_check.h"
#include "audit/returned_check.h"
#include "audit/row_hashes.h"
#include "audit/snapshot.h"
#include "audit/taken_check.h"

namespace fairpoint::audit {
namespace {

using checkout::Order;
using checkout::OrderClaim;
using checkout::OrderLine;
using checkout::OrderReturn;
using checkout::Placement;
using checkout::ReturnPart;
using engine::JournalTable;
using engine::OrderName;

// A page of orders has as many at most, of as many lines together at most, or one order.
constexpr size_t kOrdersAtOnce = 200;
constexpr size_t kLinesAtOnce = 20'000;
// How many the first page asks for; later ones twice as many as the last had. So few placements are
// read for naught where orders have very many lines.
constexpr size_t kFirstOrders = 25;

// Keeps the first whose lines together are few enough to read, one at least. Whether it kept all.
bool CutToPage(std::vector<Placement>& placements) {
  size_t lines = 0;
  for (size_t i = 0; i < placements.size(); ++i) {
    lines += placements[i].lines.size();
    if (i == 0 || lines <= kLinesAtOnce) continue;
    placements.resize(i);
    return false;
  }
  return true;
}

absl::Status ReadPage(engine::ReadSession& session, const engine::OrderRange& range,
                      OrderPage& page) {
  std::vector<Order> orders;
  std::vector<OrderLine> lines;
  std::vector<ReturnPart> parts;
  std::vector<OrderClaim> claims;
  if (absl::Status read = session.ScanOrders(range, orders); !read.ok()) return read;
  if (absl::Status read = session.ScanOrderLines(range, lines); !read.ok()) return read;
  if (absl::Status read = session.ScanReturnParts(range, parts); !read.ok()) return read;
  if (absl::Status read = session.ScanOrderClaims(range, claims); !read.ok()) return read;
  std::vector<OrderName> placed;
  for (const Placement& row : page.placements) placed.push_back(OrderNameOf(row));
  std::vector<pricing::PriceCredit> credits;
  if (!placed.empty()) {
    if (absl::Status read = session.LoadPriceCredits(placed, credits); !read.ok()) return read;
  }
  for (pricing::PriceCredit& row : credits)
    page.credits[OrderNameOf(row)].push_back(std::move(row));
  std::set<OrderName> names;
  for (const ReturnPart& part : parts) names.insert({part.program_id, part.return_id});
  std::vector<OrderReturn> returns;
  const std::vector<OrderName> wanted(names.begin(), names.end());
  if (!wanted.empty()) {
    if (absl::Status read = session.LoadOrderReturns(wanted, returns); !read.ok()) return read;
  }
  std::set<engine::MemberName> owners;
  for (const Order& row : orders) {
    if (!row.member_id.empty()) owners.insert({row.program_id, row.member_id});
  }
  std::vector<ledger::Member> members;
  const std::vector<engine::MemberName> owner_names(owners.begin(), owners.end());
  if (!owner_names.empty()) {
    // A member that cannot be read is named by the pass over members, and hides no order.
    absl::Status read = session.FindMembers(owner_names, members);
    if (!read.ok() && !absl::IsDataLoss(read)) return read;
  }
  for (const ledger::Member& row : members)
    page.last_order_seqs[{row.program_id, row.member_id}] = row.order_seq;
  for (Order& row : orders) page.orders.emplace(OrderNameOf(row), std::move(row));
  for (OrderLine& row : lines) page.lines[OrderNameOf(row)].push_back(std::move(row));
  for (ReturnPart& row : parts) page.parts[OrderNameOf(row)].push_back(std::move(row));
  for (OrderClaim& row : claims) page.claims.emplace(OrderNameOf(row), std::move(row));
  for (OrderReturn& row : returns)
    page.returns.emplace(OrderName{row.program_id, row.return_id}, std::move(row));
  return absl::OkStatus();
}

void ReportUnreadable(Context& context, const char* record, const std::optional<OrderName>& after,
                      const absl::Status& why) {
  context.report.complete = false;
  context.findings.Add({record, after ? after->program_id.value() : "",
                        after ? absl::StrCat("after ", after->order_id) : "the first", "row",
                        "one that can be read", std::string(why.message())});
}

absl::Status CheckPlacements(Context& context) {
  std::optional<OrderName> after;
  size_t limit = kFirstOrders;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    OrderPage page;
    absl::Status read = context.session.ScanPlacements(after, limit, page.placements);
    const bool is_full = page.placements.size() == limit;
    more = !CutToPage(page.placements) || is_full;
    limit = std::min(2 * std::max<size_t>(page.placements.size(), 1), kOrdersAtOnce);
    engine::OrderRange range{.after = after, .until = std::nullopt};
    if (more) range.until = OrderNameOf(page.placements.back());
    if (read.ok()) read = ReadPage(context.session, range, page);
    if (absl::IsDataLoss(read)) {
      ReportUnreadable(context, kOrderRecord, after, read);
      return absl::OkStatus();
    }
    if (!read.ok()) return read;
    if (const absl::Status checked = CheckOrderPage(context, page); !checked.ok()) return checked;
    after = range.until;
  }
  return absl::OkStatus();
}

// Of each return: its hash, that its parts are there, and that its entries take what it says.
absl::Status CheckReturn(Context& context, const OrderReturn& row) {
  const OrderName name{row.program_id, row.return_id};
  const auto find = [&](std::string what, std::string expected, std::string found) {
    context.findings.Add({kReturnRecord, name.program_id.value(), name.order_id, std::move(what),
                          std::move(expected), std::move(found)});
  };
  ++context.report.order_returns;
  const base::Hash hash = HashOf(row);
  if (hash != row.hash) find("hash", Shown(hash), Shown(row.hash));
  context.coverage.AddRow({JournalTable::kOrderReturn, name.program_id.value(), name.order_id, 0,
                           hash, row.lane, row.lane_seq});
  AddMadeBy(row, JournalTable::kOrderReturn, context.coverage);
  // Without sound numbers it has no parts that could be looked for.
  std::vector<ReturnPart> parts;
  if (CheckNumbers(row, find)) parts = checkout::PartsOf(row);
  for (const ReturnPart& part : parts) {
    std::vector<ReturnPart> stored;
    if (absl::Status read = context.session.ScanReturnParts(JustThis(OrderNameOf(part)), stored);
        !read.ok())
      return read;
    if (std::ranges::find(stored, part) == stored.end())
      find(absl::StrCat("part of order ", part.order_id), "a row in order_return_part", "none");
  }
  return CheckTaken(context, row);
}

absl::Status CheckReturns(Context& context) {
  std::optional<OrderName> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<OrderReturn> page;
    absl::Status read = context.session.ScanOrderReturns(after, kOrdersAtOnce, page);
    for (size_t i = 0; read.ok() && i < page.size(); ++i) read = CheckReturn(context, page[i]);
    if (absl::IsDataLoss(read)) {
      ReportUnreadable(context, kReturnRecord, after, read);
      return absl::OkStatus();
    }
    if (!read.ok()) return read;
    more = page.size() == kOrdersAtOnce;
    if (more) after = OrderName{page.back().program_id, page.back().return_id};
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOrders(Context& context) {
  if (absl::Status checked = CheckPlacements(context); !checked.ok()) return checked;
  return CheckReturns(context);
}

}  // namespace fairpoint::audit
