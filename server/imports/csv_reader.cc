#include "server/imports/csv_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::server::imports {
namespace {

// libcsv trims what it takes for spaces; a SKU's are part of it.
int IsNoSpace(unsigned char /*c*/) { return 0; }

}  // namespace

CsvReader::CsvReader(char delimiter, OnRow on_row) : on_row_(std::move(on_row)) {
  // It fails only for want of memory of its own, of which it takes none before the first field.
  csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  csv_set_space_func(&parser_, &IsNoSpace);
  row_.number = 1;
}

CsvReader::~CsvReader() { csv_free(&parser_); }

absl::Status CsvReader::Feed(std::string_view bytes) {
  const auto on_field = [](void* field, size_t size, void* self) {
    static_cast<CsvReader*>(self)->EndField({static_cast<const char*>(field), size});
  };
  const auto on_row = [](int newline, void* self) {
    static_cast<CsvReader*>(self)->EndRow(newline);
  };
  while (!bytes.empty() && status_.ok()) {
    const std::string_view piece = bytes.substr(0, kFieldBytesMax);
    bytes.remove_prefix(piece.size());
    if (csv_parse(&parser_, piece.data(), piece.size(), on_field, on_row, this) != piece.size()) {
      const bool out_of_memory = csv_error(&parser_) != CSV_EPARSE;
      status_ = absl::InvalidArgumentError(absl::StrCat(
          "row ", row_.number, ": ",
          out_of_memory ? "out of memory"
                        : "a quote stands where none may be: a field with quotes in it is quoted "
                          "as a whole, and each of them doubled"));
    } else if (parser_.entry_pos > kFieldBytesMax) {
      // The field is refused whatever follows, so what was kept of it goes. One byte stays: libcsv
      // takes a closing quote away again.
      parser_.entry_pos = 1;
      dropped_some_ = true;
    }
  }
  return status_;
}

absl::Status CsvReader::Finish() {
  if (!status_.ok()) return status_;
  const auto on_field = [](void* field, size_t size, void* self) {
    static_cast<CsvReader*>(self)->EndField({static_cast<const char*>(field), size});
  };
  const auto on_row = [](int newline, void* self) {
    static_cast<CsvReader*>(self)->EndRow(newline);
  };
  if (csv_fini(&parser_, on_field, on_row, this) != 0) {
    status_ = absl::InvalidArgumentError(absl::StrCat(
        "row ", row_.number, ": a quote is opened and never closed: is the file cut off?"));
  }
  return status_;
}

void CsvReader::EndField(std::string_view field) {
  after_cr_ = false;
  if (dropped_some_ || field.size() > kFieldBytesMax) {
    if (!row_.too_long.has_value()) row_.too_long = row_.field_count;
    field = {};
  }
  dropped_some_ = false;
  if (row_.field_count < kColumnsMax) {
    if (row_.fields.size() <= row_.field_count) row_.fields.emplace_back();
    row_.fields[row_.field_count].assign(field);
  }
  ++row_.field_count;
}

void CsvReader::EndRow(int newline) {
  const bool second_half = newline == CSV_LF && after_cr_ && row_.field_count == 0;
  after_cr_ = newline == CSV_CR;
  if (second_half || !status_.ok()) return;
  if (row_.field_count > 0) status_ = on_row_(row_);
  if (row_.number == std::numeric_limits<uint32_t>::max() && status_.ok()) {
    status_ = absl::InvalidArgumentError("the file has more than 4,294,967,294 rows");
  }
  ++row_.number;
  row_.field_count = 0;
  row_.too_long.reset();
}

}  // namespace fairpoint::server::imports
