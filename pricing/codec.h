// The parts that facts, offers and promotions share, as they are hashed and stored.
#ifndef FAIRPOINT_PRICING_CODEC_H_
#define FAIRPOINT_PRICING_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/canonical.h"
#include "pricing/fact.h"
#include "pricing/offer.h"

namespace fairpoint::pricing {

template <class Enum>
void WriteEnum(base::CanonicalWriter& out, Enum value) {
  out.U8(static_cast<uint8_t>(value));
}
// Of an enumeration from 1 to `last`; `known` becomes false for any other number.
template <class Enum>
Enum ReadEnum(base::CanonicalReader& in, Enum last, bool& known) {
  const uint8_t number = in.U8();
  if (number < 1 || number > static_cast<uint8_t>(last)) known = false;
  return static_cast<Enum>(number);
}
inline bool ReadBool(base::CanonicalReader& in, bool& known) {
  const uint8_t number = in.U8();
  if (number > 1) known = false;
  return number == 1;
}

void Write(base::CanonicalWriter& out, const Scope& scope);
void Write(base::CanonicalWriter& out, const Audience& audience);
void Write(base::CanonicalWriter& out, const OfferAudience& audience);
void Write(base::CanonicalWriter& out, const Window& window);
Scope ReadScope(base::CanonicalReader& in, bool& known);
Audience ReadAudience(base::CanonicalReader& in, bool& known);
OfferAudience ReadOfferAudience(base::CanonicalReader& in, bool& known);

// The first 16 bytes of the SHA-256 of what was written.
std::string KeyOf(const base::CanonicalWriter& names);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_CODEC_H_
