#include "checkout/order.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/canonical.h"

namespace fairpoint::checkout {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

void Write(base::CanonicalWriter& out, const OrderSource& source) {
  out.Bytes(source.store_id)
      .Bytes(source.associate_id)
      .Bytes(source.channel_id)
      .Bytes(source.scene)
      .Bytes(source.session_id)
      .Bytes(source.group_id)
      .Bytes(source.campaign_id);
}

template <class Item, class Read>
bool DecodeList(std::string_view bytes, std::vector<Item>& items, const Read& read) {
  base::CanonicalReader in(bytes);
  items.clear();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) items.push_back(read(in));
  return in.ok() && in.AtEnd();
}

}  // namespace

std::string Encode(const std::vector<PlacedLine>& lines) {
  base::CanonicalWriter out(16 + 48 * lines.size());
  out.U32(static_cast<uint32_t>(lines.size()));
  for (const PlacedLine& line : lines) {
    out.Bytes(line.sku).I64(line.quantity).I64(line.amount).I64(line.points.value);
    out.U32(static_cast<uint32_t>(line.discounts.size()));
    for (const Discount& discount : line.discounts)
      out.Bytes(discount.funder).I64(discount.minor_units);
  }
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, std::vector<PlacedLine>& lines) {
  return DecodeList(bytes, lines, [](base::CanonicalReader& in) {
    PlacedLine line;
    line.sku = in.Bytes();
    line.quantity = in.I64();
    line.amount = in.I64();
    line.points.value = in.I64();
    for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
      std::string funder(in.Bytes());
      line.discounts.push_back({std::move(funder), in.I64()});
    }
    return line;
  });
}

std::string Encode(const std::vector<MatchedReturn>& matched) {
  base::CanonicalWriter out;
  out.U32(static_cast<uint32_t>(matched.size()));
  for (const MatchedReturn& each : matched) {
    out.Bytes(each.order_id).I64(each.line_number).Bytes(each.sku);
    out.I64(each.units).I64(each.amount).I64(each.points.value);
  }
  // Only where there is any: what was written before there were credits reads the same.
  if (std::ranges::any_of(matched, [](const MatchedReturn& each) { return each.credited != 0; })) {
    for (const MatchedReturn& each : matched) out.I64(each.credited);
  }
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, std::vector<MatchedReturn>& matched) {
  base::CanonicalReader in(bytes);
  matched.clear();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    MatchedReturn& each = matched.emplace_back();
    each.order_id = in.Bytes();
    each.line_number = in.I64();
    each.sku = in.Bytes();
    each.units = in.I64();
    each.amount = in.I64();
    each.points.value = in.I64();
  }
  if (!in.ok() || in.AtEnd()) return in.ok();
  bool any = false;
  for (MatchedReturn& each : matched) any |= (each.credited = in.I64()) != 0;
  return any && in.ok() && in.AtEnd();
}

std::string Encode(const std::vector<ReturnedItem>& items) {
  base::CanonicalWriter out;
  out.U32(static_cast<uint32_t>(items.size()));
  for (const ReturnedItem& item : items) out.Bytes(item.sku).I64(item.units);
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, std::vector<ReturnedItem>& items) {
  return DecodeList(bytes, items, [](base::CanonicalReader& in) {
    std::string sku(in.Bytes());
    return ReturnedItem{std::move(sku), in.I64()};
  });
}

std::string Encode(const std::vector<OrderTaken>& taken) {
  base::CanonicalWriter out;
  out.U32(static_cast<uint32_t>(taken.size()));
  for (const OrderTaken& each : taken)
    out.Bytes(each.order_id)
        .I64(each.taken.value)
        .I64(each.restored.value)
        .I64(each.deducted.value);
  return std::move(out).bytes();
}

bool Decode(std::string_view bytes, std::vector<OrderTaken>& taken) {
  return DecodeList(bytes, taken, [](base::CanonicalReader& in) {
    OrderTaken each;
    each.order_id = in.Bytes();
    each.taken.value = in.I64();
    each.restored.value = in.I64();
    each.deducted.value = in.I64();
    return each;
  });
}

