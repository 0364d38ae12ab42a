#include "storage/orders.h"

#include <algorithm>
#include <limits>

#include "storage/keyed_load.h"
#include "storage/text.h"

namespace fairpoint::storage {

absl::Status LoadOrders(Connection& connection, std::span<const engine::OrderName> names,
                        RowLock lock, std::vector<checkout::Order>& found) {
  return LoadByKeys(connection,
                    {.key = "order_id", .order = "order_id", .mysql_lock = LockClause(lock)}, names,
                    found);
}

absl::Status LoadOrderLines(Connection& connection, std::span<const engine::OrderName> orders,
                            std::vector<checkout::OrderLine>& found) {
  return LoadByKeys(connection, {.key = "order_id", .order = "order_id, line_number"}, orders,
                    found);
}

absl::Status LoadOpenOrderLines(Connection& connection, std::span<const engine::MemberSku> names,
                                std::vector<checkout::OrderLine>& found) {
  return LoadByKeys(connection,
                    {.compound = "member_id = ? AND sku = ? AND is_open = 1",
                     .sqlite_index = "order_line_sku",
                     .mysql_index = "order_line_sku"},
                    names, found);
}

absl::Status LoadPlacements(Connection& connection, std::span<const engine::OrderName> names,
                            std::vector<checkout::Placement>& found) {
  return LoadByKeys(connection, {.key = "order_id"}, names, found);
}

absl::Status LoadOrderReturns(Connection& connection, std::span<const engine::OrderName> returns,
                              std::vector<checkout::OrderReturn>& found) {
  return LoadByKeys(connection, {.key = "return_id"}, returns, found);
}

absl::Status CountReturnsWithoutReceipt(Connection& connection, const engine::MemberName& member,
                                        base::Instant since, int64_t& count) {
  count = 0;
  auto statement = connection.Prepare(Text(
      "SELECT COUNT(*) FROM order_return",
      ForceIndex(connection.dialect(), "order_return_without_receipt"),
      " WHERE program_id = ? AND member_id = ? AND without_receipt = 1 AND effective_at >= ?"));
  if (!statement.ok()) return statement.status();
  Binder binder(**statement);
  binder.Bytes(member.program_id.value());
  binder.Bytes(member.member_id.value());
  binder.Number(since.micros);
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  bool has_row = false;
  absl::Status status = (*statement)->Next(has_row);
  if (status.ok() && has_row) count = (*statement)->Number(0);
  (*statement)->Finish();
  return status;
}

absl::Status ReadOrders(Connection& connection, const engine::MemberName& member,
                        int64_t before_order_seq, size_t limit,
                        std::vector<checkout::Order>& found) {
  found.clear();
  const TableInfo& table = InfoOf<checkout::Order>();
  auto statement = connection.Prepare(Text(
      "SELECT ", ColumnNames(table), " FROM ", table.name,
      ForceIndex(connection.dialect(), "order_head_member"),
      " WHERE program_id = ? AND member_id = ? AND order_seq < ? ORDER BY order_seq DESC LIMIT "
      "?"));
  if (!statement.ok()) return statement.status();
  Binder binder(**statement);
  binder.Bytes(member.program_id.value());
  binder.Bytes(member.member_id.value());
  binder.Number(before_order_seq);
  binder.Number(static_cast<int64_t>(std::min<size_t>(limit, std::numeric_limits<int64_t>::max())));
  return ReadRows(**statement, found);
}

}  // namespace fairpoint::storage
