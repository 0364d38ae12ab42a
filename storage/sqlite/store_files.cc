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
    return absl::FailedPreconditionError(Text(
        std::string(size.status().message()),
        ": nothing is written any more. Put the store back, with the -wal file that belongs to it; "
        "then this server goes on. To use another file there, stop this server first and move ",
        wal_.path(), " away, which is not the other file's"));
  }
  if (const auto wal = wal_.Size(); !wal.ok()) {
    return absl::FailedPreconditionError(
        Text(std::string(wal.status().message()),
             ", and the latest transactions are in it: nothing "
             "is written any more. Put it back, or stop the server and restore the store from a "
             "backup"));
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
