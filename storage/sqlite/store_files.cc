#include "storage/sqlite/store_files.h"

#include "storage/text.h"

namespace fairpoint::storage {

absl::StatusOr<std::shared_ptr<StoreFiles>> StoreFiles::Remember(const std::string& path) {
  auto file = PlacedFile::At(path);
  if (!file.ok()) return file.status();
  auto wal = PlacedFile::At(Resolved(path) + "-wal");
  if (!wal.ok()) return wal.status();
  const auto bytes = file->Size();
  if (!bytes.ok()) return bytes.status();
  return std::shared_ptr<StoreFiles>(new StoreFiles(*std::move(file), *std::move(wal), *bytes));
}

absl::StatusOr<int64_t> StoreFiles::Size() const {
  auto size = file_.Size();
  if (!size.ok()) {
    const std::string what(size.status().message());
    if (absl::IsNotFound(size.status())) {
      return absl::FailedPreconditionError(
          Text(what,
               ": nothing is written any more. Move it back, within its file system and with its "
               "-wal file, and this server goes on; a copy put there is another file: stop this "
               "server first"));
    }
    return absl::FailedPreconditionError(
        Text(what,
             ": nothing is written any more. Stop this server. If the file that is there now is a "
             "copy of this store, leave ",
             wal_.path(),
             " beside it: the newest transactions are in it; beside any other move it "
             "away. Then run `fairpoint verify`"));
  }
  if (const auto wal = wal_.Size(); !wal.ok()) {
    return absl::FailedPreconditionError(Text(
        std::string(wal.status().message()),
        ", and the newest transactions are in it: nothing is written any more. Move it back, or "
        "stop this server in order (SIGTERM, no kill): as it stops it brings them into the "
        "store; then run `fairpoint verify`"));
  }
  return size;
}

absl::Status StoreFiles::CheckPlace() const { return Size().status(); }

absl::Status StoreFiles::Check(const std::function<absl::StatusOr<int64_t>()>& bytes_wanted) {
  const auto size = Size();
  if (!size.ok()) return size.status();
  int64_t longest = longest_.load();
  while (*size > longest && !longest_.compare_exchange_weak(longest, *size)) {
  }
  if (*size >= longest) return absl::OkStatus();
  const auto wanted = bytes_wanted();
  if (wanted.ok() && *size > 0 && *size >= *wanted) {
    longest_.compare_exchange_strong(longest, *size);
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      Text(file_.path(), " was truncated while it was in use (it has ", *size, " bytes, and had ",
           longest,
           "): nothing is written any more. Stop the server and restore the file from a "
           "backup"));
}

}  // namespace fairpoint::storage
