// A whole file to a book of orders.
#ifndef FAIRPOINT_SERVER_IMPORTS_READ_ORDERS_H_
#define FAIRPOINT_SERVER_IMPORTS_READ_ORDERS_H_

#include "absl/status/status.h"
#include "server/imports/book.h"
#include "server/imports/csv_file.h"
#include "server/imports/mapping.h"

namespace fairpoint::server::imports {

struct ReadFileResult {
  Book book;
  bool ends_in_newline = true;
};

// Reads to the end and groups. An error (INVALID_ARGUMENT, or what `source` said) means that the
// file is no readable CSV, or lacks a column: nothing of it may be used.
absl::Status ReadOrders(const Mapping& mapping, const ByteSource& source, ReadFileResult& result);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_READ_ORDERS_H_
