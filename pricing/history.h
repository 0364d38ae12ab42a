// What was offered when: answers for discount claims and for questions about the past.
#ifndef FAIRPOINT_PRICING_HISTORY_H_
#define FAIRPOINT_PRICING_HISTORY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// The least that one unit was offered for in a channel over [from, until), what held at `from`
// already included.
struct LeastOffered {
  int64_t amount = 0;       // for one unit, rounded down
  int64_t head_seq = 0;     // of the fact or offer
  bool is_wide = false;     // that offer is the channel's, for all SKUs
  base::Instant at;         // since when it was so, not before `from`
  bool carried_in = false;  // it held at `from`
};
// Of a reference channel: facts that are compared, to everyone, of all stores and regions. Of a
// private one: its offers to everyone, each at most what the unit cost whoever may use it in the
// reference channels then (G1, without tolerance, by the same history). Nothing where there was
// none. `history` is of all facts of the time asked for (SkuBook::OfHistory).
std::optional<LeastOffered> LeastOfferedIn(const SkuBook& history, const ChannelBook& channel,
                                           const Rules& rules, const Channel& rule,
                                           base::Instant from, base::Instant until);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_HISTORY_H_
