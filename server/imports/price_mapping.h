// Which column of a file of prices is what, by a mapping file.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_MAPPING_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_MAPPING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fairpoint/v1/import_mapping.pb.h"

namespace fairpoint::server::imports {

// A channel of the mapping, with what `columns` says for all filled in.
struct PriceChannel {
  v1::PricesMapping::Channel columns;
  bool is_private = false;
};

// A mapping with its defaults filled in.
struct PriceMapping {
  std::vector<std::string> sku;  // columns, at least one
  std::string sku_separator = "/";
  std::string currency_column;  // empty: `currency`
  std::string currency;
  std::vector<PriceChannel> channels;
  std::string time_format;
  absl::TimeZone zone;
  v1::OrderMapping::Encoding encoding = v1::OrderMapping::UTF_8;
  int minor_digits = 2;
  char delimiter = ',';

  // The ids of the reference channels, each once, as the mapping has them.
  std::vector<std::string> ReferenceChannels() const;
};

// INVALID_ARGUMENT with a line for every fault, each as "LINE:COLUMN: what" where it has a place.
absl::StatusOr<PriceMapping> ReadPriceMapping(std::string_view text);

// Which field of a row is what of a channel's price, from 0.
struct PriceColumns {
  size_t amount = 0;
  std::optional<size_t> platform_subsidy;
  std::optional<size_t> government_subsidy;
  std::optional<size_t> region;
  std::optional<size_t> store;
  std::optional<size_t> plan;
  std::optional<size_t> newcomers;
  std::optional<size_t> listing;
  std::optional<size_t> seq;
  std::optional<size_t> valid_from;
  std::optional<size_t> valid_until;
  std::optional<size_t> pack;
  std::optional<size_t> shipping;
  std::optional<size_t> tax_percent;
  std::optional<size_t> condition;
  std::optional<size_t> third_party;
  std::optional<size_t> confirmed;
};

struct PriceColumnIndex {
  std::vector<size_t> sku;
  std::optional<size_t> currency;
  std::vector<PriceColumns> channels;  // as PriceMapping::channels
};

// INVALID_ARGUMENT lists all columns that are missing or twice there, and those that there are.
absl::StatusOr<PriceColumnIndex> FindPriceColumns(const PriceMapping& mapping,
                                                  const std::vector<std::string>& header);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_MAPPING_H_
