#include "pricing/promotion.h"

#include "base/canonical.h"
#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

template <class Item, class Read>
void ReadList(base::CanonicalReader& in, std::vector<Item>& items, const Read& read) {
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) items.push_back(read());
}

}  // namespace

std::string Encode(const PromotionTerms& terms) {
  base::CanonicalWriter out(128 + 24 * terms.skus.size());
  WriteEnum(out, terms.kind);
  out.U32(static_cast<uint32_t>(terms.skus.size()));
  for (const std::string& sku : terms.skus) out.Bytes(sku);
  out.U32(static_cast<uint32_t>(terms.steps.size()));
  for (const Step& step : terms.steps) out.I64(step.threshold).I64(step.reduction);
  out.U8(terms.repeats ? 1 : 0).I64(terms.off_bp).I64(terms.reduction_max);
  out.I64(terms.nth).U8(terms.mixed ? 1 : 0).I64(terms.buy).I64(terms.get);
  out.U32(static_cast<uint32_t>(terms.bundle.size()));
  for (const BundlePart& part : terms.bundle) out.Bytes(part.sku).I64(part.quantity);
  out.I64(terms.bundle_amount).I64(terms.times_max);
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, PromotionTerms& terms) {
  base::CanonicalReader in(bytes);
  bool known = true;
  terms = {};
  terms.kind = ReadEnum(in, PromotionKind::kBundle, known);
  ReadList(in, terms.skus, [&] { return std::string(in.Bytes()); });
  ReadList(in, terms.steps, [&] {
    const int64_t threshold = in.I64();
    return Step{threshold, in.I64()};
  });
  terms.repeats = ReadBool(in, known);
  terms.off_bp = in.I64();
  terms.reduction_max = in.I64();
  terms.nth = in.I64();
  terms.mixed = ReadBool(in, known);
  terms.buy = in.I64();
  terms.get = in.I64();
  ReadList(in, terms.bundle, [&] {
    std::string sku(in.Bytes());
    return BundlePart{std::move(sku), in.I64()};
  });
  terms.bundle_amount = in.I64();
  terms.times_max = in.I64();
  return in.ok() && in.AtEnd() && known;
}

std::string Canonical(const ChannelPromotion& promotion) {
  base::CanonicalWriter out(512);
  out.U8(kCanonicalVersion);
  out.Bytes(promotion.program_id.value()).Bytes(promotion.channel_id).I64(promotion.head_seq);
  out.Bytes(promotion.promotion_id).I64(promotion.source_seq).U8(promotion.withdrawn ? 1 : 0);
  out.Bytes(Encode(promotion.terms));
  Write(out, promotion.scope);
  Write(out, promotion.audience);
  Write(out, promotion.window);
  out.I64(promotion.order).Bytes(promotion.exclusive_group).Bytes(promotion.currency);
  out.Bytes(promotion.source).Bytes(promotion.actor).I64(promotion.recorded_at.micros);
  return std::move(out).bytes();
}

std::string Canonical(const FeedReport& report) {
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(report.program_id.value()).Bytes(report.channel_id).I64(report.head_seq);
  out.OptionalI64(report.complete_as_of ? std::optional(report.complete_as_of->micros)
                                        : std::nullopt);
  out.Bytes(report.source).Bytes(report.actor).I64(report.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const ChannelPromotion& promotion) {
  return base::LeafHash(Canonical(promotion));
}
base::Hash HashOf(const FeedReport& report) { return base::LeafHash(Canonical(report)); }

std::string SourceKey(const ChannelPromotion& promotion) {
  base::CanonicalWriter names(256);
  names.Bytes(promotion.channel_id).Bytes(promotion.promotion_id).I64(promotion.source_seq);
  return KeyOf(names);
}

std::vector<std::string> DifferencesOf(const ChannelPromotion& one, const ChannelPromotion& other) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, bool same) {
    if (!same) names.emplace_back(name);
  };
  compare("withdrawn", one.withdrawn == other.withdrawn);
  compare("terms", one.terms == other.terms);
  compare("scope", one.scope == other.scope);
  compare("audience", one.audience == other.audience);
  compare("window.valid_from", one.window.from == other.window.from);
  compare("window.valid_until", one.window.until == other.window.until);
  compare("order", one.order == other.order);
  compare("exclusive_group", one.exclusive_group == other.exclusive_group);
  compare("currency", one.currency == other.currency);
  return names;
}

bool SaysTheSame(const ChannelPromotion& one, const ChannelPromotion& other) {
  return DifferencesOf(one, other).empty();
}

}  // namespace fairpoint::pricing
