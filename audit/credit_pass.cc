#include "audit/credit_pass.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "audit/order_check.h"
#include "audit/paged_scan.h"
#include "audit/price_rows.h"
#include "audit/snapshot.h"
#include "checkout/order.h"

namespace fairpoint::audit {
namespace {

using checkout::PlacedLine;
using checkout::Placement;
using engine::CreditName;
using engine::OrderName;
using engine::SettlementName;
using pricing::CreditSettlement;
using pricing::CreditState;
using pricing::PriceCredit;

constexpr char kCreditRecord[] = "price credit";
constexpr char kSettlementRecord[] = "credit settlement";

template <class Row, class Key>
auto Reader(Context& context,
            absl::Status (engine::PriceReadSession::*scan)(const std::optional<Key>&, size_t,
                                                           std::vector<Row>&)) {
  return [&context, scan](const std::optional<Key>& after, size_t limit, std::vector<Row>& found) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    return (context.session.*scan)(after, limit, found);
  };
}

class CreditPass {
 public:
  explicit CreditPass(Context& context) : context_(context) {}

  absl::Status CheckAllCredits() {
    PagedScan<PriceCredit> scan(
        Reader<PriceCredit, CreditName>(context_, &engine::PriceReadSession::ScanPriceCredits),
        context_.options.page_rows);
    while (const PriceCredit* row = scan.Peek()) {
      if (absl::Status checked = Check(*row, scan.hash()); !checked.ok()) return checked;
      scan.Pop();
    }
    return Finish(scan, kCreditRecord);
  }

  absl::Status CheckAllSettlements() {
    PagedScan<CreditSettlement> scan(
        Reader<CreditSettlement, SettlementName>(context_,
                                                 &engine::PriceReadSession::ScanCreditSettlements),
        context_.options.page_rows);
    while (const CreditSettlement* row = scan.Peek()) {
      if (absl::Status checked = Check(*row, scan.hash()); !checked.ok()) return checked;
      scan.Pop();
    }
    return Finish(scan, kSettlementRecord);
  }

 private:
  template <class Row>
  void Find(const Row& row, const char* what, std::string expected, std::string found) {
    FindOf(context_, row, what, std::move(expected), std::move(found));
  }
  template <class Row, class T>
  void Expect(const Row& row, const char* what, const T& expected, const T& found) {
    if (expected != found) Find(row, what, Shown(expected), Shown(found));
  }

  absl::Status Check(const PriceCredit& row, const base::Hash& hash) {
    ++context_.report.price_credits;
    CheckRow(context_, row, hash);
    if (const OrderName order = OrderNameOf(row); !order_ || *order_ != order) {
      if (absl::Status begun = BeginOrder(order); !begun.ok()) return begun;
    }
    Expect(row, "credit_seq", last_credit_ + 1, row.credit_seq);
    last_credit_ = row.credit_seq;
    if (row.amount < 1) Find(row, "amount", "at least 1", Shown(row.amount));
    if (!placement_) {
      Find(row, "order", "one", "none");
      return absl::OkStatus();
    }
    if (!is_protected_) Find(row, "protected order", "one", "none");
    Expect(row, "currency", placement_->currency, row.currency);
    Expect(row, "member_id", member_id_.value(), row.member_id.value());
    if (row.recorded_at < placement_->recorded_at)
      Find(row, "recorded_at", "after its order", Shown(row.recorded_at));
    if (row.fell_at < placement_->recorded_at || row.fell_at > row.recorded_at)
      Find(row, "fell_at", "after its order, and before the credit", Shown(row.fell_at));
    const auto lines = static_cast<int64_t>(placement_->lines.size());
    if (row.line_number < 1 || row.line_number > lines) {
      Find(row, "line_number", absl::StrCat("from 1 to ", lines), Shown(row.line_number));
      return absl::OkStatus();
    }
    CheckLine(row, placement_->lines[static_cast<size_t>(row.line_number - 1)]);
    return absl::OkStatus();
  }

