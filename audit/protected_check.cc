#include "audit/protected_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/price_rows.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::OrderName;
using engine::PlacedOrder;
using pricing::Evidence;
using pricing::ProtectedOrder;
using pricing::ProtectedSku;

constexpr char kOrderRecord[] = "protected order";
constexpr char kLineRecord[] = "protected line";
constexpr base::Instant kFirst{INT64_MIN};

bool HasSku(const Evidence& basket, const std::string& sku) {
  return std::ranges::find(basket.body.lines, sku, &pricing::EvidenceLine::sku) !=
         basket.body.lines.end();
}

absl::Status CheckSkuRows(Context& context, const std::vector<ProtectedSku>& rows) {
  std::vector<OrderName> names;
  for (const ProtectedSku& row : rows) names.push_back({row.program_id, row.order_id});
  std::ranges::sort(names);
  const auto repeats = std::ranges::unique(names);
  names.erase(repeats.begin(), repeats.end());
  std::vector<Evidence> baskets;
  if (absl::Status read = context.session.FindEvidenceOfOrders(names, baskets); !read.ok())
    return read;
  for (const ProtectedSku& row : rows) {
    const bool is_there = std::ranges::any_of(baskets, [&row](const Evidence& basket) {
      return basket.order_id == row.order_id && basket.program_id == row.program_id &&
             basket.recorded_at == row.placed_at && HasSku(basket, row.sku);
    });
    if (is_there) continue;
    context.findings.Add({kLineRecord, row.program_id.value(),
                          absl::StrCat(row.order_id, ".", row.sku), "basket",
                          absl::StrCat("one with it, placed at ", Shown(row.placed_at)), "none"});
  }
  return absl::OkStatus();
}

absl::Status CheckOrdersOf(Context& context, const base::ProgramId& program_id) {
  engine::PlacedPage page{.program_id = program_id,
                          .from = kFirst,
                          .until = pricing::kNever,
                          .limit = context.options.page_rows};
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<ProtectedOrder> rows;
    if (absl::Status read = context.session.ScanProtectedOrders(page, rows); !read.ok())
      return read;
    more = rows.size() == page.limit;
    if (more) page.resume_after = PlacedOrder{rows.back().placed_at, rows.back().order_id};
    std::set<engine::EvidenceName> names;
    for (const ProtectedOrder& row : rows) names.insert({row.program_id, row.evidence_id});
    const std::vector<engine::EvidenceName> listed(names.begin(), names.end());
    std::vector<Evidence> found;
    if (absl::Status read = context.session.LoadEvidence(listed, found); !read.ok()) return read;
    std::set<std::pair<std::string, std::string>> baskets;
    for (const Evidence& basket : found) baskets.emplace(basket.evidence_id, basket.order_id);
    for (const ProtectedOrder& row : rows) {
      if (baskets.contains({row.evidence_id, row.order_id})) continue;
      context.findings.Add({kOrderRecord, row.program_id.value(), row.order_id, "evidence_id",
                            "of a basket of this order", Shown(row.evidence_id)});
    }
  }
  return absl::OkStatus();
}

// That the order is found by each of its SKUs.
absl::Status CheckSkusOf(Context& context, const Evidence& basket) {
  std::set<std::string> skus;
  for (const pricing::EvidenceLine& line : basket.body.lines) skus.insert(line.sku);
  for (const std::string& sku : skus) {
    // From this order on: those before it at the same instant have lower numbers.
    engine::PlacedPage page{.program_id = basket.program_id,
                            .from = basket.recorded_at,
                            .until = {basket.recorded_at.micros + 1},
                            .limit = context.options.page_rows};
    bool is_there = false;
    for (bool more = true; more && !is_there;) {
      std::vector<ProtectedSku> rows;
      if (absl::Status read = context.session.FindProtectedOrders(page, sku, rows); !read.ok())
        return read;
      is_there = std::ranges::find(rows, basket.order_id, &ProtectedSku::order_id) != rows.end();
      more = rows.size() == page.limit;
      if (more) page.resume_after = PlacedOrder{rows.back().placed_at, rows.back().order_id};
    }
    if (is_there) continue;
    context.findings.Add({kLineRecord, basket.program_id.value(),
                          absl::StrCat(basket.order_id, ".", sku), "row",
                          absl::StrCat("one, placed at ", Shown(basket.recorded_at)), "none"});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckProtectedSku(Context& context, const engine::SkuName& name) {
  engine::PlacedPage page{.program_id = name.program_id,
                          .from = kFirst,
                          .until = pricing::kNever,
                          .limit = context.options.page_rows};
  for (bool more = true; more;) {
    std::vector<ProtectedSku> rows;
    if (absl::Status read = context.session.FindProtectedOrders(page, name.sku, rows); !read.ok())
      return read;
    if (rows.empty()) break;
    if (absl::Status checked = CheckSkuRows(context, rows); !checked.ok()) return checked;
    more = rows.size() == page.limit;
    if (more) page.resume_after = PlacedOrder{rows.back().placed_at, rows.back().order_id};
  }
  return absl::OkStatus();
}

absl::Status CheckProtectedOrders(Context& context) {
  for (const auto& [program_id, sums] : context.sums) {
    const absl::Status checked = CheckOrdersOf(context, program_id);
    if (absl::IsDataLoss(checked)) {
      ReportUnreadable(context, kOrderRecord, program_id, "", checked);
    } else if (!checked.ok()) {
      return checked;
    }
  }
  return absl::OkStatus();
}

absl::Status CheckProtection(Context& context, const Evidence& basket, const pricing::Rules* rules,
                             const ProtectedOrder* row,
                             const std::vector<pricing::PriceCredit>& credits) {
  const auto find = [&](const char* what, std::string expected, std::string found) {
    context.findings.Add({kOrderRecord, basket.program_id.value(), basket.order_id, what,
                          std::move(expected), std::move(found)});
  };
  const auto expect = [&find](const char* what, const auto& expected, const auto& found) {
    if (expected != found) find(what, Shown(expected), Shown(found));
  };
  if (rules != nullptr && rules->protection_micros.has_value() != (row != nullptr)) {
    find("row", row == nullptr ? "one: prices are protected" : "none: prices are not protected",
         row == nullptr ? "none" : "one");
    return absl::OkStatus();
  }
  if (row == nullptr) return absl::OkStatus();
  expect("evidence_id", basket.evidence_id, row->evidence_id);
  expect("member_id", basket.member_id.value(), row->member_id.value());
  expect("placed_at", basket.recorded_at, row->placed_at);
  if (rules != nullptr)
    expect("protected_until", base::Instant{basket.recorded_at.micros + *rules->protection_micros},
           row->protected_until);
  expect("credit_count", static_cast<int64_t>(credits.size()), row->credit_count);
  base::Instant least = basket.recorded_at;
  for (const pricing::PriceCredit& credit : credits) least = std::max(least, credit.recorded_at);
  if (row->checked_at ? *row->checked_at < least : !credits.empty())
    find("checked_at", absl::StrCat(Shown(least), " or later"), Shown(row->checked_at));
  return CheckSkusOf(context, basket);
}

}  // namespace fairpoint::audit
