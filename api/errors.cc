#include "api/errors.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/text.h"

namespace fairpoint::api {
namespace {

absl::Status Error(absl::StatusCode code, const char* reason, const std::string& message,
                   const char* message_zh, std::map<std::string, std::string> metadata = {}) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.metadata = std::move(metadata);
  return base::MakeError(code, message, detail);
}

absl::Status Later(absl::StatusCode code, const char* reason, const std::string& message,
                   const char* message_zh, int64_t retry_after_ms) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.retry_after_ms = retry_after_ms;
  return base::MakeError(code, message, detail);
}

}  // namespace

absl::Status KeyMissing() {
  return Error(absl::StatusCode::kUnauthenticated, "KEY_MISSING",
               "send an API key as metadata `authorization: Bearer fp_...`, or a client "
               "certificate that is registered",
               "缺少访问密钥");
}

absl::Status KeyWrong() {
  return Error(absl::StatusCode::kUnauthenticated, "KEY_WRONG",
               "the API key or client certificate is not valid", "访问密钥无效");
}

absl::Status KeyRevoked() {
  return Error(absl::StatusCode::kUnauthenticated, "KEY_REVOKED", "the API key was revoked",
               "访问密钥已停用");
}

absl::Status RoleMayNot(Role role, const Method& method) {
  return Error(absl::StatusCode::kPermissionDenied, "ROLE_MAY_NOT",
               absl::StrCat("role ", Absl(Name(role)), " may not call ", Absl(method.name)),
               "无权执行此操作",
               {{"role", std::string(Name(role))}, {"method", std::string(method.name)}});
}

absl::Status StoreMayNot(std::string_view bound_store_id, std::string_view store_id) {
  return Error(
      absl::StatusCode::kPermissionDenied, "STORE_MAY_NOT",
      absl::StrCat("this key is bound to store ", Absl(bound_store_id), ", not ", Absl(store_id)),
      "无权操作其他门店",
      {{"boundStoreId", std::string(bound_store_id)}, {"storeId", std::string(store_id)}});
}

absl::Status MalformedMessage() {
  return Error(absl::StatusCode::kInvalidArgument, "MALFORMED_MESSAGE",
               "the bytes are not a message of this method's request type (or a string is not "
               "UTF-8)",
               "请求格式有误");
}

absl::Status PageTokenWrong() {
  return base::InvalidFields(
      {{"page_token", "is not a token that an earlier answer to this same request gave"}});
}

absl::Status ProgramFaults(std::vector<base::FieldViolation> faults) {
  std::string message = absl::StrCat("the programme file has ", faults.size(),
                                     faults.size() == 1 ? " fault" : " faults");
  for (const base::FieldViolation& fault : faults) {
    absl::StrAppend(&message, "; ", fault.field, ": ", fault.description);
  }
  base::ErrorDetail detail;
  detail.reason = "PROGRAM_FAULTS";
  detail.message_zh = "计划文件有误";
  detail.violations = std::move(faults);
  return base::MakeError(absl::StatusCode::kInvalidArgument, message, detail);
}

absl::Status ReadUnavailable() {
  return Later(absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
               "the database cannot be reached at the moment", "系统暂不可用，请稍后重试", 1000);
}

absl::Status Internal() {
  return Error(absl::StatusCode::kInternal, "INTERNAL",
               "an internal error; the server's log says more", "系统内部错误");
}

}  // namespace fairpoint::api
