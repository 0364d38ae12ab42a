#include "pricing/saleable.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pricing/errors.h"

namespace fairpoint::pricing {

namespace {

// With the channel that charges least for shipping, goods free.
NotSold OfShipping(const Market& market, const BasketPrice& price) {
  NotSold one;
  one.field = "shipping";
  one.obstacle = price.obstacle;
  const auto least = std::ranges::min_element(
      price.references, {}, [](const BasketReference& each) { return each.goods + each.shipping; });
  if (least != price.references.end())
    one.channel_id = market.references[least->channel].channel->channel_id;
  return one;
}

}  // namespace

absl::Status CheckSaleable(const Market& market, std::span<const BasketLine> lines,
                           const BasketPrice& price) {
  std::vector<size_t> too_large;
  for (size_t i = 0; i < price.lines.size(); ++i)
    if (std::max(price.lines[i].offered, price.lines[i].list_amount) >= kLineAmountMax)
      too_large.push_back(i);
  if (!too_large.empty()) return LinesTooLarge(too_large);
  if (price.obstacle == Obstacle::kNone) return absl::OkStatus();
  std::vector<NotSold> refused;
  for (size_t i = 0; i < price.lines.size(); ++i) {
    const PricedLine& line = price.lines[i];
    if (line.obstacle == Obstacle::kNone) continue;
    NotSold& one = refused.emplace_back();
    one.field = absl::StrCat("lines[", i, "].sku");
    one.sku = lines[i].sku;
    one.obstacle = line.obstacle;
    if (line.obstacle_channel == kAbsent) continue;
    one.channel_id =
        market.references[static_cast<size_t>(line.obstacle_channel)].channel->channel_id;
  }
  if (refused.empty()) refused.push_back(OfShipping(market, price));
  return BasketNotSaleable(refused);
}

}  // namespace fairpoint::pricing
