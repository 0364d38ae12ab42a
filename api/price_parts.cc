#include "api/price_parts.h"

#include "absl/strings/str_cat.h"
#include "api/answers.h"

namespace fairpoint::api {

int64_t PositiveFromProto(std::string_view path, int64_t value, int64_t most, Fields& fields) {
  if (value < 1 || value > most) fields.Wrong(path, absl::StrCat("must be 1 to ", most));
  return value;
}

int64_t AtMostFromProto(std::string_view path, int64_t value, int64_t most, Fields& fields) {
  if (value < 0 || value > most) fields.Wrong(path, absl::StrCat("must be 0 to ", most));
  return value;
}

int64_t UnitsFromProto(std::string_view path, int64_t value, Fields& fields) {
  return value == 0 ? 1 : PositiveFromProto(path, value, pricing::kPackMax, fields);
}

std::string CurrencyFromProto(const std::string& value, Fields& fields) {
  if (!IsCurrency(value)) fields.Wrong("currency", kNoCurrency);
  return value;
}

pricing::Scope ScopeFromProto(const v1::PriceScope& scope, Fields& fields) {
  switch (scope.scope_case()) {
    case v1::PriceScope::kRegion:
      return {pricing::ScopeKind::kRegion, fields.Label("scope.region", scope.region())};
    case v1::PriceScope::kStoreId:
      return {pricing::ScopeKind::kStore,
              fields.RequiredReference("scope.store_id", scope.store_id())};
    case v1::PriceScope::SCOPE_NOT_SET:
      break;
  }
  return {};
}

pricing::Audience AudienceFromProto(const std::string& plan_id, bool newcomers, Fields& fields) {
  if (newcomers && !plan_id.empty())
    fields.Wrong("newcomers", "must not be there with a plan_id: an audience is one of the two");
  if (newcomers) return {pricing::AudienceKind::kNewcomers, {}};
  if (plan_id.empty()) return {};
  return {pricing::AudienceKind::kPlan, fields.Reference("plan_id", plan_id)};
}

pricing::Window WindowFromProto(const v1::PriceWindow& window, Fields& fields) {
  pricing::Window read{.from = pricing::kFromRecording, .until = std::nullopt};
  if (window.has_valid_from()) read.from = fields.Instant("window.valid_from", window.valid_from());
  if (!window.has_valid_until()) return read;
  const size_t wrong = fields.wrong_count();
  read.until = fields.Instant("window.valid_until", window.valid_until());
  if (fields.wrong_count() == wrong && window.has_valid_from() && *read.until <= read.from)
    fields.Wrong("window.valid_until", "must be after window.valid_from");
  return read;
}

void ToProto(const pricing::Window& window, v1::PriceWindow& out) {
  ToProto(window.from, *out.mutable_valid_from());
  if (window.until) ToProto(*window.until, *out.mutable_valid_until());
}

}  // namespace fairpoint::api
