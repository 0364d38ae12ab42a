#include "api/status.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "api/digest.h"
#include "api/errors.h"
#include "api/text.h"
#include "base/error.h"
#include "engine/errors.h"
#include "google/rpc/error_details.pb.h"

namespace fairpoint::api {
namespace {

constexpr char kDomain[] = "fairpoint";
constexpr char kLocale[] = "zh-Hans";
constexpr char kNamesKey[] = "differingFields";
// Both travel in one HTTP/2 header block of at most 8 KiB, the details in base64, the message
// percent-encoded.
constexpr size_t kMessageBytesMax = 700;
constexpr size_t kViolationBytesMax = 3'300;
constexpr size_t kDescriptionBytesMax = 1'000;

// Not in the middle of a UTF-8 character: protobuf refuses the rest of one.
std::string Shortened(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return absl::StrCat(Absl(text.substr(0, end)), " ...");
}

// Statuses that no factory made say things that callers must not see (SQL, hosts, paths).
absl::Status Told(const absl::Status& status) {
  if (base::DetailOf(status).has_value()) return status;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnknown:
      return ReadUnavailable();
    case absl::StatusCode::kResourceExhausted:
      return engine::StoreFull();
    case absl::StatusCode::kDeadlineExceeded:
      return engine::DeadlinePassed();
    case absl::StatusCode::kDataLoss:
      return engine::StoredDataBroken();
    default:
      return Internal();
  }
}

void AddViolations(const base::ErrorDetail& detail, google::rpc::Status& out) {
  google::rpc::BadRequest bad_request;
  size_t bytes = 0;
  size_t told = 0;
  for (const base::FieldViolation& violation : detail.violations) {
    std::string description = Shortened(violation.description, kDescriptionBytesMax);
    bytes += violation.field.size() + description.size() + 8;
    if (bytes > kViolationBytesMax) break;
    auto* const one = bad_request.add_field_violations();
    one->set_field(violation.field);
    one->set_description(std::move(description));
    ++told;
  }
  if (told < detail.violations.size()) {
    auto* const rest = bad_request.add_field_violations();
    rest->set_field("");
    rest->set_description(
        absl::StrCat("and ", detail.violations.size() - told, " more that do not fit here"));
  }
  out.add_details()->PackFrom(bad_request);
}

}  // namespace

google::rpc::Status ToProto(const absl::Status& status,
                            const google::protobuf::Descriptor* request) {
  const absl::Status told = Told(status);
  const base::ErrorDetail detail = *base::DetailOf(told);
  google::rpc::Status out;
  out.set_code(static_cast<int>(told.code()));
  const absl::string_view message = told.message();
  out.set_message(Shortened({message.data(), message.size()}, kMessageBytesMax));

  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : detail.metadata) {
    if (key == engine::kDifferingFieldNumbers && request != nullptr) {
      (*info.mutable_metadata())[kNamesKey] = FieldNames(*request, value);
    } else {
      (*info.mutable_metadata())[key] = value;
    }
  }
  out.add_details()->PackFrom(info);
  if (!detail.violations.empty()) AddViolations(detail, out);
  if (detail.retry_after_ms) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(*detail.retry_after_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(*detail.retry_after_ms % 1000 * 1'000'000));
    out.add_details()->PackFrom(retry);
  }
  if (!detail.message_zh.empty()) {
    google::rpc::LocalizedMessage localized;
    localized.set_locale(kLocale);
    localized.set_message(detail.message_zh);
    out.add_details()->PackFrom(localized);
  }
  return out;
}

grpc::Status ToGrpc(const absl::Status& status, const google::protobuf::Descriptor* request) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = ToProto(status, request);
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString()};
}

grpc::StatusCode CodeTold(const absl::Status& status) {
  return static_cast<grpc::StatusCode>(status.ok() ? status.code() : Told(status).code());
}

std::string ReasonTold(const absl::Status& status) {
  return status.ok() ? "OK" : base::ReasonOf(Told(status));
}

}  // namespace fairpoint::api
