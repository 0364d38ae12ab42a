#include "pricing/evidence.h"

#include <utility>

#include "base/canonical.h"
#include "pricing/codec.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kCanonicalVersion = 1;
constexpr uint8_t kBodyVersion = 1;

void Write(base::CanonicalWriter& out, const Shopper& shopper) {
  out.Bytes(shopper.channel_id).U8(shopper.is_member ? 1 : 0).I64(shopper.level);
  out.U32(static_cast<uint32_t>(shopper.plan_ids.size()));
  for (const std::string& plan_id : shopper.plan_ids) out.Bytes(plan_id);
  out.U8(shopper.newcomer ? 1 : 0).Bytes(shopper.store_id).Bytes(shopper.region);
  out.Bytes(shopper.scene).Bytes(shopper.session_id);
}

Shopper ReadShopper(base::CanonicalReader& in, bool& known) {
  Shopper shopper;
  shopper.channel_id = in.Bytes();
  shopper.is_member = ReadBool(in, known);
  shopper.level = in.I64();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left)
    shopper.plan_ids.emplace_back(in.Bytes());
  shopper.newcomer = ReadBool(in, known);
  shopper.store_id = in.Bytes();
  shopper.region = in.Bytes();
  shopper.scene = in.Bytes();
  shopper.session_id = in.Bytes();
  return shopper;
}

void Write(base::CanonicalWriter& out, const EvidenceLine& line) {
  out.Bytes(line.sku).I64(line.quantity).I64(line.head_version).I64(line.quoted);
  out.I64(line.list_amount).I64(line.offer_seq).U8(line.is_wide ? 1 : 0);
  out.U8(line.introductory ? 1 : 0)
      .U8(line.stocked ? 1 : 0)
      .I64(line.offered)
      .I64(line.cap)
      .Bytes(line.cap_channel);
  out.I64(line.cap_fact_seq).I64(line.amount);
}

EvidenceLine ReadLine(base::CanonicalReader& in, bool& known) {
  EvidenceLine line;
  line.sku = in.Bytes();
  line.quantity = in.I64();
  line.head_version = in.I64();
  line.quoted = in.I64();
  line.list_amount = in.I64();
  line.offer_seq = in.I64();
  line.is_wide = ReadBool(in, known);
  line.introductory = ReadBool(in, known);
  line.stocked = ReadBool(in, known);
  line.offered = in.I64();
  line.cap = in.I64();
  line.cap_channel = in.Bytes();
  line.cap_fact_seq = in.I64();
  line.amount = in.I64();
  return line;
}

void Write(base::CanonicalWriter& out, const EvidenceReference& reference) {
  out.Bytes(reference.channel_id).I64(reference.head_version);
  WriteEnum(out, reference.freshness);
  out.U8(reference.lists ? 1 : 0).I64(reference.goods).I64(reference.shipping);
  out.I64(reference.at.micros).U32(static_cast<uint32_t>(reference.promotion_seqs.size()));
  for (const int64_t seq : reference.promotion_seqs) out.I64(seq);
  out.I64(reference.ours).U8(reference.caps ? 1 : 0).U8(reference.bounded ? 1 : 0);
}

EvidenceReference ReadReference(base::CanonicalReader& in, bool& known) {
  EvidenceReference reference;
  reference.channel_id = in.Bytes();
  reference.head_version = in.I64();
  reference.freshness = ReadEnum(in, Freshness::kNeverFed, known);
  reference.lists = ReadBool(in, known);
  reference.goods = in.I64();
  reference.shipping = in.I64();
  reference.at.micros = in.I64();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left)
    reference.promotion_seqs.push_back(in.I64());
  reference.ours = in.I64();
  reference.caps = ReadBool(in, known);
  reference.bounded = ReadBool(in, known);
  return reference;
}

