// Every refusal about orders, one factory each. Reasons and metadata keys are a contract:
// docs/errors.md lists them.
#ifndef FAIRPOINT_CHECKOUT_ERRORS_H_
#define FAIRPOINT_CHECKOUT_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace fairpoint::checkout {

absl::Status OrderExists(const std::string& order_id);
absl::Status ReturnExists(const std::string& return_id);
absl::Status OrderNotFound(const std::string& order_id);
absl::Status OrderLineNotFound(const std::string& order_id, int64_t line_number);
absl::Status ReturnExceedsUnits(int64_t line_number, int64_t units_left);
absl::Status ReturnExceedsAmount(int64_t line_number, int64_t amount_left);
// A till's returns without a receipt, by the programme's limit in 30 days.
absl::Status TooManyReturns(int64_t returns_max);
// `why` is one of no_such_receipt (number and amount fit nothing), has_member, too_late.
absl::Status ClaimRefused(const std::string& why);
// An entry of a purchase is undone by returning the goods.
absl::Status EntryOfOrder(const std::string& order_id);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_ERRORS_H_
