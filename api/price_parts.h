// What the messages of prices have in common, read and written.
#ifndef FAIRPOINT_API_PRICE_PARTS_H_
#define FAIRPOINT_API_PRICE_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "api/fields.h"
#include "base/ids.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "pricing/fact.h"

namespace fairpoint::api {

// Whose facts, offers or promotions a request brings.
struct Recorder {
  const base::ProgramId& program_id;
  const std::string& source;
  const std::string& actor;
};

// Violations name paths within the message of the thing: "window.valid_until".

// 1 to `most`.
int64_t PositiveFromProto(std::string_view path, int64_t value, int64_t most, Fields& fields);
// 0 to `most`.
int64_t AtMostFromProto(std::string_view path, int64_t value, int64_t most, Fields& fields);
// A number of units; 0: 1.
int64_t UnitsFromProto(std::string_view path, int64_t value, Fields& fields);
std::string CurrencyFromProto(const std::string& value, Fields& fields);
pricing::Scope ScopeFromProto(const v1::PriceScope& scope, Fields& fields);
pricing::Audience AudienceFromProto(const std::string& plan_id, bool newcomers, Fields& fields);
// Without valid_from it begins pricing::kFromRecording.
pricing::Window WindowFromProto(const v1::PriceWindow& window, Fields& fields);

// A message that has nothing to say is left out.
template <class Message>
void ScopeToProto(const pricing::Scope& scope, Message& out) {
  if (scope.kind == pricing::ScopeKind::kRegion) out.mutable_scope()->set_region(scope.id);
  if (scope.kind == pricing::ScopeKind::kStore) out.mutable_scope()->set_store_id(scope.id);
}
template <class Message>
void AudienceToProto(const pricing::Audience& audience, Message& out) {
  out.set_plan_id(audience.plan_id);
  out.set_newcomers(audience.kind == pricing::AudienceKind::kNewcomers);
}
void ToProto(const pricing::Window& window, v1::PriceWindow& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_PARTS_H_
