// What an operator should look at: found in the books, not stored.
#ifndef FAIRPOINT_PRICING_ALERTS_H_
#define FAIRPOINT_PRICING_ALERTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

enum class AlertKind : uint8_t {
  kPrivateAboveCap = 1,     // a fact lowered the cap under an offer that holds now
  kInfeasibleSchedule = 2,  // a scheduled fact will, or an offer's floor is above the cap then
  kStaleFeed = 3,
  kHeldFact = 4,
  kUndercutting = 5,  // two channels below one another in turns
  kNeverFed = 6,
};

struct Alert {
  AlertKind kind{};
  std::string sku;               // empty: of a channel
  std::string channel_id;        // whose fact or feed it is
  std::string other_channel_id;  // kUndercutting
  int64_t fact_seq = 0;
  std::string offer_id;
  int64_t offered = 0;    // for one unit: the offer, or its floor
  bool is_floor = false;  // the floor: it is not sold
  bool is_now = false;    // it is above the cap already
  int64_t cap = 0;        // for one unit; kHeldFact: what would cap
  base::Instant at;  // since, or (kHeldFact: if it is not confirmed) from when; 0: its feed was
                     // never complete
  // kHeldFact: of the fact, and what one unit costs there while it is held; 0: nothing is known.
  std::string listing_id;
  int64_t fell_from = 0;
  // kStaleFeed: up to when it was; absent: never.
  std::optional<base::Instant> complete_as_of;
  std::vector<base::Instant> turns;  // kUndercutting: ascending
};

// Of a SKU; the market may be of any of its private channels. One an offer: it is above the cap
// now, or the first scheduled instant at which it or its floor will be. Undercutting: of the book's
// last four turns, within seven days, two channels had every other one.
std::vector<Alert> AlertsOf(std::string_view sku, const SkuBook& book, const Market& market);
// Of the channels.
std::vector<Alert> ChannelAlerts(const Market& market);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_ALERTS_H_
