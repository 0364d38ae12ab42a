#include "engine/errors.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/error.h"

namespace fairpoint::engine {
namespace {

absl::Status Error(absl::StatusCode code, const char* reason, const char* message,
                   const char* message_zh, std::optional<int64_t> retry_after_ms) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.retry_after_ms = retry_after_ms;
  return base::MakeError(code, message, detail);
}

}  // namespace

absl::Status RequestIdReused(const std::vector<int>& differing_field_numbers) {
  base::ErrorDetail detail;
  detail.reason = "REQUEST_ID_REUSED";
  detail.message_zh = "请求编号已被使用";
  detail.metadata[kDifferingFieldNumbers] = absl::StrJoin(differing_field_numbers, ",");
  return base::MakeError(
      absl::StatusCode::kAlreadyExists,
      "this request_id was used for another request: retry with the same content, or use a new id",
      detail);
}

absl::Status QueueFull() {
  return Error(absl::StatusCode::kResourceExhausted, "QUEUE_FULL",
               "too many requests are waiting: try again", "系统繁忙，请稍后重试", 200);
}

absl::Status Stopping() {
  return Error(absl::StatusCode::kUnavailable, "STOPPING",
               "this server is stopping: try again, another will answer", "系统维护中，请重试",
               500);
}

absl::Status DeadlinePassed() {
  return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
               "the deadline passed before the request was begun: nothing happened", "请求超时",
               std::nullopt);
}

absl::Status DatabaseUnavailable() {
  return Error(absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
               "the database cannot be reached; the request may or may not have happened: ask "
               "again with the same request_id",
               "系统暂不可用，请用相同编号重试", 1000);
}

absl::Status TooMuchContention() {
  return Error(absl::StatusCode::kUnavailable, "CONTENTION",
               "too many writers meet on the same rows: ask again with the same request_id",
               "系统繁忙，请稍后重试", 200);
}

absl::Status StoreFull() {
  return Error(absl::StatusCode::kResourceExhausted, "STORE_FULL",
               "the store is full: nothing was written; the operator must make room",
               "存储空间不足", 5000);
}

absl::Status StoreRefusesWrites() {
  return Error(absl::StatusCode::kUnavailable, "STORE_REFUSES_WRITES",
               "the store refuses writes (read-only or lacking rights): nothing was written; the "
               "server's log says more",
               "系统暂不可写入", 5000);
}

absl::Status StoreFailed() {
  return Error(absl::StatusCode::kInternal, "STORE_FAILED",
               "the store failed in a way that is not provided for: nothing was written; the "
               "server's log says more",
               "系统错误", std::nullopt);
}

absl::Status StoredDataBroken() {
  return Error(absl::StatusCode::kDataLoss, "STORED_DATA_BROKEN",
               "stored rows contradict one another: nothing was written; run fairpoint verify",
               "数据异常", std::nullopt);
}

}  // namespace fairpoint::engine
