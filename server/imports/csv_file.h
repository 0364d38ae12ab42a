// A CSV file, or standard input, from its first byte to its last row.
#ifndef FAIRPOINT_SERVER_IMPORTS_CSV_FILE_H_
#define FAIRPOINT_SERVER_IMPORTS_CSV_FILE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fairpoint/v1/import_mapping.pb.h"
#include "server/imports/csv_reader.h"
#include "server/imports/progress.h"

namespace fairpoint::server::imports {

// The next bytes; none at the end.
using ByteSource = std::function<absl::StatusOr<std::string_view>()>;

// Every row to `on_row`, without a byte order mark. Says whether the last row ends in a newline. An
// error (INVALID_ARGUMENT, or what `source` said) means that this is no readable CSV: nothing of it
// may be used.
absl::StatusOr<bool> ReadCsv(v1::OrderMapping::Encoding encoding, char delimiter,
                             const ByteSource& source, const CsvReader::OnRow& on_row);

// A file, or "-", standard input, in pieces. NOT_FOUND and others name the path.
class InputFile {
 public:
  static absl::StatusOr<InputFile> Open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  absl::StatusOr<std::string_view> Read();
  // 0 if it is not known.
  size_t size() const { return size_; }
  size_t position() const { return position_; }

 private:
  InputFile(int descriptor, std::string name);

  int descriptor_;
  std::string name_;
  std::string buffer_;
  size_t size_ = 0;
  size_t position_ = 0;
};

// "standard input" for "-".
std::string NameOfInput(const std::string& path);

// Opens the file and hands it to `read`, which says whether its last row ends in a newline, with
// progress; errors name the file and say that nothing was imported.
absl::Status ReadInput(const std::string& path, Progress& progress,
                       const std::function<absl::StatusOr<bool>(const ByteSource&)>& read);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_CSV_FILE_H_
