// Reads of orders, for both kinds of session. Every function empties `found` first; absent rows are
// left out.
#ifndef FAIRPOINT_STORAGE_ORDERS_H_
#define FAIRPOINT_STORAGE_ORDERS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "checkout/order.h"
#include "engine/store.h"
#include "storage/driver.h"
#include "storage/loads.h"

namespace fairpoint::storage {

absl::Status LoadOrders(Connection& connection, std::span<const engine::OrderName> names,
                        RowLock lock, std::vector<checkout::Order>& found);
absl::Status LoadOrderLines(Connection& connection, std::span<const engine::OrderName> orders,
                            std::vector<checkout::OrderLine>& found);
absl::Status LoadOpenOrderLines(Connection& connection, std::span<const engine::MemberSku> names,
                                std::vector<checkout::OrderLine>& found);
absl::Status LoadPlacements(Connection& connection, std::span<const engine::OrderName> names,
                            std::vector<checkout::Placement>& found);
absl::Status LoadOrderReturns(Connection& connection, std::span<const engine::OrderName> returns,
                              std::vector<checkout::OrderReturn>& found);
absl::Status CountReturnsWithoutReceipt(Connection& connection, const engine::MemberName& member,
                                        base::Instant since, int64_t& count);
absl::Status ReadOrders(Connection& connection, const engine::MemberName& member,
                        int64_t before_order_seq, size_t limit,
                        std::vector<checkout::Order>& found);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_ORDERS_H_
