// Journal lanes: locked by the worker that leases one, handed out when a lease has ended.
#ifndef FAIRPOINT_STORAGE_LANES_H_
#define FAIRPOINT_STORAGE_LANES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

// Within a transaction: locks the row, then reads the clock. NOT_FOUND if there is no such lane.
absl::Status LockLane(Connection& connection, int64_t lane, engine::LaneLock& lock);

// In transactions of its own: see engine::Store::LeaseLane.
absl::StatusOr<int64_t> LeaseLane(Connection& connection, const std::string& owner,
                                  int64_t lease_seconds);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_LANES_H_
