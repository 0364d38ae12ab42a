#include "storage/sqlite/serving_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/text.h"

namespace fairpoint::storage {
namespace {

std::string HolderOf(int file) {
  std::array<char, 32> text{};
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  const std::string_view pid(text.data(), length > 0 ? static_cast<size_t>(length) : 0);
  const std::string_view digits = pid.substr(0, pid.find_first_not_of("0123456789"));
  return digits.empty() ? "another process" : Text("process ", digits);
}

}  // namespace

absl::StatusOr<ServingLock> ServingLock::Acquire(const std::string& path) {
  const std::string lock_path = Resolved(path) + ".lock";
  const int file = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return absl::FailedPreconditionError(Text("cannot make the lock file ", lock_path, ": ",
                                              std::strerror(errno),
                                              "; make the store's folder writable"));
  }
  const auto placed = PlacedFile::Of(lock_path, file);
  if (!placed.ok()) {
    close(file);
    return placed.status();
  }
  ServingLock lock(file, *placed);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return absl::FailedPreconditionError(
          Text("cannot lock ", lock_path, ": ", std::strerror(errno)));
    }
    return absl::FailedPreconditionError(Text(path, " is in use by ", HolderOf(file), " (it holds ",
                                              lock_path,
                                              "): stop that server, or call it instead"));
  }
  // For the message above only; what is locked is the file, whatever it says.
  const std::string pid = Text(getpid(), "\n");
  if (ftruncate(file, 0) != 0 || pwrite(file, pid.data(), pid.size(), 0) < 0) {
    return absl::ResourceExhaustedError(
        Text("cannot write ", lock_path, ": ", std::strerror(errno)));
  }
  return lock;
}

absl::Status ServingLock::Check() const {
  const auto size = placed_.Size();
  if (size.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Text(std::string(size.status().message()),
           ": another server could begin on the same store. Stop this server and start it again, "
           "and leave that file alone"));
}

ServingLock::ServingLock(ServingLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)), placed_(std::move(other.placed_)) {}

ServingLock& ServingLock::operator=(ServingLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(placed_, other.placed_);
  return *this;
}

ServingLock::~ServingLock() {
  // The file stays: removing it would race with a process that has it open and is about to lock it.
  if (file_ >= 0) close(file_);
}

}  // namespace fairpoint::storage
