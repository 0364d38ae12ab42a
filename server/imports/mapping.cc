#include "server/imports/mapping.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/imports/mapping_file.h"
#include "server/imports/row_text.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

// A string field of Columns by its name.
std::string ColumnOf(const v1::OrderMapping::Columns& columns, const char* field) {
  const auto* const found = columns.GetDescriptor()->FindFieldByName(field);
  return columns.GetReflection()->GetString(columns, found);
}

constexpr const char* kRequired[] = {"order", "time", "customer", "sku", "quantity", "price"};
constexpr std::array<const char*, kSourceFieldCount> kOptional = {
    "store", "channel", "associate", "scene", "session", "group", "campaign"};

void CheckReturnMark(const v1::OrderMapping& file, Mapping& mapping,
                     std::vector<std::string>& faults) {
  const v1::OrderMapping::ReturnMark& mark = file.return_mark();
  mapping.return_prefix = mark.order_prefix();
  if (mark.mark_case() == v1::OrderMapping::ReturnMark::MARK_NOT_SET ||
      (mark.has_order_prefix() && mark.order_prefix().empty()) ||
      (mark.has_negative_quantity() && !mark.negative_quantity())) {
    faults.emplace_back(
        "return_mark: say how a return is known: order_prefix: \"C\" or negative_quantity: true");
  }
}

// Fills in what has no fault.
std::vector<std::string> Check(const v1::OrderMapping& file, Mapping& mapping) {
  std::vector<std::string> faults;
  mapping.columns = file.columns();
  for (const char* const field : kRequired) {
    if (ColumnOf(file.columns(), field).empty()) {
      faults.push_back(absl::StrCat("columns.", field, ": name the column"));
    }
  }
  mapping.time_format = file.time_format().empty() ? "%Y-%m-%d %H:%M:%S" : file.time_format();
  CheckTimeZone(file.time_zone(), mapping.zone, faults);
  mapping.encoding = EncodingOf(file.encoding());
  mapping.currency = file.currency();
  if (!IsCurrency(mapping.currency)) {
    faults.emplace_back("currency: must be three capital letters (ISO 4217)");
  }
  if (file.has_minor_digits()) mapping.minor_digits = file.minor_digits();
  CheckMinorDigits(mapping.minor_digits, faults);
  mapping.identity_kind = file.identity_kind();
  if (!IsIdentityKind(mapping.identity_kind)) {
    faults.emplace_back("identity_kind: must be 1-32 of [a-z0-9_], as \"phone\" or \"card\"");
  }
  CheckReturnMark(file, mapping, faults);
  CheckDelimiter(file.delimiter(), mapping.encoding, mapping.delimiter, faults);
  return faults;
}

}  // namespace

absl::StatusOr<Mapping> ReadMapping(std::string_view text) {
  v1::OrderMapping file;
  if (absl::Status parsed = ParseMapping(text, file); !parsed.ok()) return parsed;
  Mapping mapping;
  const std::vector<std::string> faults = Check(file, mapping);
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  return mapping;
}

absl::StatusOr<ColumnIndex> FindColumns(const v1::OrderMapping::Columns& columns,
                                        const std::vector<std::string>& header) {
  const std::vector<std::string> names = TrimmedNames(header);
  std::vector<std::string> faults;
  const auto find = [&](const char* field) -> std::optional<size_t> {
    const std::string wanted(Trimmed(ColumnOf(columns, field)));
    if (wanted.empty()) return std::nullopt;
    const auto found = std::ranges::find(names, wanted);
    if (found == names.end()) {
      faults.push_back(absl::StrCat("there is no column \"", wanted, "\" (columns.", field, ")"));
      return std::nullopt;
    }
    if (std::find(found + 1, names.end(), wanted) != names.end()) {
      faults.push_back(
          absl::StrCat("two columns are named \"", wanted, "\" (columns.", field, ")"));
    }
    return static_cast<size_t>(found - names.begin());
  };
  ColumnIndex index;
  size_t* const required[] = {&index.order, &index.time,     &index.customer,
                              &index.sku,   &index.quantity, &index.price};
  for (size_t i = 0; i < std::size(kRequired); ++i) *required[i] = find(kRequired[i]).value_or(0);
  for (size_t i = 0; i < kSourceFieldCount; ++i) index.source[i] = find(kOptional[i]);
  if (faults.empty()) return index;
  return absl::InvalidArgumentError(
      absl::StrCat(absl::StrJoin(faults, "\n"), "\n", TheColumnsAre(names)));
}

}  // namespace fairpoint::server::imports
