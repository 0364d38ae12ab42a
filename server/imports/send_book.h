// A book's customers and orders to the server, and what it made of them.
#ifndef FAIRPOINT_SERVER_IMPORTS_SEND_BOOK_H_
#define FAIRPOINT_SERVER_IMPORTS_SEND_BOOK_H_

#include <string>

#include "absl/status/status.h"
#include "server/client.h"
#include "server/imports/book.h"
#include "server/imports/order_stream.h"
#include "server/imports/outcome.h"
#include "server/imports/progress.h"

namespace fairpoint::server::imports {

struct SendOptions {
  std::string program_id;
  std::string identity_kind;
  std::string currency;
  StreamOptions stream;
};

// What the server refuses is added to the book's rejects. After a failure (as of Client::Failure)
// the outcome is of what was answered.
absl::Status SendBook(const Client& client, const SendOptions& options, Book& book,
                      Progress& progress, Outcome& outcome);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_SEND_BOOK_H_
