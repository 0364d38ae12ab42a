// Books of made-up files for tests.
#ifndef FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_BOOK_H_
#define FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_BOOK_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/imports/read_orders.h"

namespace fairpoint::server::imports {

// Columns order,time,customer,sku,units,price; returns begin with C.
inline constexpr char kMadeMapping[] =
    R"(columns { order: "order" time: "time" customer: "customer" sku: "sku" quantity: "units" price: "price" }
       time_zone: "Europe/London" currency: "GBP" identity_kind: "card" return_mark { order_prefix: "C" } )";
// A header for it.
inline constexpr char kMadeHeader[] = "order,time,customer,sku,units,price\n";

// The same, with negative quantities for returns.
std::string MappingByQuantity();

// What `text` is read as; the test fails if the mapping has a fault.
absl::Status ReadText(std::string_view mapping, std::string_view text, ReadFileResult& result);

// "A2 ann@01.12.2010 08:26 cat 6=1530 dog 1=5": each sending with its lines.
std::vector<std::string> SendingsOf(const Book& book);
// "ROW ORDER: reason", sorted by row.
std::vector<std::string> RejectsOf(const Book& book);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TESTING_MADE_BOOK_H_
