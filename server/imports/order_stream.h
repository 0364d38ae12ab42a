// OrderService.ImportOrders from the caller's side: a bounded number of orders without an answer,
// again from where it stopped when the server goes away and comes back. The streams of members and
// of prices are the same.
#ifndef FAIRPOINT_SERVER_IMPORTS_ORDER_STREAM_H_
#define FAIRPOINT_SERVER_IMPORTS_ORDER_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "server/client.h"
#include "server/imports/patience.h"

namespace fairpoint::server::imports {

template <class RequestType, class ResponseType>
struct Feed {
  using Request = RequestType;
  using Response = ResponseType;
  std::vector<uint32_t> members;  // of each order, as they apply
  std::function<Request(size_t)> request;
  // The last word on an order, once for each: what was done, or a refusal that stays one.
  std::function<void(size_t, const Response&)> on_answer;
  // Not the last word: the order is sent again.
  std::function<void(size_t, const Response&)> on_refused_for_now = [](size_t, const Response&) {};
  // Whether an order is not to be sent after all; asked when its turn comes, once those before it
  // of the same member have their last word. It is then done.
  std::function<bool(size_t)> is_held_back = [](size_t) { return false; };
  std::function<void(size_t)> on_progress;  // so many have their last word; called often
  // Those from here on are sent when all before have their last word.
  size_t last_from = SIZE_MAX;
  // A stream that breaks, or in which something was refused for now, is followed by one that begins
  // with the first order again, and answers it again.
  bool all_in_one_stream = false;
};
using OrderFeed = Feed<v1::ImportOrdersRequest, v1::ImportOrdersResponse>;
// MemberService.ImportMembers, in the same manner.
using MemberFeed = Feed<v1::ImportMembersRequest, v1::ImportMembersResponse>;
// PricingService.ImportPriceFacts: an order is a message.
using PriceFeed = Feed<v1::RecordPriceFactsRequest, v1::RecordPriceFactsResponse>;

struct StreamOptions {
  size_t window = 512;  // orders without an answer
  PatienceOptions patience;
};

// Until every order has its last word. A failure (as of Client::Failure) means that the server went
// away for too long, or answers nobody; what was answered until then stays.
absl::Status SendOrders(const Client& client, const StreamOptions& options, const OrderFeed& feed);
absl::Status SendMembers(const Client& client, const StreamOptions& options,
                         const MemberFeed& feed);
absl::Status SendPriceMessages(const Client& client, const StreamOptions& options,
                               const PriceFeed& feed);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ORDER_STREAM_H_
