// What lines cost in reference channels: the cap of each line alone (G1).
#ifndef FAIRPOINT_PRICING_CAP_H_
#define FAIRPOINT_PRICING_CAP_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "pricing/basket.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// A line in a reference channel over some time: the least amount, and the cheapest shipping.
struct LineCost {
  LineReference reference;
  int64_t shipping = 0;
  // How much more the line costs at its dearest listing, and by how much the next dearer than the
  // least is dearer: a buyer may take either to reach a promotion's threshold. 0: there is none.
  int64_t spare = 0;
  int64_t next_dearer = 0;
};

// Over [first, last], both included. Nothing: no fact that is compared for such a shopper counts
// then. `channel` is an index into Market::references, `listed` the same channel in the book.
std::optional<LineCost> CostWithin(const Market& market, uint32_t channel, const Shopper& shopper,
                                   const SkuBook& book, const ListedChannel& listed,
                                   int64_t quantity, base::Instant first, base::Instant last);
// Over the time that the channel is looked at.
std::optional<LineCost> CostOf(const Market& market, uint32_t channel, const Shopper& shopper,
                               const SkuBook& book, const ListedChannel& listed, int64_t quantity);

// Whether the series is for such a shopper.
bool IsComparedFor(const Shopper& shopper, const SkuBook& book, const Series& series);

// The reference channels in which the SKU was ever listed, ascending by id.
template <class Visit>  // (uint32_t index into Market::references, const ListedChannel&)
void VisitListed(const Market& market, const SkuBook& book, const Visit& visit) {
  uint32_t channel = 0;
  for (const ListedChannel& listed : book.channels()) {
    const std::string_view id = book.TextAt(listed.channel_id);
    while (channel < market.references.size() &&
           market.references[channel].channel->channel_id < id)
      ++channel;
    if (channel == market.references.size()) return;
    if (market.references[channel].channel->channel_id == id) visit(channel, listed);
  }
}

// The most that so many units may cost, and on account of what; nothing: nobody caps.
std::optional<LineReference> CapOf(const Market& market, const Shopper& shopper,
                                   const SkuBook& book, int64_t quantity);
// On account of one channel.
std::optional<LineReference> CapIn(const Market& market, uint32_t channel, const Shopper& shopper,
                                   const SkuBook& book, int64_t quantity);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_CAP_H_
