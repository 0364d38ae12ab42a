#include "server/imports/csv_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;
constexpr size_t kLongestMark = 4;

// The byte order mark at the beginning of a text, or nothing; an error for an encoding that no
// mapping can name.
absl::StatusOr<size_t> MarkSize(std::string_view start, v1::OrderMapping::Encoding encoding) {
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError("the file is UTF-16: save it as UTF-8 (\"CSV UTF-8\")");
  }
  if (start.starts_with("\xEF\xBB\xBF")) {
    if (encoding == v1::OrderMapping::UTF_8) return 3;
    return absl::InvalidArgumentError(
        "the file begins with UTF-8's byte order mark, but the mapping says another encoding");
  }
  if (encoding == v1::OrderMapping::GB18030 && start.starts_with("\x84\x31\x95\x33")) return 4;
  return 0;
}

}  // namespace

absl::StatusOr<bool> ReadCsv(v1::OrderMapping::Encoding encoding, char delimiter,
                             const ByteSource& source, const CsvReader::OnRow& on_row) {
  bool has_rows = false;
  CsvReader csv(delimiter, [&](const CsvRow& row) {
    has_rows = true;
    return on_row(row);
  });
  std::string start;
  bool started = false;
  char last = '\n';
  while (true) {
    absl::StatusOr<std::string_view> bytes = source();
    if (!bytes.ok()) return bytes.status();
    const bool at_end = bytes->empty();
    if (!at_end) last = bytes->back();
    if (!started) {
      start.append(*bytes);
      if (start.size() < kLongestMark && !at_end) continue;
      const absl::StatusOr<size_t> mark = MarkSize(start, encoding);
      if (!mark.ok()) return mark.status();
      started = true;
      *bytes = std::string_view(start).substr(*mark);
    }
    if (absl::Status fed = csv.Feed(*bytes); !fed.ok()) return fed;
    if (at_end) break;
  }
  if (absl::Status ended = csv.Finish(); !ended.ok()) return ended;
  if (!has_rows) return absl::InvalidArgumentError("the file is empty");
  return last == '\n' || last == '\r';
}

absl::StatusOr<InputFile> InputFile::Open(const std::string& path) {
  if (path == "-") return InputFile(STDIN_FILENO, NameOfInput(path));
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  InputFile file(descriptor, path);
  struct stat about {};
  if (fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode)) {
    file.size_ = static_cast<size_t>(about.st_size);
  }
  return file;
}

InputFile::InputFile(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), buffer_(kReadBytes, '\0') {}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_),
      position_(other.position_) {}

InputFile::~InputFile() {
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
}

absl::StatusOr<std::string_view> InputFile::Read() {
  while (true) {
    const ssize_t count = read(descriptor_, buffer_.data(), buffer_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name_));
    position_ += static_cast<size_t>(count);
    return std::string_view(buffer_).substr(0, static_cast<size_t>(count));
  }
}

std::string NameOfInput(const std::string& path) { return path == "-" ? "standard input" : path; }

absl::Status ReadInput(const std::string& path, Progress& progress,
                       const std::function<absl::StatusOr<bool>(const ByteSource&)>& read) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  progress.Begin("bytes read", static_cast<int64_t>(file->size()));
  const absl::StatusOr<bool> ends_in_newline = read([&]() -> absl::StatusOr<std::string_view> {
    progress.Update(static_cast<int64_t>(file->position()));
    return file->Read();
  });
  progress.End();
  if (absl::IsInvalidArgument(ends_in_newline.status())) {
    return absl::InvalidArgumentError(absl::StrCat(
        NameOfInput(path), ": ", ends_in_newline.status().message(), "\nnothing was imported"));
  }
  if (!ends_in_newline.ok()) return ends_in_newline.status();
  if (!*ends_in_newline) {
    std::cerr << "note: the last row of " << NameOfInput(path)
              << " has no newline: if the file was cut off there, its end is missing\n";
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::server::imports
