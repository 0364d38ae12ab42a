#include "pricing/fact.h"

#include "absl/numeric/int128.h"
#include "base/canonical.h"
#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

}  // namespace

std::string Canonical(const PriceFact& fact) {
  base::CanonicalWriter out(512);
  out.U8(kCanonicalVersion);
  out.Bytes(fact.program_id.value()).Bytes(fact.sku).I64(fact.head_seq);
  WriteEnum(out, fact.kind);
  out.Bytes(fact.channel_id).Bytes(fact.listing_id).I64(fact.source_seq);
  Write(out, fact.scope);
  Write(out, fact.audience);
  WriteEnum(out, fact.condition);
  out.U8(fact.third_party ? 1 : 0).Bytes(fact.currency);
  out.I64(fact.pack).I64(fact.amount).I64(fact.platform_subsidy).I64(fact.government_subsidy);
  out.I64(fact.tax_ppm).I64(fact.shipping);
  Write(out, fact.window);
  out.Bytes(fact.source);
  out.OptionalI64(fact.held_until ? std::optional(fact.held_until->micros) : std::nullopt);
  out.I64(fact.confirms_seq).Bytes(fact.actor).I64(fact.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const PriceFact& fact) { return base::LeafHash(Canonical(fact)); }

std::string SourceKey(const PriceFact& fact) {
  base::CanonicalWriter names(256);
  WriteEnum(names, fact.kind);
  names.Bytes(fact.channel_id).Bytes(fact.sku).Bytes(fact.listing_id);
  Write(names, fact.scope);
  Write(names, fact.audience);
  names.I64(fact.source_seq);
  if (fact.kind == FactKind::kWithdrawal && fact.confirms_seq > 0) names.I64(fact.confirms_seq);
  return KeyOf(names);
}

std::vector<std::string> DifferencesOf(const PriceFact& one, const PriceFact& other) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, bool same) {
    if (!same) names.emplace_back(name);
  };
  compare("condition", one.condition == other.condition);
  compare("third_party", one.third_party == other.third_party);
  compare("currency", one.currency == other.currency);
  compare("pack", one.pack == other.pack);
  compare("amount", one.amount == other.amount);
  compare("platform_subsidy", one.platform_subsidy == other.platform_subsidy);
  compare("government_subsidy", one.government_subsidy == other.government_subsidy);
  compare("tax_ppm", one.tax_ppm == other.tax_ppm);
  compare("shipping", one.shipping == other.shipping);
  compare("window.valid_from", one.window.from == other.window.from);
  compare("window.valid_until", one.window.until == other.window.until);
  compare("confirms_seq", one.confirms_seq == other.confirms_seq);
  return names;
}

bool SaysTheSame(const PriceFact& one, const PriceFact& other) {
  return DifferencesOf(one, other).empty();
}

int64_t PaidOf(int64_t amount, int64_t tax_ppm, int64_t platform_subsidy,
               bool ignores_platform_subsidy) {
  const absl::int128 tax = absl::int128(amount) * tax_ppm / kPartsPerMillion;
  return amount + static_cast<int64_t>(tax) - (ignores_platform_subsidy ? 0 : platform_subsidy);
}

int64_t CapOf(int64_t paid, int64_t pack, int64_t quantity) {
  const absl::int128 cap = absl::int128(paid) * quantity / pack;
  return cap > INT64_MAX ? INT64_MAX : static_cast<int64_t>(cap);
}

}  // namespace fairpoint::pricing
