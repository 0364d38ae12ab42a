#include "audit/taken_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "audit/lookup.h"
#include "audit/numbers.h"
#include "audit/order_check.h"
#include "audit/row_hashes.h"

namespace fairpoint::audit {
namespace {

using checkout::Order;
using checkout::OrderReturn;
using checkout::OrderTaken;
using engine::OrderName;

// Points by the earning that they came from.
using ByEarning = std::map<std::pair<base::MemberId, int64_t>, absl::int128>;

// Event by event, until it is `target` or nobody, as it was when the return was recorded.
absl::StatusOr<bool> WasMergedInto(engine::ReadSession& session, engine::MemberName source,
                                   const OrderReturn& row) {
  std::set<base::MemberId> seen;
  while (source.member_id != row.member_id) {
    if (!seen.insert(source.member_id).second) return false;
    const auto merge = FindMergeOf(session, source);
    if (!merge.ok()) return merge.status();
    if (!*merge || (*merge)->recorded_at > row.recorded_at) return false;
    source.member_id = base::MemberId((*merge)->detail);
  }
  return true;
}

class TakenCheck {
 public:
  TakenCheck(Context& context, const OrderReturn& row) : context_(context), row_(row) {}

  absl::Status Run() {
    ByEarning due, booked;
    if (absl::Status read = ReadDue(due); !read.ok()) return read;
    if (absl::Status read = ReadBooked(booked); !read.ok()) return read;
    absl::int128 sum_due = 0, sum_booked = 0;
    for (const OrderTaken& each : row_.taken) sum_due += each.taken.value;
    for (const auto& [earning, points] : booked) sum_booked += points;
    if (sum_due != sum_booked) {
      Find("points taken back, by its entries", Shown(sum_due), Shown(sum_booked));
      return absl::OkStatus();
    }
    for (const auto& [earning, points] : due) {
      if (booked[earning] == points) continue;
      const std::string name = base::ToString(base::EntryName{earning.first, earning.second});
      Find(absl::StrCat("points taken back of earning ", name, ", by its entries"), Shown(points),
           Shown(booked[earning]));
    }
    return absl::OkStatus();
  }

 private:
  void Find(std::string what, std::string expected, std::string found) {
    context_.findings.Add({kReturnRecord, row_.program_id.value(), row_.return_id, std::move(what),
                           std::move(expected), std::move(found)});
  }

  absl::Status ReadDue(ByEarning& due) {
    std::vector<OrderName> names;
    for (const OrderTaken& each : row_.taken) names.push_back({row_.program_id, each.order_id});
    if (names.empty()) return absl::OkStatus();
    std::vector<Order> rows;
    if (absl::Status read = context_.session.LoadOrders(names, rows); !read.ok()) return read;
    std::map<std::string, Order> orders;
    for (Order& order : rows) orders.insert_or_assign(order.order_id, order);
    for (const OrderTaken& each : row_.taken) {
      const auto found = orders.find(each.order_id);
      if (found == orders.end() || each.taken.value == 0) continue;
      const Order& order = found->second;
      due[{order.member_id, order.earn_seq}] += each.taken.value;
      const auto fits = WasMergedInto(context_.session, {order.program_id, order.member_id}, row_);
      if (!fits.ok()) return fits.status();
      if (*fits) continue;
      Find(absl::StrCat("member of order ", order.order_id),
           absl::StrCat(row_.member_id.value(), ", or one merged into it before"),
           order.member_id.empty() ? "none" : order.member_id.value());
    }
    return absl::OkStatus();
  }

  // Says so if they are not as many, in a row, of its request. What is read ends with those,
  // however many the row says.
  absl::Status ReadBooked(ByEarning& booked) {
    Numbers numbers([this](std::string what, std::string expected, std::string found) {
      Find(std::move(what), std::move(expected), std::move(found));
    });
    numbers.AtLeast(0, row_.entry_count, "entry_count");
    if (row_.entry_count > 0) numbers.AtLeast(1, row_.first_seq, "first_seq");
    if (!numbers.ok() || row_.entry_count == 0) return absl::OkStatus();
    const engine::MemberRange range{.after = {}, .until = {{row_.program_id, row_.member_id}}};
    engine::MemberSeq last{*range.until, row_.first_seq - 1};
    int64_t left = row_.entry_count;
    for (bool more = true; more && left > 0;) {
      const size_t limit =
          std::clamp<size_t>(context_.options.page_rows, 1, static_cast<size_t>(left));
      std::vector<ledger::Entry> page;
      const absl::Status read = context_.session.ScanEntries(range, last, limit, page);
      if (!read.ok()) return read;
      size_t fit = 0;
      for (; fit < page.size() && IsNext(page[fit], last); ++fit) {
        last = KeyOf(page[fit]);
        Add(page[fit], booked);
      }
      left -= static_cast<int64_t>(fit);
      more = fit == limit;
    }
    if (left > 0) {
      Find("entries", absl::StrCat(row_.entry_count, " from ", row_.first_seq, ", of its request"),
           Shown(row_.entry_count - left));
    }
    return absl::OkStatus();
  }
  bool IsNext(const ledger::Entry& entry, const engine::MemberSeq& last) const {
    return MemberOf(entry) == last.member && entry.seq - 1 == last.seq &&
           entry.request_id == row_.request_id;
  }
  static void Add(const ledger::Entry& entry, ByEarning& booked) {
    if (entry.kind != ledger::EntryKind::kTakeBackPart) return;
    if (entry.peer_id.empty()) {
      booked[{entry.member_id, entry.reverses_seq}] += entry.points.value;
    } else {
      booked[{entry.peer_id, entry.peer_seq}] += entry.points.value;
    }
  }

  Context& context_;
  const OrderReturn& row_;
};

}  // namespace

absl::Status CheckTaken(Context& context, const OrderReturn& row) {
  return TakenCheck(context, row).Run();
}

}  // namespace fairpoint::audit
