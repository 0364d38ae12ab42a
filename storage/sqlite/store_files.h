// The two files of a store that is being written, as they were when it was opened: nothing is
// committed unless both are still there.
#ifndef FAIRPOINT_STORAGE_SQLITE_STORE_FILES_H_
#define FAIRPOINT_STORAGE_SQLITE_STORE_FILES_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/sqlite/placed_file.h"

namespace fairpoint::storage {

// Thread-safe.
class StoreFiles {
 public:
  // As they are now. A connection that may write must be open until no other is: while it is,
  // SQLite neither removes the -wal file nor makes a new one.
  static absl::StatusOr<std::shared_ptr<StoreFiles>> Remember(const std::string& path);

  // FAILED_PRECONDITION says what happened to them and what to do.
  absl::Status CheckPlace() const;
  // The same, and that the file is not shorter than it was. `bytes_wanted` is what it should have;
  // asked only where it is shorter, which after a VACUUM is right.
  absl::Status Check(const std::function<absl::StatusOr<int64_t>()>& bytes_wanted);

 private:
  StoreFiles(PlacedFile file, PlacedFile wal, int64_t bytes)
      : file_(std::move(file)), wal_(std::move(wal)), longest_(bytes) {}

  absl::StatusOr<int64_t> Size() const;

  const PlacedFile file_;
  const PlacedFile wal_;
  std::atomic<int64_t> longest_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_STORE_FILES_H_
