// The fake store's reads of orders, of both sessions.
#include "engine/testing/fake_reads.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {
namespace {

using LineTable = FakeTable<std::pair<OrderName, int64_t>, checkout::OrderLine>;

void LinesOf(const LineTable& table, std::span<const OrderName> orders, TxnId txn, int64_t as_of,
             std::vector<checkout::OrderLine>& found) {
  for (const OrderName& order : orders) {
    table.Scan({order, 0}, txn, as_of, [&](const auto& key, const checkout::OrderLine& row) {
      if (key.first != order) return false;
      found.push_back(row);
      return true;
    });
  }
}

template <class Row>
void After(const FakeTable<OrderName, Row>& table, const std::optional<OrderName>& after,
           size_t limit, int64_t as_of, std::vector<Row>& found) {
  table.ScanAll(0, as_of, [&](const OrderName& name, const Row& row) {
    if (found.size() == limit) return false;
    if (!after || name > *after) found.push_back(row);
    return true;
  });
}

template <class Key, class Row>
void InRange(const FakeTable<Key, Row>& table, const OrderRange& range, int64_t as_of,
             std::vector<Row>& found) {
  table.ScanAll(0, as_of, [&](const Key&, const Row& row) {
    const OrderName name{row.program_id, row.order_id};
    if (range.until && name > *range.until) return false;
    if (!range.after || name > *range.after) found.push_back(row);
    return true;
  });
}

}  // namespace

absl::Status FakeWriteSession::LoadOrders(std::span<const OrderName> names,
                                          std::vector<checkout::Order>& found) {
  found.clear();
  return Read([&] { fake_reads::ByKey(store_.orders_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LockOrders(std::span<const OrderName> ascending,
                                          std::vector<checkout::Order>& found) {
  const std::lock_guard lock(store_.mutex_);
  found.clear();
  if (const absl::Status status = Enter(FakeCall::kLock); !status.ok()) return status;
  for (const OrderName& name : ascending) {
    std::vector<TxnId> blockers = store_.orders_.Blockers(name, txn_, true);
    if (!blockers.empty()) return store_.Wait(txn_, std::move(blockers));
    store_.orders_.Lock(name, txn_, true);
  }
  fake_reads::ByKey(store_.orders_, ascending, txn_, kLatestCommit, found);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::LoadOrderLines(std::span<const OrderName> orders,
                                              std::vector<checkout::OrderLine>& found) {
  found.clear();
  return Read([&] { LinesOf(store_.order_lines_, orders, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadOpenOrderLines(std::span<const MemberSku> names,
                                                  std::vector<checkout::OrderLine>& found) {
  found.clear();
  return Read([&] {
    store_.order_lines_.ScanAll(txn_, kLatestCommit, [&](const auto&, const auto& row) {
      for (const MemberSku& name : names) {
        if (row.is_open && row.sku == name.sku &&
            name.member == MemberName{row.program_id, row.member_id})
          found.push_back(row);
      }
      return true;
    });
  });
}

absl::Status FakeWriteSession::LoadPlacements(std::span<const OrderName> names,
                                              std::vector<checkout::Placement>& found) {
  found.clear();
  return Read([&] { fake_reads::ByKey(store_.placements_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadOrderReturns(std::span<const OrderName> returns,
                                                std::vector<checkout::OrderReturn>& found) {
  found.clear();
  return Read(
      [&] { fake_reads::ByKey(store_.order_returns_, returns, txn_, kLatestCommit, found); });
}

absl::Status FakeReadSession::LoadOrders(std::span<const OrderName> names,
                                         std::vector<checkout::Order>& found) {
  found.clear();
  return Read([&](int64_t as_of) { fake_reads::ByKey(store_.orders_, names, 0, as_of, found); });
}

absl::Status FakeReadSession::LoadOrderLines(std::span<const OrderName> orders,
                                             std::vector<checkout::OrderLine>& found) {
  found.clear();
  return Read([&](int64_t as_of) { LinesOf(store_.order_lines_, orders, 0, as_of, found); });
}

absl::Status FakeReadSession::LoadPlacements(std::span<const OrderName> names,
                                             std::vector<checkout::Placement>& found) {
  found.clear();
  return Read(
      [&](int64_t as_of) { fake_reads::ByKey(store_.placements_, names, 0, as_of, found); });
}

absl::Status FakeReadSession::ReadOrders(const MemberName& member, int64_t before_order_seq,
                                         size_t limit, std::vector<checkout::Order>& found) {
  found.clear();
  return Read([&](int64_t as_of) {
    store_.orders_.ScanAll(0, as_of, [&](const OrderName&, const checkout::Order& row) {
      if (MemberName{row.program_id, row.member_id} == member && row.order_seq < before_order_seq)
        found.push_back(row);
      return true;
    });
    std::ranges::sort(found, std::ranges::greater(), &checkout::Order::order_seq);
    if (found.size() > limit) found.resize(limit);
  });
}

absl::Status FakeReadSession::LoadOrderReturns(std::span<const OrderName> returns,
                                               std::vector<checkout::OrderReturn>& found) {
  found.clear();
  return Read(
      [&](int64_t as_of) { fake_reads::ByKey(store_.order_returns_, returns, 0, as_of, found); });
}

absl::Status FakeReadSession::ScanOrders(const OrderRange& range,
                                         std::vector<checkout::Order>& found) {
  found.clear();
  return Read([&](int64_t as_of) { InRange(store_.orders_, range, as_of, found); });
}

absl::Status FakeReadSession::ScanOrderLines(const OrderRange& range,
                                             std::vector<checkout::OrderLine>& found) {
  found.clear();
  return Read([&](int64_t as_of) { InRange(store_.order_lines_, range, as_of, found); });
}

absl::Status FakeReadSession::ScanReturnParts(const OrderRange& range,
                                              std::vector<checkout::ReturnPart>& found) {
  found.clear();
  return Read([&](int64_t as_of) { InRange(store_.return_parts_, range, as_of, found); });
}

absl::Status FakeReadSession::ScanPlacements(const std::optional<OrderName>& after, size_t limit,
                                             std::vector<checkout::Placement>& found) {
  found.clear();
  return Read([&](int64_t as_of) { After(store_.placements_, after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanOrderReturns(const std::optional<OrderName>& after, size_t limit,
                                               std::vector<checkout::OrderReturn>& found) {
  found.clear();
  return Read([&](int64_t as_of) { After(store_.order_returns_, after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanOrderClaims(const OrderRange& range,
                                              std::vector<checkout::OrderClaim>& found) {
  found.clear();
  return Read([&](int64_t as_of) { InRange(store_.order_claims_, range, as_of, found); });
}

}  // namespace fairpoint::engine
