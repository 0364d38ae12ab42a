#include "server/imports/row_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {

absl::Status RowText::ReadHeader(const CsvRow& row) {
  if (row.field_count > kColumnsMax || row.too_long.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("row ", row.number, " does not look like names of columns: it has ",
                     row.field_count, " fields, or one longer than ", kFieldBytesMax, " bytes"));
  }
  std::vector<std::string> names(row.fields.begin(),
                                 row.fields.begin() + static_cast<ptrdiff_t>(row.field_count));
  for (std::string& name : names) {
    if (decoder_.Decode(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat("the names of the columns are not ",
                                                   NameOf(encoding_),
                                                   ": is `encoding` of the mapping right?"));
  }
  header_ = std::move(names);
  return absl::OkStatus();
}

std::string RowText::Decode(const CsvRow& row) {
  if (row.field_count != header_.size()) {
    return absl::StrCat("has ", row.field_count, row.field_count == 1 ? " field" : " fields",
                        ", the first row has ", header_.size());
  }
  if (row.too_long.has_value()) {
    return absl::StrCat(header_[*row.too_long], ": is longer than ", kFieldBytesMax, " bytes");
  }
  fields_.resize(row.field_count);
  for (size_t i = 0; i < row.field_count; ++i) {
    fields_[i] = row.fields[i];
    if (decoder_.Decode(fields_[i])) continue;
    return absl::StrCat(header_[i], ": is not ", NameOf(encoding_));
  }
  return "";
}

std::string RowText::Quoted(size_t column) const {
  return absl::StrCat(header_[column], ": ", Shown(fields_[column]), " ");
}

std::string Shown(std::string_view text) {
  constexpr size_t kShownMax = 40;
  size_t size = std::min(text.size(), kShownMax);
  // Not in the middle of a character.
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  const std::string start = absl::Utf8SafeCEscape(std::string(text.substr(0, size)));
  return absl::StrCat("\"", start, size < text.size() ? "..." : "", "\"");
}

std::vector<std::string> TrimmedNames(const std::vector<std::string>& header) {
  std::vector<std::string> names;
  names.reserve(header.size());
  for (const std::string& name : header) names.emplace_back(Trimmed(name));
  return names;
}

std::string TheColumnsAre(const std::vector<std::string>& names) {
  constexpr size_t kShownMax = 50;
  std::vector<std::string> shown(names.begin(),
                                 names.begin() + std::min<ptrdiff_t>(std::ssize(names), kShownMax));
  for (std::string& name : shown) name = absl::StrCat("\"", name, "\"");
  return absl::StrCat("the columns are: ", absl::StrJoin(shown, ", "),
                      names.size() > kShownMax ? ", ..." : "");
}

}  // namespace fairpoint::server::imports
