#include "api/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "api/text.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kNanosPerMicro = 1'000;
constexpr int32_t kNanosMax = 999'999'999;
constexpr size_t kIdentityKindBytesMax = 32;
constexpr size_t kLabelBytesMax = 64;

bool IsIdentityKind(std::string_view text) {
  return !text.empty() && text.size() <= kIdentityKindBytesMax &&
         std::ranges::all_of(text, [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

}  // namespace

bool IsCurrency(std::string_view text) {
  return text.size() == 3 &&
         std::ranges::all_of(text, [](unsigned char c) { return absl::ascii_isupper(c); });
}

bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= kLabelBytesMax &&
         std::ranges::none_of(text, [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

void Fields::Wrong(std::string_view path, std::string_view description) {
  std::string field;
  if (operation_index_ >= 0) {
    absl::StrAppend(&field, "operations[", operation_index_, "]");
    if (!operation_name_.empty()) absl::StrAppend(&field, ".", Absl(operation_name_));
    if (!path.empty()) field += '.';
  }
  field += path;
  violations_.push_back({std::move(field), std::string(description)});
}

absl::Status Fields::status() const {
  return violations_.empty() ? absl::OkStatus() : base::InvalidFields(violations_);
}

base::ProgramId Fields::ProgramId(std::string_view path, const std::string& value) {
  if (!base::IsProgramId(value)) Wrong(path, "must be 1-32 of [a-z0-9-]");
  return base::ProgramId(value);
}

base::RequestId Fields::RequestId(std::string_view path, const std::string& value) {
  if (!base::IsRequestId(value)) Wrong(path, "must be 16-64 of [0-9A-Za-z_-]");
  return base::RequestId(value);
}

base::MemberId Fields::MemberId(std::string_view path, const std::string& value) {
  if (!base::IsMemberId(value))
    Wrong(path, "must be 15 of Crockford's base32, as EnrollMember gave it");
  return base::MemberId(value);
}

base::EntryName Fields::EntryName(std::string_view path, const std::string& value) {
  std::optional<base::EntryName> name = base::ParseEntryName(value);
  if (!name) {
    Wrong(path, "must be \"<member id>.<seq>\", as an answer gave it");
    return {};
  }
  return *std::move(name);
}

std::string Fields::Reference(std::string_view path, const std::string& value) {
  if (!value.empty() && !base::IsReference(value)) {
    Wrong(path, "must be 1-64 printable ASCII characters without spaces, or empty");
  }
  return value;
}

std::string Fields::RequiredReference(std::string_view path, const std::string& value) {
  if (value.empty()) {
    Wrong(path, "is required: 1-64 printable ASCII characters");
  } else if (!base::IsReference(value)) {
    Wrong(path, "must be 1-64 printable ASCII characters without spaces");
  }
  return value;
}

std::string Fields::Label(std::string_view path, const std::string& value) {
  if (!IsLabel(value)) Wrong(path, kNoLabel);
  return value;
}

std::string Fields::Reason(std::string_view path, const std::string& value, bool required) {
  if (required && value.empty()) Wrong(path, "is required");
  if (value.size() > kReasonBytesMax) Wrong(path, "must be at most 256 bytes");
  return value;
}

base::Points Fields::Points(std::string_view path, int64_t value) {
  if (value <= 0) Wrong(path, "must be positive");
  return base::Points{value};
}

int64_t Fields::NotNegative(std::string_view path, int64_t value) {
  if (value < 0) Wrong(path, "must not be negative");
  return value;
}

base::Money Fields::Money(std::string_view path, const v1::Money& value) {
  if (!IsCurrency(value.currency())) {
    Wrong(absl::StrCat(Absl(path), ".currency"), kNoCurrency);
  }
  if (value.minor_units() <= 0) Wrong(absl::StrCat(Absl(path), ".minor_units"), "must be positive");
  return {value.currency(), value.minor_units()};
}

base::Instant Fields::Instant(std::string_view path, const google::protobuf::Timestamp& value) {
  if (value.nanos() < 0 || value.nanos() > kNanosMax) {
    Wrong(absl::StrCat(Absl(path), ".nanos"), "must be 0 to 999,999,999");
    return {};
  }
  if (value.seconds() < base::kEarliestInstant.micros / base::kMicrosPerSecond ||
      value.seconds() >= base::kLatestInstant.micros / base::kMicrosPerSecond) {
    Wrong(path, "must be from 1970 on and before 2200");
    return {};
  }
  return {value.seconds() * base::kMicrosPerSecond + value.nanos() / kNanosPerMicro};
}

void Fields::IdentityKind(std::string_view path, const std::string& value) {
  if (!IsIdentityKind(value)) Wrong(path, "must be 1-32 of [a-z0-9_]");
}

ledger::PlainIdentity Fields::Identity(std::string_view path, const v1::Identity& value) {
  IdentityKind(absl::StrCat(Absl(path), ".kind"), value.kind());
  if (value.value().empty() || value.value().size() > kIdentityValueBytesMax) {
    Wrong(absl::StrCat(Absl(path), ".value"), "must be 1-256 bytes");
  }
  return {value.kind(), value.value()};
}

int64_t Fields::PageSize(std::string_view path, int32_t value, int32_t most, int32_t fallback) {
  if (value < 0 || value > most) Wrong(path, absl::StrCat("must be 0 to ", most));
  return value == 0 ? fallback : value;
}

}  // namespace fairpoint::api
