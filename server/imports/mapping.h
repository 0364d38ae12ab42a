// The mapping file of an import, read and checked, and its columns found in a file's first row.
#ifndef FAIRPOINT_SERVER_IMPORTS_MAPPING_H_
#define FAIRPOINT_SERVER_IMPORTS_MAPPING_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fairpoint/v1/import_mapping.pb.h"

namespace fairpoint::server::imports {

// What an order may say of where it came from, in the order of OrderSource's use here.
enum SourceField : size_t {
  kStore,
  kChannel,
  kAssociate,
  kScene,
  kSession,
  kGroup,
  kCampaign,
  kSourceFieldCount,
};

// A mapping with its defaults filled in.
struct Mapping {
  v1::OrderMapping::Columns columns;
  std::string time_format;
  absl::TimeZone zone;
  v1::OrderMapping::Encoding encoding = v1::OrderMapping::UTF_8;
  std::string currency;
  int minor_digits = 2;
  std::string identity_kind;
  std::string return_prefix;  // empty: a negative quantity marks a return
  char delimiter = ',';
};

// INVALID_ARGUMENT with a line for every fault, each as "LINE:COLUMN: what" where it has a place.
absl::StatusOr<Mapping> ReadMapping(std::string_view text);

// Which field of a row is what, from 0.
struct ColumnIndex {
  size_t order = 0;
  size_t time = 0;
  size_t customer = 0;
  size_t sku = 0;
  size_t quantity = 0;
  size_t price = 0;
  std::array<std::optional<size_t>, kSourceFieldCount> source;
};

// INVALID_ARGUMENT lists all columns that are missing, and those that there are.
absl::StatusOr<ColumnIndex> FindColumns(const v1::OrderMapping::Columns& columns,
                                        const std::vector<std::string>& header);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MAPPING_H_
