// A whole file to a book of prices.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_ROWS_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_ROWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/imports/csv_file.h"
#include "server/imports/price_book.h"
#include "server/imports/price_mapping.h"

namespace fairpoint::server::imports {

// Says whether the last row ends in a newline. An error (INVALID_ARGUMENT, or what `source` said)
// means that the file is no readable CSV, or its columns are not right: nothing of it may be used.
// currency: the programme's, which all rows must have; empty: not known.
absl::StatusOr<bool> ReadPrices(const PriceMapping& mapping, const std::string& currency,
                                const ByteSource& source, PriceBook& book);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_ROWS_H_
