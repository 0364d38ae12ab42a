// Prices of made-up files for tests.
#ifndef FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_PRICES_H_
#define FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_PRICES_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/imports/price_book.h"
#include "server/imports/price_mapping.h"

namespace fairpoint::server::imports {

// Columns sku,day,jd,tm,own: the channels jd and tm are references, app is private.
inline constexpr char kMadePriceMapping[] =
    R"(columns { sku: "sku" valid_from: "day" }
       channels { channel_id: "jd" amount: "jd" }
       channels { channel_id: "tm" amount: "tm" }
       channels { channel_id: "app" kind: PRIVATE offer_id: "list" amount: "own" }
       time_format: "%Y-%m-%d" time_zone: "UTC" currency: "CNY")";
// A header for it.
inline constexpr char kMadePriceHeader[] = "sku,day,jd,tm,own\n";

// The test fails if the mapping has a fault.
PriceMapping MadePriceMapping(std::string_view text = kMadePriceMapping);

// What `text` is read as.
absl::Status ReadPriceText(const PriceMapping& mapping, std::string_view text, PriceBook& book,
                           const std::string& currency = "");

// "2 jd cup#1767225600=2550": row, channel, SKU, number and amount.
std::vector<std::string> PricesOf(const PriceMapping& mapping, const PriceBook& book,
                                  const std::vector<FilePrice>& prices);
// "ROW CHANNEL: reason", as they were found.
std::vector<std::string> RejectsOf(const PriceBook& book);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_PRICES_H_
