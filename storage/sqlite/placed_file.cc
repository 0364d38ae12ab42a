#include "storage/sqlite/placed_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "storage/text.h"

namespace fairpoint::storage {

std::string Resolved(const std::string& path) {
  namespace fs = std::filesystem;
  // SQLite goes where a link leads, also where nothing is there yet.
  constexpr int kLinksMax = 40;
  std::error_code error;
  fs::path file = path;
  for (int i = 0; i < kLinksMax && fs::is_symlink(file, error); ++i) {
    const fs::path target = fs::read_symlink(file, error);
    if (error) break;
    file = file.parent_path() / target;  // the target alone if it is absolute
  }
  const fs::path folder = fs::canonical(file.has_parent_path() ? file.parent_path() : ".", error);
  return error ? path : (folder / file.filename()).string();
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
    return absl::NotFoundError(
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
