#include "storage/sqlite/placed_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "storage/text.h"

namespace fairpoint::storage {

std::string Resolved(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  return real == nullptr ? path : std::string(real.get());
}

absl::StatusOr<PlacedFile> PlacedFile::At(std::string path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0)
    return absl::NotFoundError(Text("cannot look at ", path, ": ", std::strerror(errno)));
  return PlacedFile(std::move(path), about.st_dev, about.st_ino);
}

absl::StatusOr<PlacedFile> PlacedFile::Of(std::string path, int descriptor) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0)
    return absl::NotFoundError(Text("cannot look at ", path, ": ", std::strerror(errno)));
  return PlacedFile(std::move(path), about.st_dev, about.st_ino);
}

absl::StatusOr<int64_t> PlacedFile::Size() const {
  struct stat about {};
  if (stat(path_.c_str(), &about) != 0) {
    return absl::FailedPreconditionError(
        errno == ENOENT || errno == ENOTDIR
            ? Text(path_, " was moved away or deleted while it was in use")
            : Text(path_, " cannot be looked at any more: ", std::strerror(errno)));
  }
  if (about.st_dev != device_ || about.st_ino != inode_) {
    return absl::FailedPreconditionError(
        Text(path_, " was replaced by another file while it was in use"));
  }
  return about.st_size;
}

}  // namespace fairpoint::storage
