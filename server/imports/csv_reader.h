// CSV as it comes in: strict (RFC 4180, and bare CR or LF as ends of rows), a row at a time, with a
// bound on what a field may make it keep. Bytes only; what they mean is the caller's.
#ifndef FAIRPOINT_SERVER_IMPORTS_CSV_READER_H_
#define FAIRPOINT_SERVER_IMPORTS_CSV_READER_H_

#include <csv.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace fairpoint::server::imports {

inline constexpr size_t kFieldBytesMax = size_t{64} << 10;
// Fields past these are counted, not kept.
inline constexpr size_t kColumnsMax = 1'000;

struct CsvRow {
  // As a spreadsheet numbers them: the first is 1, empty rows count, a quoted newline does not.
  uint32_t number = 0;
  size_t field_count = 0;
  // At least min(field_count, kColumnsMax) texts; what is past field_count is of an earlier row.
  std::vector<std::string> fields;
  // The first field, from 0, that is longer than kFieldBytesMax. It is kept as an empty text.
  std::optional<size_t> too_long;
};

class CsvReader {
 public:
  // Called for every row that is not empty; after an error no more.
  using OnRow = std::function<absl::Status(const CsvRow&)>;

  CsvReader(char delimiter, OnRow on_row);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // INVALID_ARGUMENT names the row at which the text is no CSV; or what on_row said.
  absl::Status Feed(std::string_view bytes);
  // The end of the text: an open quote is an error that names the row where it begins.
  absl::Status Finish();

 private:
  void EndField(std::string_view field);
  void EndRow(int newline);

  csv_parser parser_{};
  OnRow on_row_;
  CsvRow row_;
  bool dropped_some_ = false;  // of the field under way
  bool after_cr_ = false;      // an LF that follows at once belongs to it
  absl::Status status_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_CSV_READER_H_
