// Rows of a CSV file to the lines of a book: each is checked as a whole, and one that is refused
// takes its order with it, whose points would be wrong without it.
#ifndef FAIRPOINT_SERVER_IMPORTS_ROW_READER_H_
#define FAIRPOINT_SERVER_IMPORTS_ROW_READER_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/imports/book.h"
#include "server/imports/csv_reader.h"
#include "server/imports/local_time.h"
#include "server/imports/mapping.h"
#include "server/imports/row_text.h"

namespace fairpoint::server::imports {

class RowReader {
 public:
  RowReader(const Mapping& mapping, Book& book);

  // The first row is the header: INVALID_ARGUMENT if it lacks a column. A later row is never an
  // error: it becomes a line, is counted, or is rejected.
  absl::Status Read(const CsvRow& row);

 private:
  // What a row says of its order and its line.
  struct Values {
    base::Instant time;
    std::string_view sku;
    int32_t units = 0;
    int64_t amount_minor_units = 0;
    Source source{};
  };

  // Empty if there is none that could be one.
  std::string OrderNumberIn(const CsvRow& row) const;
  // Why the row is refused, or nothing.
  std::string Check(Values& values);
  std::string CheckSource(Values& values);
  std::string TimeOf(const std::string& text, base::Instant& time);
  uint32_t OrderOf(std::string_view number, uint32_t row);
  uint32_t SourceOf(const Source& source);
  void Reject(const CsvRow& row, const std::string& reason);

  const Mapping& mapping_;
  Book& book_;
  RowText text_;
  LocalTimeReader times_;
  ColumnIndex columns_;
  absl::flat_hash_map<TextId, uint32_t> orders_;  // by number
  absl::flat_hash_map<Source, uint32_t> sources_;
  // Rows of an order have the same time, mostly.
  std::string last_time_text_;
  base::Instant last_time_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ROW_READER_H_
