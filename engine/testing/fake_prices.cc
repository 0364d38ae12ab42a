// The fake store's locks of prices.
#include <mutex>
#include <utility>

#include "engine/testing/fake_reads.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {

template <class Key, class Row>
absl::Status FakeWriteSession::LockRows(FakeTable<Key, Row>& table, std::span<const Key> ascending,
                                        bool exclusive, std::vector<Row>& found) {
  const std::lock_guard lock(store_.mutex_);
  found.clear();
  if (const absl::Status status = Enter(FakeCall::kLock); !status.ok()) return status;
  for (const Key& name : ascending) {
    std::vector<TxnId> blockers = table.Blockers(name, txn_, exclusive);
    if (!blockers.empty()) return store_.Wait(txn_, std::move(blockers));
    table.Lock(name, txn_, exclusive);
  }
  fake_reads::ByKey(table, ascending, txn_, kLatestCommit, found);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::LockPriceHeads(std::span<const SkuName> ascending, bool exclusive,
                                              std::vector<pricing::PriceHead>& found) {
  const absl::Status status = LockRows(store_.prices_.heads, ascending, exclusive, found);
  for (pricing::PriceHead& head : found) head.book.clear();
  return status;
}

absl::Status FakeWriteSession::LockChannelHeads(std::span<const ChannelName> ascending,
                                                bool exclusive,
                                                std::vector<pricing::ChannelHead>& found) {
  return LockRows(store_.prices_.channel_heads, ascending, exclusive, found);
}

absl::Status FakeWriteSession::LockOfferStocks(std::span<const OfferStockName> ascending,
                                               std::vector<pricing::OfferStock>& found) {
  return LockRows(store_.prices_.offer_stocks, ascending, /*exclusive=*/true, found);
}

}  // namespace fairpoint::engine
