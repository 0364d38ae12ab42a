#include "storage/rows.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace fairpoint::storage {

absl::Status RowReader::DataLoss(const TableInfo& table) {
  std::string key;
  for (size_t i = 0; i < table.key_columns; ++i) {
    if (i > 0) key += ", ";
    if (table.columns[i].type == ColumnType::kNumber) {
      absl::StrAppend(&key, statement_.Number(i));
    } else {
      const std::string_view bytes = statement_.Bytes(i);
      key += absl::CHexEscape(absl::string_view(bytes.data(), bytes.size()));
    }
  }
  return absl::DataLossError(absl::StrCat(
      "table ", std::string(table.name), ", row (", key, "): column ", std::string(bad_column_),
      " does not hold what it should: restore the row from a backup (`fairpoint verify` names all "
      "such rows)"));
}

}  // namespace fairpoint::storage
