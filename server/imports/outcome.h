// What became of the orders that were sent.
#ifndef FAIRPOINT_SERVER_IMPORTS_OUTCOME_H_
#define FAIRPOINT_SERVER_IMPORTS_OUTCOME_H_

#include <google/rpc/status.pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fairpoint/v1/order_service.pb.h"
#include "server/imports/book.h"
#include "server/imports/summary.h"

namespace fairpoint::server::imports {

struct Outcome {
  Answered answered;
  int64_t members_new = 0;
  int64_t customers_refused = 0;
  // Rows of which units match no earlier purchase: imported, but of interest.
  std::vector<Report> unmatched;
};

// A refusal for a person; `if_reused` is added where the request id had other content before.
std::string ReasonOf(const google::rpc::Status& error, std::string_view if_reused);

// Counts an answer; a refusal becomes rejects of the book.
void TakeAnswer(const v1::ImportOrdersResponse& answer, const Sending& sending, Book& book,
                Outcome& outcome);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_OUTCOME_H_