std::string Canonical(const Placement& placement) {
  base::CanonicalWriter out(512 + 48 * placement.lines.size());
  out.U8(kCanonicalVersion);
  out.Bytes(placement.program_id.value())
      .Bytes(placement.order_id)
      .Bytes(placement.member_id.value())
      .Bytes(placement.currency);
  out.I64(placement.amount).I64(placement.points.value).I64(placement.earn_seq);
  out.Bytes(Encode(placement.lines));
  Write(out, placement.source);
  out.Bytes(placement.legal_entity)
      .Bytes(placement.reason)
      .Bytes(placement.actor)
      .Bytes(placement.request_id.value());
  out.I64(placement.program_version)
      .I64(placement.effective_at.micros)
      .I64(placement.recorded_at.micros);
  return std::move(out).bytes();
}

std::string Canonical(const OrderReturn& order_return) {
  base::CanonicalWriter out(512);
  out.U8(kCanonicalVersion);
  out.Bytes(order_return.program_id.value())
      .Bytes(order_return.return_id)
      .Bytes(order_return.member_id.value());
  out.Bytes(Encode(order_return.matched))
      .Bytes(Encode(order_return.unmatched))
      .U8(order_return.without_receipt ? 1 : 0)
      .Bytes(Encode(order_return.taken));
  out.I64(order_return.points.value)
      .I64(order_return.deduct_minor_units)
      .I64(order_return.first_seq)
      .I64(order_return.entry_count);
  Write(out, order_return.source);
  out.Bytes(order_return.legal_entity)
      .Bytes(order_return.reason)
      .Bytes(order_return.actor)
      .Bytes(order_return.request_id.value());
  out.I64(order_return.program_version)
      .I64(order_return.effective_at.micros)
      .I64(order_return.recorded_at.micros);
  return std::move(out).bytes();
}

std::string Canonical(const OrderClaim& claim) {
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(claim.program_id.value()).Bytes(claim.order_id).Bytes(claim.member_id.value());
  out.I64(claim.points.value).I64(claim.earn_seq);
  out.Bytes(claim.reason).Bytes(claim.actor).Bytes(claim.request_id.value());
  out.I64(claim.program_version).I64(claim.recorded_at.micros);
  return std::move(out).bytes();
}

base::Hash HashOf(const Placement& placement) { return base::LeafHash(Canonical(placement)); }
base::Hash HashOf(const OrderReturn& order_return) {
  return base::LeafHash(Canonical(order_return));
}
base::Hash HashOf(const OrderClaim& claim) { return base::LeafHash(Canonical(claim)); }

std::vector<ReturnPart> PartsOf(const OrderReturn& order_return) {
  std::vector<ReturnPart> parts;
  std::map<std::string_view, size_t> places;
  const auto part_of = [&](const std::string& order_id) -> ReturnPart& {
    const auto [place, is_new] = places.try_emplace(order_id, parts.size());
    if (!is_new) return parts[place->second];
    ReturnPart& part = parts.emplace_back();
    part.program_id = order_return.program_id;
    part.order_id = order_id;
    part.return_id = order_return.return_id;
    return part;
  };
  for (const MatchedReturn& matched : order_return.matched)
    part_of(matched.order_id).matched.push_back(matched);
  for (const OrderTaken& taken : order_return.taken) {
    ReturnPart& part = part_of(taken.order_id);
    part.taken += taken.taken;
    part.restored += taken.restored;
    part.deducted += taken.deducted;
  }
  return parts;
}

Order OrderOf(const Placement& placement, int64_t order_seq) {
  Order order;
  order.program_id = placement.program_id;
  order.order_id = placement.order_id;
  order.member_id = placement.member_id;
  order.order_seq = order_seq;
  order.earn_seq = placement.earn_seq;
  order.effective_at = placement.effective_at;
  return order;
}

std::vector<OrderLine> LinesOf(const Placement& placement, int64_t order_seq) {
  std::vector<OrderLine> lines;
  lines.reserve(placement.lines.size());
  for (const PlacedLine& placed : placement.lines) {
    OrderLine line;
    line.program_id = placement.program_id;
    line.order_id = placement.order_id;
    line.line_number = static_cast<int64_t>(lines.size()) + 1;
    line.member_id = placement.member_id;
    line.sku = placed.sku;
    line.quantity = placed.quantity;
    line.amount = placed.amount;
    line.points = placed.points;
    line.effective_at = placement.effective_at;
    line.order_seq = order_seq;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace fairpoint::checkout
