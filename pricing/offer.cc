#include "pricing/offer.h"

#include <algorithm>

#include "base/canonical.h"
#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

int64_t AskedOf(const Offer& offer) { return std::max(offer.amount, offer.asked_amount); }

}  // namespace

std::string Canonical(const Offer& offer) {
  base::CanonicalWriter out(512);
  out.U8(kCanonicalVersion);
  out.Bytes(offer.program_id.value()).Bytes(offer.sku).I64(offer.head_seq);
  out.Bytes(offer.channel_id).Bytes(offer.offer_id).I64(offer.revision);
  out.U8(offer.withdrawn ? 1 : 0).U8(offer.sold_out ? 1 : 0);
  WriteEnum(out, offer.kind);
  Write(out, offer.audience);
  out.U8(offer.introductory ? 1 : 0);
  out.I64(offer.amount).I64(offer.per_units).I64(offer.off_bp).I64(offer.asked_amount);
  out.I64(offer.floor_amount);
  Write(out, offer.scope);
  Write(out, offer.window);
  out.Bytes(offer.scene).Bytes(offer.session_id).I64(offer.stock).Bytes(offer.currency);
  out.Bytes(offer.actor).I64(offer.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const Offer& offer) { return base::LeafHash(Canonical(offer)); }

std::string SourceKey(const Offer& offer) {
  base::CanonicalWriter names(256);
  names.Bytes(offer.channel_id).Bytes(offer.sku).Bytes(offer.offer_id).I64(offer.revision);
  if (offer.sold_out) names.U8(1);
  return KeyOf(names);
}

std::vector<std::string> DifferencesOf(const Offer& one, const Offer& other) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, bool same) {
    if (!same) names.emplace_back(name);
  };
  compare("withdrawn", one.withdrawn == other.withdrawn);
  compare("kind", one.kind == other.kind);
  compare("audience", one.audience == other.audience);
  compare("exclusion_reason", one.introductory == other.introductory);
  compare("amount", AskedOf(one) == AskedOf(other));
  compare("per_units", one.per_units == other.per_units);
  compare("off_bp", one.off_bp == other.off_bp);
  compare("floor_amount", one.floor_amount == other.floor_amount);
  compare("scope", one.scope == other.scope);
  compare("window.valid_from", one.window.from == other.window.from);
  compare("window.valid_until", one.window.until == other.window.until);
  compare("scene", one.scene == other.scene);
  compare("session_id", one.session_id == other.session_id);
  compare("stock", one.stock == other.stock);
  compare("currency", one.currency == other.currency);
  return names;
}

bool SaysTheSame(const Offer& one, const Offer& other) { return DifferencesOf(one, other).empty(); }

}  // namespace fairpoint::pricing