  void CheckLine(const PriceCredit& row, const PlacedLine& line) {
    Expect(row, "sku", line.sku, row.sku);
    if (row.units < 1 || row.units > line.quantity)
      Find(row, "units", absl::StrCat("from 1 to ", line.quantity), Shown(row.units));
    absl::int128& sum = credited_[row.line_number];
    const absl::int128 before = sum;
    sum += row.amount;
    if (sum > line.amount && before <= line.amount)
      Find(row, "credits of the line", absl::StrCat("at most what was paid, ", line.amount),
           Shown(sum));
  }

  absl::Status BeginOrder(const OrderName& order) {
    order_ = order;
    last_credit_ = 0;
    credited_.clear();
    placement_.reset();
    const Snapshot snapshot(context_.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<Placement> placements;
    if (absl::Status read = context_.session.LoadPlacements({&order, 1}, placements); !read.ok())
      return read;
    if (!placements.empty()) placement_ = std::move(placements.front());
    std::vector<pricing::ProtectedOrder> rows;
    if (absl::Status read = context_.session.LoadProtectedOrders({&order, 1}, rows); !read.ok())
      return read;
    is_protected_ = !rows.empty();
    member_id_ = is_protected_ ? rows.front().member_id : base::MemberId();
    return absl::OkStatus();
  }

  absl::Status Check(const CreditSettlement& row, const base::Hash& hash) {
    ++context_.report.credit_settlements;
    CheckRow(context_, row, hash);
    AddMadeBy(row, engine::JournalTable::kCreditSettlement, context_.coverage);
    const CreditName credit{OrderNameOf(row), row.credit_seq};
    if (!credit_ || *credit_ != credit) {
      credit_ = credit;
      last_settlement_ = 0;
      is_paid_ = false;
      std::vector<PriceCredit> found;
      const CreditName before{credit.order, credit.credit_seq > 0 ? credit.credit_seq - 1 : 0};
      if (credit.credit_seq > 0) {
        absl::Status read = context_.session.ScanPriceCredits(before, 1, found);
        if (!read.ok()) return read;
      }
      if (found.empty() || KeyOf(found.front()) != credit) Find(row, "credit", "one", "none");
    }
    Expect(row, "settlement_seq", last_settlement_ + 1, row.settlement_seq);
    last_settlement_ = row.settlement_seq;
    if (is_paid_) Find(row, "row", "none: the credit was paid before", "one");
    is_paid_ = is_paid_ || row.state == CreditState::kPaid;
    if (row.state != CreditState::kPaid && row.state != CreditState::kFailed)
      Find(row, "state", "PAID or FAILED", absl::StrCat(static_cast<int>(row.state)));
    return absl::OkStatus();
  }

  template <class Row>
  absl::Status Finish(const PagedScan<Row>& scan, const char* record) {
    if (!absl::IsDataLoss(scan.status())) return scan.status();
    const auto& last = scan.last_read();
    ReportUnreadable(context_, record, last ? OrderOf(*last).program_id : base::ProgramId(),
                     last ? OrderOf(*last).order_id : "", scan.status());
    return absl::OkStatus();
  }
  static const OrderName& OrderOf(const CreditName& name) { return name.order; }
  static const OrderName& OrderOf(const SettlementName& name) { return name.credit.order; }

  Context& context_;
  // Of the order at hand.
  std::optional<OrderName> order_;
  std::optional<Placement> placement_;
  bool is_protected_ = false;
  base::MemberId member_id_;
  int64_t last_credit_ = 0;
  std::map<int64_t, absl::int128> credited_;  // by line
  // Of the credit at hand.
  std::optional<CreditName> credit_;
  int64_t last_settlement_ = 0;
  bool is_paid_ = false;
};

}  // namespace

absl::Status CheckCredits(Context& context) {
  CreditPass pass(context);
  if (absl::Status checked = pass.CheckAllCredits(); !checked.ok()) return checked;
  return pass.CheckAllSettlements();
}

}  // namespace fairpoint::audit
