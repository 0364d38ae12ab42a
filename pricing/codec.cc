#include "pricing/codec.h"

#include "base/sha256.h"

namespace fairpoint::pricing {

void Write(base::CanonicalWriter& out, const Scope& scope) {
  WriteEnum(out, scope.kind);
  out.Bytes(scope.id);
}
Scope ReadScope(base::CanonicalReader& in, bool& known) {
  Scope scope;
  scope.kind = ReadEnum(in, ScopeKind::kStore, known);
  scope.id = in.Bytes();
  return scope;
}

void Write(base::CanonicalWriter& out, const Audience& audience) {
  WriteEnum(out, audience.kind);
  out.Bytes(audience.plan_id);
}
Audience ReadAudience(base::CanonicalReader& in, bool& known) {
  Audience audience;
  audience.kind = ReadEnum(in, AudienceKind::kNewcomers, known);
  audience.plan_id = in.Bytes();
  return audience;
}

void Write(base::CanonicalWriter& out, const OfferAudience& audience) {
  WriteEnum(out, audience.kind);
  out.I64(audience.level).Bytes(audience.plan_id);
}
OfferAudience ReadOfferAudience(base::CanonicalReader& in, bool& known) {
  OfferAudience audience;
  audience.kind = ReadEnum(in, OfferAudienceKind::kNewcomers, known);
  audience.level = in.I64();
  audience.plan_id = in.Bytes();
  return audience;
}

void Write(base::CanonicalWriter& out, const Window& window) {
  out.I64(window.from.micros);
  out.OptionalI64(window.until ? std::optional(window.until->micros) : std::nullopt);
}

std::string KeyOf(const base::CanonicalWriter& names) {
  constexpr size_t kKeyBytes = 16;
  return std::string(base::AsBytes(base::Sha256(names.bytes())).substr(0, kKeyBytes));
}

}  // namespace fairpoint::pricing
