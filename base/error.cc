#include "base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/canonical.h"

namespace fairpoint::base {
namespace {

constexpr char kPayloadUrl[] = "fairpoint/error-detail";

std::string Encode(const ErrorDetail& detail) {
  CanonicalWriter out;
  out.Bytes(detail.reason).Bytes(detail.message_zh);
  out.U8(detail.retry_after_ms.has_value() ? 1 : 0).I64(detail.retry_after_ms.value_or(0));
  out.U32(static_cast<uint32_t>(detail.metadata.size()));
  for (const auto& [key, value] : detail.metadata) out.Bytes(key).Bytes(value);
  out.U32(static_cast<uint32_t>(detail.violations.size()));
  for (const FieldViolation& violation : detail.violations)
    out.Bytes(violation.field).Bytes(violation.description);
  return std::move(out).bytes();
}

ErrorDetail Decode(std::string_view bytes) {
  CanonicalReader in(bytes);
  ErrorDetail detail;
  detail.reason = in.Bytes();
  detail.message_zh = in.Bytes();
  const bool has_retry = in.U8() == 1;
  const int64_t retry_after_ms = in.I64();
  if (has_retry) detail.retry_after_ms = retry_after_ms;
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    std::string key(in.Bytes());
    detail.metadata[std::move(key)] = in.Bytes();
  }
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    FieldViolation violation;
    violation.field = in.Bytes();
    violation.description = in.Bytes();
    detail.violations.push_back(std::move(violation));
  }
  return detail;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, const std::string& message,
                       const ErrorDetail& detail) {
  absl::Status status(code, message);
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

std::optional<ErrorDetail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  return Decode(std::string(*payload));
}

std::string ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail ? detail->reason : absl::StatusCodeToString(status.code());
}

absl::Status InvalidFields(std::vector<FieldViolation> violations) {
  std::string message = "invalid request: ";
  for (size_t i = 0; i < violations.size(); ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "; ", violations[i].field, ": ",
                    violations[i].description);
  }
  ErrorDetail detail;
  detail.reason = "INVALID_FIELDS";
  detail.violations = std::move(violations);
  detail.message_zh = "请求内容有误";
  return MakeError(absl::StatusCode::kInvalidArgument, message, detail);
}

}  // namespace fairpoint::base
