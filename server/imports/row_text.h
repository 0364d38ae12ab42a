// Rows of a CSV file as UTF-8 under the names of their columns.
#ifndef FAIRPOINT_SERVER_IMPORTS_ROW_TEXT_H_
#define FAIRPOINT_SERVER_IMPORTS_ROW_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/imports/csv_reader.h"
#include "server/imports/text_decoder.h"

namespace fairpoint::server::imports {

class RowText {
 public:
  explicit RowText(v1::OrderMapping::Encoding encoding) : encoding_(encoding), decoder_(encoding) {}

  // The first row. INVALID_ARGUMENT where it does not look like names of columns.
  absl::Status ReadHeader(const CsvRow& row);
  // Whether there was one.
  bool has_header() const { return !header_.empty(); }
  // As they are written, with the spaces around them.
  const std::vector<std::string>& header() const { return header_; }

  // Why a later row is refused; empty, and it is the row under way, if it is not.
  std::string Decode(const CsvRow& row);
  const std::string& operator[](size_t column) const { return fields_[column]; }
  // `UnitPrice: "1,50" `, of the row under way.
  std::string Quoted(size_t column) const;

 private:
  v1::OrderMapping::Encoding encoding_;
  TextDecoder decoder_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
};

// A text in quotes, its beginning if it is long.
std::string Shown(std::string_view text);

// The names without the spaces around them.
std::vector<std::string> TrimmedNames(const std::vector<std::string>& header);
// "the columns are: ...", some of them if they are very many.
std::string TheColumnsAre(const std::vector<std::string>& names);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ROW_TEXT_H_
