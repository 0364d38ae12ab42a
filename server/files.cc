#include "server/files.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace fairpoint::server {
namespace {

absl::Status FileError(const char* what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what, " ", path));
}

// Makes a new name in a folder stand after a power cut.
void SyncFolderOf(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int descriptor = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return FileError("read", path);
  std::string content;
  std::array<char, 65536> buffer{};
  ssize_t count = 0;
  do {
    count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) content.append(buffer.data(), static_cast<size_t>(count));
  } while (count > 0 || (count < 0 && errno == EINTR));
  const absl::Status status = count < 0 ? FileError("read", path) : absl::OkStatus();
  if (descriptor != STDIN_FILENO) close(descriptor);
  if (!status.ok()) return status;
  return content;
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  absl::StatusOr<std::string> content = ReadFile(path);
  if (!content.ok()) return content;
  const std::string line = content->substr(0, content->find('\n'));
  const absl::string_view secret = absl::StripAsciiWhitespace(line);
  if (secret.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " has no first line"));
  return std::string(secret);
}

absl::Status WriteNewSecretFile(const std::string& path, std::string_view content) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " is there already, and a secret is never overwritten"));
    }
    return FileError("make", path);
  }
  bool ok = true;
  while (ok && !content.empty()) {
    const ssize_t count = write(descriptor, content.data(), content.size());
    ok = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) content.remove_prefix(static_cast<size_t>(count));
  }
  ok = ok && fsync(descriptor) == 0;
  const absl::Status status = ok ? absl::OkStatus() : FileError("write", path);
  close(descriptor);
  if (!ok) {
    unlink(path.c_str());
    return status;
  }
  SyncFolderOf(path);
  return absl::OkStatus();
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  // Without randomness secrets would be known: better no secret.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    std::abort();
  }
  return bytes;
}

}  // namespace fairpoint::server
