// A file that this process has open, and whether its name still leads to it: what is written into a
// file that was moved away or deleted is lost.
#ifndef FAIRPOINT_STORAGE_SQLITE_PLACED_FILE_H_
#define FAIRPOINT_STORAGE_SQLITE_PLACED_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fairpoint::storage {

// `path` with its links resolved, as SQLite names the files beside a store; as it is if there is
// nothing there.
std::string Resolved(const std::string& path);

// Thread-safe. Asking costs one stat and takes no descriptor (closing one would let go of SQLite's
// locks).
class PlacedFile {
 public:
  // As it is now. NOT_FOUND if it is not there.
  static absl::StatusOr<PlacedFile> At(std::string path);
  // The one that is open as `descriptor`.
  static absl::StatusOr<PlacedFile> Of(std::string path, int descriptor);

  // Its size in bytes. FAILED_PRECONDITION says what became of it: gone, or another file in its
  // place.
  absl::StatusOr<int64_t> Size() const;
  const std::string& path() const { return path_; }

 private:
  PlacedFile(std::string path, dev_t device, ino_t inode)
      : path_(std::move(path)), device_(device), inode_(inode) {}

  std::string path_;
  dev_t device_;
  ino_t inode_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQLITE_PLACED_FILE_H_
