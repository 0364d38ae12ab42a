#include "server/imports/row_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/imports/decimal.h"
#include "server/imports/mapping_file.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

// What the server takes: OrderService's contract.
constexpr size_t kIdentitySizeMax = 256;

bool IsBlank(std::string_view text) { return Trimmed(text).empty(); }

}  // namespace

RowReader::RowReader(const Mapping& mapping, Book& book)
    : mapping_(mapping),
      book_(book),
      text_(mapping.encoding),
      times_(mapping.time_format, mapping.zone) {
  book.returns_by_quantity = mapping.return_prefix.empty();
}

absl::Status RowReader::Read(const CsvRow& row) {
  if (!text_.has_header()) {
    if (absl::Status read = text_.ReadHeader(row); !read.ok()) return read;
    const absl::StatusOr<ColumnIndex> columns = FindColumns(mapping_.columns, text_.header());
    if (columns.ok()) columns_ = *columns;
    return columns.status();
  }
  ++book_.counts.rows;
  const bool is_whole = row.field_count == text_.header().size();
  if (is_whole && row.too_long != columns_.customer && IsBlank(row.fields[columns_.customer])) {
    ++book_.counts.rows_without_customer;
    return absl::OkStatus();
  }
  Values values;
  std::string fault = text_.Decode(row);
  if (fault.empty()) {
    fault = Check(values);
    if (!fault.empty())
      book_.rejected_rows.push_back(
          {book_.texts.Intern(text_[columns_.customer]), book_.texts.Intern(text_[columns_.sku])});
  }
  if (!fault.empty()) {
    Reject(row, fault);
    return absl::OkStatus();
  }
  const uint32_t index = OrderOf(text_[columns_.order], row.number);
  Order& order = book_.orders[index];
  if (order.first_row == row.number) {
    order.customer = book_.texts.Intern(text_[columns_.customer]);
    order.time = values.time;
    order.source = SourceOf(values.source);
  }
  book_.lines.push_back(
      {index, row.number, book_.texts.Intern(values.sku), values.units, values.amount_minor_units});
  return absl::OkStatus();
}

std::string RowReader::OrderNumberIn(const CsvRow& row) const {
  const bool is_there = columns_.order < std::min(row.field_count, kColumnsMax);
  return is_there && IsId(row.fields[columns_.order]) ? row.fields[columns_.order] : "";
}

std::string RowReader::Check(Values& values) {
  if (!IsId(text_[columns_.order])) {
    return absl::StrCat(text_.Quoted(columns_.order),
                        "is no order number: 1-64 printable ASCII characters without spaces");
  }
  if (text_[columns_.customer].size() > kIdentitySizeMax) {
    return absl::StrCat(text_.Quoted(columns_.customer), "is longer than ", kIdentitySizeMax,
                        " bytes");
  }
  values.sku = text_[columns_.sku];
  if (!IsName(values.sku)) {
    return absl::StrCat(text_.Quoted(columns_.sku),
                        "is no SKU: 1-64 bytes of UTF-8 without control characters");
  }
  const std::optional<int32_t> units = ReadUnits(text_[columns_.quantity]);
  if (!units.has_value()) {
    return absl::StrCat(text_.Quoted(columns_.quantity), "is no whole number within 2,147,483,647");
  }
  values.units = *units;
  const std::optional<Decimal> price = ReadDecimal(text_[columns_.price]);
  if (!price.has_value()) {
    return absl::StrCat(text_.Quoted(columns_.price),
                        "is no decimal number of at most 18 digits, as 2.55 or 1e3");
  }
  if (price->negative) return absl::StrCat(text_.Quoted(columns_.price), "is negative");
  const std::optional<int64_t> amount = AmountOf(*units, *price, mapping_.minor_digits);
  if (!amount.has_value()) {
    return absl::StrCat(text_.Quoted(columns_.price), "times ", *units, " is too large");
  }
  values.amount_minor_units = *amount;
  std::string fault = TimeOf(text_[columns_.time], values.time);
  return fault.empty() ? CheckSource(values) : fault;
}

std::string RowReader::CheckSource(Values& values) {
  for (size_t i = 0; i < kSourceFieldCount; ++i) {
    const std::optional<size_t> column = columns_.source[i];
    if (!column.has_value() || text_[*column].empty()) continue;
    if (!IsId(text_[*column])) {
      return absl::StrCat(text_.Quoted(*column),
                          "is not 1-64 printable ASCII characters without spaces");
    }
    values.source[i] = book_.texts.Intern(text_[*column]);
  }
  return "";
}

std::string RowReader::TimeOf(const std::string& text, base::Instant& time) {
  if (text != last_time_text_) {
    const absl::StatusOr<base::Instant> read = times_.Read(text);
    if (!read.ok()) return absl::StrCat(text_.Quoted(columns_.time), read.status().message());
    last_time_text_ = text;
    last_time_ = *read;
  }
  time = last_time_;
  return "";
}

uint32_t RowReader::OrderOf(std::string_view number, uint32_t row) {
  const TextId id = book_.texts.Intern(number);
  const auto [found, is_new] = orders_.emplace(id, static_cast<uint32_t>(book_.orders.size()));
  if (is_new) {
    Order order;
    order.number = id;
    order.first_row = row;
    order.is_return = !mapping_.return_prefix.empty() && number.starts_with(mapping_.return_prefix);
    book_.orders.push_back(order);
  }
  return found->second;
}

uint32_t RowReader::SourceOf(const Source& source) {
  if (source == Source{}) return 0;
  const auto [found, is_new] =
      sources_.emplace(source, static_cast<uint32_t>(book_.sources.size()));
  if (is_new) book_.sources.push_back(source);
  return found->second;
}

void RowReader::Reject(const CsvRow& row, const std::string& reason) {
  const std::string number = OrderNumberIn(row);
  book_.rejects.push_back({row.number, book_.texts.Intern(number), book_.texts.Intern(reason)});
  if (number.empty()) return;
  Order& order = book_.orders[OrderOf(number, row.number)];
  if (order.fault != 0) return;
  order.fault = book_.texts.Intern(
      absl::StrCat("row ", row.number, " of the same order was rejected: ", reason));
}

}  // namespace fairpoint::server::imports
