#include "server/imports/outcome.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/client.h"

namespace fairpoint::server::imports {
namespace {

void Count(bool replayed, Answered& answered) {
  ++(replayed ? answered.orders_replayed : answered.orders_new);
}

void TakeReturn(const v1::RecordReturnResponse& response, const Sending& sending, Book& book,
                Outcome& outcome) {
  ++outcome.answered.returns;
  Count(response.replayed(), outcome.answered);
  outcome.answered.points_taken_back += response.points_taken();
  for (const v1::MatchedReturn& matched : response.matched()) {
    outcome.answered.units_matched += matched.units();
  }
  const Order& order = book.orders[sending.order];
  for (const v1::ReturnedItem& item : response.unmatched()) {
    outcome.answered.units_unmatched += item.units();
    const TextId sku = book.texts.Intern(item.sku());
    const auto lines = book.LinesOf(order);
    const auto line = std::ranges::find_if(lines, [&](const Line& candidate) {
      return candidate.sku == sku && book.IsOf(candidate, sending);
    });
    const uint32_t row = line == lines.end() ? order.first_row : line->row;
    outcome.unmatched.push_back({row, order.number,
                                 book.texts.Intern(absl::StrCat(
                                     "no earlier purchase of SKU ", item.sku(), ": ", item.units(),
                                     item.units() == 1 ? " unit" : " units", " unmatched"))});
  }
}

void Refuse(std::string_view reason, const Sending& sending, Book& book) {
  book.Reject(sending, reason);
  ++book.counts.orders_rejected;
}

}  // namespace

std::string ReasonOf(const google::rpc::Status& error, std::string_view if_reused) {
  const grpc::Status status(static_cast<grpc::StatusCode>(error.code()), error.message(),
                            error.SerializeAsString());
  // One line: it stands in a field of a CSV file.
  std::string reason = absl::StrReplaceAll(Explain(status), {{"\n", " "}});
  absl::RemoveExtraAsciiWhitespace(&reason);
  if (ReasonIn(status) != "REQUEST_ID_REUSED") return reason;
  return absl::StrCat(reason, " (", absl::string_view(if_reused.data(), if_reused.size()), ")");
}

void TakeAnswer(const v1::ImportOrdersResponse& answer, const Sending& sending, Book& book,
                Outcome& outcome) {
  if (answer.has_error()) {
    Refuse(ReasonOf(answer.error(), "an earlier import had this order with other content"), sending,
           book);
  } else if (sending.is_return && answer.has_record_return()) {
    TakeReturn(answer.record_return(), sending, book, outcome);
  } else if (!sending.is_return && answer.has_record_purchase()) {
    ++outcome.answered.purchases;
    Count(answer.record_purchase().replayed(), outcome.answered);
    outcome.answered.points_earned += answer.record_purchase().points();
  } else {
    Refuse("the server's answer is of another kind", sending, book);
  }
}

}  // namespace fairpoint::server::imports