EvidenceLine LineOf(const Market& market, const BasketLine& line, const PricedLine& priced) {
  EvidenceLine result;
  result.sku = line.sku;
  result.quantity = line.quantity;
  result.head_version = line.book == nullptr ? 0 : line.book->version();
  result.quoted = line.quoted;
  result.list_amount = priced.list_amount;
  result.offer_seq = priced.offer_seq;
  result.is_wide = priced.is_wide;
  result.introductory = priced.introductory;
  result.stocked = priced.stocked;
  result.offered = priced.offered;
  result.cap = priced.cap;
  if (priced.cap != kAbsent) {
    result.cap_channel = market.references[priced.capped_by.channel].channel->channel_id;
    result.cap_fact_seq = priced.capped_by.head_seq;
  }
  result.amount = priced.amount;
  return result;
}

}  // namespace

std::string Encode(const EvidenceBody& body) {
  base::CanonicalWriter out(256 + 128 * (body.lines.size() + body.references.size()));
  out.U8(kBodyVersion);
  Write(out, body.shopper);
  out.I64(body.shipping).I64(body.own_version).I64(body.level).U8(body.degraded ? 1 : 0);
  out.U32(static_cast<uint32_t>(body.lines.size()));
  for (const EvidenceLine& line : body.lines) Write(out, line);
  out.U32(static_cast<uint32_t>(body.references.size()));
  for (const EvidenceReference& reference : body.references) Write(out, reference);
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, EvidenceBody& body) {
  base::CanonicalReader in(bytes);
  bool known = in.U8() == kBodyVersion;
  body = EvidenceBody();
  body.shopper = ReadShopper(in, known);
  body.shipping = in.I64();
  body.own_version = in.I64();
  body.level = in.I64();
  body.degraded = ReadBool(in, known);
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left)
    body.lines.push_back(ReadLine(in, known));
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left)
    body.references.push_back(ReadReference(in, known));
  return known && in.ok() && in.AtEnd();
}

std::string Canonical(const Evidence& evidence) {
  const std::string body = Encode(evidence.body);
  base::CanonicalWriter out(512 + body.size());
  out.U8(kCanonicalVersion);
  out.Bytes(evidence.program_id.value()).Bytes(evidence.evidence_id);
  WriteEnum(out, evidence.kind);
  out.Bytes(evidence.quote_id).Bytes(evidence.order_id).Bytes(evidence.member_id.value());
  out.I64(evidence.program_version).I64(evidence.priced_at.micros);
  out.I64(evidence.expires_at.micros).I64(evidence.total).Bytes(body);
  out.Bytes(evidence.actor).I64(evidence.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const Evidence& evidence) { return base::LeafHash(Canonical(evidence)); }

EvidenceBody BodyOf(const Market& market, const Shopper& shopper, int64_t shipping,
                    std::span<const BasketLine> lines, const BasketPrice& price) {
  EvidenceBody body;
  body.shopper = shopper;
  body.shipping = shipping;
  body.own_version = market.own == nullptr ? 0 : market.own->version();
  body.level = price.level;
  body.degraded = price.degraded;
  for (size_t i = 0; i < lines.size(); ++i)
    body.lines.push_back(LineOf(market, lines[i], price.lines[i]));
  for (const ChannelState& state : market.references) {
    EvidenceReference& reference = body.references.emplace_back();
    reference.channel_id = state.channel->channel_id;
    reference.head_version = state.book == nullptr ? 0 : state.book->version();
    reference.freshness = state.freshness;
  }
  for (const BasketReference& priced : price.references) {
    EvidenceReference& reference = body.references[priced.channel];
    reference.lists = true;
    reference.goods = priced.goods;
    reference.shipping = priced.shipping;
    reference.at = priced.at;
    reference.promotion_seqs = priced.promotion_seqs;
    reference.ours = priced.ours;
    reference.caps = priced.caps;
    reference.bounded = priced.bounded;
  }
  return body;
}

}  // namespace fairpoint::pricing
