#include "pricing/clamp.h"

#include <algorithm>

#include "base/allocation.h"

namespace fairpoint::pricing {
namespace {

int64_t SumOf(std::span<const uint32_t> lines, std::span<const int64_t> amounts) {
  int64_t sum = 0;
  for (const uint32_t line : lines) sum += amounts[line];
  return sum;
}

void TakeOff(int64_t excess, const BasketCap& cap, int64_t cap_index, Lowered& lowered) {
  std::vector<int64_t> weights;
  weights.reserve(cap.lines.size());
  for (const uint32_t line : cap.lines) weights.push_back(lowered.amounts[line]);
  const std::vector<int64_t> shares = base::SpreadByWeight(excess, weights);
  for (size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == 0) continue;
    lowered.amounts[cap.lines[i]] -= shares[i];
    lowered.lowered_by[cap.lines[i]] = cap_index;
    lowered.has_lowered[static_cast<size_t>(cap_index)] = true;
  }
}

bool IsToldBefore(const BasketCap& one, const BasketCap& other) {
  if (one.lines.size() != other.lines.size()) return one.lines.size() > other.lines.size();
  return one.goods + one.shipping < other.goods + other.shipping;
}

}  // namespace

std::vector<LineCost> CostsOf(const Market& market, const Shopper& shopper,
                              const BasketLine& line) {
  std::vector<LineCost> costs;
  if (line.book == nullptr) return costs;
  VisitListed(market, *line.book, [&](uint32_t channel, const ListedChannel& listed) {
    if (const auto cost = CostOf(market, channel, shopper, *line.book, listed, line.quantity))
      costs.push_back(*cost);
  });
  return costs;
}

void Tell(std::span<const LineCost> costs, PricedLine& line) {
  line.references.reserve(costs.size());
  for (const LineCost& cost : costs) {
    line.references.push_back(cost.reference);
    if (line.cap != kAbsent && line.cap <= cost.reference.amount) continue;
    line.cap = cost.reference.amount;
    line.capped_by = cost.reference;
  }
}

Lowered Lower(std::span<const PricedLine> lines, std::span<const BasketCap> caps,
              std::span<const int64_t> amounts, int64_t shipping) {
  Lowered lowered;
  lowered.amounts.assign(amounts.begin(), amounts.end());
  lowered.lowered_by.assign(amounts.size(), kAbsent);
  lowered.has_lowered.assign(caps.size(), false);
  for (size_t i = 0; i < lines.size(); ++i)
    if (lines[i].cap != kAbsent) lowered.amounts[i] = std::min(lowered.amounts[i], lines[i].cap);
  for (size_t i = 0; i < caps.size(); ++i) {
    const int64_t ours = SumOf(caps[i].lines, lowered.amounts);
    const int64_t excess = ours + shipping - caps[i].goods - caps[i].shipping;
    if (excess > 0) TakeOff(std::min(excess, ours), caps[i], static_cast<int64_t>(i), lowered);
    lowered.shipping_above |= excess > ours;
  }
  return lowered;
}

std::vector<BasketReference> ReferencesOf(std::span<const BasketCap> caps, const Lowered& lowered) {
  std::vector<BasketReference> references;
  for (size_t i = 0; i < caps.size();) {
    size_t told = i;
    bool told_caps = lowered.has_lowered[i];
    size_t next = i + 1;
    for (; next < caps.size() && caps[next].channel == caps[i].channel; ++next) {
      const bool next_caps = lowered.has_lowered[next];
      if (!next_caps && (told_caps || !IsToldBefore(caps[next], caps[told]))) continue;
      told = next;
      told_caps = next_caps;
    }
    const BasketCap& cap = caps[told];
    references.push_back({.channel = cap.channel,
                          .goods = cap.goods,
                          .shipping = cap.shipping,
                          .at = cap.at,
                          .promotion_seqs = cap.promotion_seqs,
                          .ours = SumOf(cap.lines, lowered.amounts),
                          .caps = told_caps,
                          .bounded = cap.bounded});
    i = next;
  }
  return references;
}

Clamped ClampToCaps(const Market& market, const Shopper& shopper, std::span<const BasketLine> lines,
                    std::span<const int64_t> amounts, int64_t shipping) {
  Clamped clamped;
  clamped.lines.resize(lines.size());
  std::vector<std::vector<LineCost>> costs;
  for (size_t i = 0; i < lines.size(); ++i) {
    costs.push_back(CostsOf(market, shopper, lines[i]));
    Tell(costs.back(), clamped.lines[i]);
    clamped.lines[i].offered = amounts[i];
  }
  const std::vector<BasketCap> caps = BasketCapsOf(market, shopper, lines, costs, shipping);
  const Lowered lowered = Lower(clamped.lines, caps, amounts, shipping);
  clamped.amounts = lowered.amounts;
  for (size_t i = 0; i < lines.size(); ++i) {
    const int64_t cap = lowered.lowered_by[i];
    clamped.lowered_by.push_back(cap == kAbsent ? kAbsent : caps[static_cast<size_t>(cap)].channel);
    clamped.lines[i].amount = lowered.amounts[i];
  }
  clamped.references = ReferencesOf(caps, lowered);
  return clamped;
}

}  // namespace fairpoint::pricing
