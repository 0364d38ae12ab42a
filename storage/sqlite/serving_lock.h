// The lock beside a SQLite store that says: a server owns this file.
#ifndef FAIRPOINT_STORAGE_SQLITE_SERVING_LOCK_H_
#define FAIRPOINT_STORAGE_SQLITE_SERVING_LOCK_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/sqlite/placed_file.h"

namespace fairpoint::storage {

// Held while it lives, by this process. The kernel lets go of it when the process ends, however it
// ends.
class ServingLock {
 public:
  // Locks PATH.lock (links resolved, so that every name of a store meets the same lock) without
  // waiting. FAILED_PRECONDITION names the process that holds it.
  static absl::StatusOr<ServingLock> Acquire(const std::string& path);

  ServingLock(ServingLock&& other) noexcept;
  ServingLock& operator=(ServingLock&& other) noexcept;
  ~ServingLock();

  // FAILED_PRECONDITION once the lock's file is another or gone: it keeps nobody out any more.
  absl::Status Check() const;

 private:
  ServingLock(int file, PlacedFile placed) : file_(file), placed_(std::move(placed)) {}

  int file_ = -1;
  PlacedFile placed_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_SERVING_LOCK_H_
