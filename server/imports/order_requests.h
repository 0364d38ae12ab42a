// Orders of a book as requests of OrderService.
#ifndef FAIRPOINT_SERVER_IMPORTS_ORDER_REQUESTS_H_
#define FAIRPOINT_SERVER_IMPORTS_ORDER_REQUESTS_H_

#include <string>
#include <string_view>

#include "fairpoint/v1/order_service.pb.h"
#include "server/imports/book.h"

namespace fairpoint::server::imports {

// The same for the same order of the same programme, so that importing it again is a replay.
std::string RequestIdOf(std::string_view program_id, bool is_return, std::string_view number);
// Of the enrolment of an order's customer: not of the customer, whom a request id must not
// identify.
std::string EnrolmentIdOf(std::string_view program_id, std::string_view number);

v1::ImportOrdersRequest RequestOf(const Book& book, const Sending& sending,
                                  const std::string& program_id, const std::string& currency,
                                  const std::string& member_id);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ORDER_REQUESTS_H_
