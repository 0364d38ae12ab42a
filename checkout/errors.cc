#include "checkout/errors.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace fairpoint::checkout {
namespace {

absl::Status Error(absl::StatusCode code, const char* reason, const std::string& message,
                   const char* message_zh, std::map<std::string, std::string> metadata) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.metadata = std::move(metadata);
  return base::MakeError(code, message, detail);
}

}  // namespace

absl::Status OrderExists(const std::string& order_id) {
  return Error(absl::StatusCode::kAlreadyExists, "ORDER_EXISTS",
               absl::StrCat("order ", order_id, " was recorded before, by another request"),
               "订单号已存在", {{"orderId", order_id}});
}

absl::Status ReturnExists(const std::string& return_id) {
  return Error(absl::StatusCode::kAlreadyExists, "RETURN_EXISTS",
               absl::StrCat("return ", return_id, " was recorded before, by another request"),
               "退货单号已存在", {{"returnId", return_id}});
}

absl::Status OrderNotFound(const std::string& order_id) {
  return Error(absl::StatusCode::kNotFound, "ORDER_NOT_FOUND",
               absl::StrCat("there is no order ", order_id, " in this programme"), "未找到该订单",
               {{"orderId", order_id}});
}

absl::Status OrderLineNotFound(const std::string& order_id, int64_t line_number) {
  return Error(absl::StatusCode::kNotFound, "ORDER_LINE_NOT_FOUND",
               absl::StrCat("order ", order_id, " has no line ", line_number), "未找到该订单行",
               {{"orderId", order_id}, {"lineNumber", absl::StrCat(line_number)}});
}

absl::Status ReturnExceedsUnits(int64_t line_number, int64_t units_left) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "RETURN_EXCEEDS_PURCHASE",
      absl::StrCat("of line ", line_number, " ", units_left, " units are left to return"),
      "退货数量超过购买数量",
      {{"lineNumber", absl::StrCat(line_number)}, {"unitsLeft", absl::StrCat(units_left)}});
}

absl::Status ReturnExceedsAmount(int64_t line_number, int64_t amount_left) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "RETURN_EXCEEDS_PURCHASE",
      absl::StrCat("of line ", line_number, " ", amount_left, " minor units are left to refund"),
      "退款金额超过支付金额",
      {{"lineNumber", absl::StrCat(line_number)}, {"amountLeft", absl::StrCat(amount_left)}});
}

absl::Status TooManyReturns(int64_t returns_max) {
  return Error(absl::StatusCode::kFailedPrecondition, "TOO_MANY_RETURNS",
               absl::StrCat("the member has brought ", returns_max,
                            " or more returns without a receipt in 30 days: ask for the receipt"),
               "无小票退货次数超出上限", {{"returnsMax", absl::StrCat(returns_max)}});
}

absl::Status ClaimRefused(const std::string& why) {
  return Error(absl::StatusCode::kFailedPrecondition, "CLAIM_REFUSED",
               why == "has_member" ? "the purchase has its member already"
               : why == "too_late" ? "the time for claiming this receipt is over"
                                   : "no receipt without a member has this number and amount",
               "无法认领该小票", {{"why", why}});
}

absl::Status EntryOfOrder(const std::string& order_id) {
  return Error(absl::StatusCode::kFailedPrecondition, "ENTRY_OF_ORDER",
               absl::StrCat("the points were earned by order ", order_id,
                            ": record what came back with RecordReturn"),
               "该积分来自订单，请通过退货处理", {{"orderId", order_id}});
}

}  // namespace fairpoint::checkout
