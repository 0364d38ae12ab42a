// The circumstances of a price: the instant, who asks and where, and how every channel stands.
#ifndef FAIRPOINT_PRICING_MARKET_H_
#define FAIRPOINT_PRICING_MARKET_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/channel_book.h"
#include "pricing/live_offer.h"
#include "pricing/rules.h"

namespace fairpoint::pricing {

// Who asks, as far as prices may look (I3), and where the order would be served. Values: who a
// member is never comes here.
struct Shopper {
  std::string channel_id;  // private, or one with member_prices
  bool is_member = false;
  int64_t level = 0;                  // of members: 0 to kLevelMax
  std::vector<std::string> plan_ids;  // ascending; of members
  bool newcomer = false;              // it would be the first order
  std::string store_id;               // empty: served by none
  std::string region;                 // empty: of none
  std::string scene;
  std::string session_id;
  friend bool operator==(const Shopper&, const Shopper&) = default;
};

enum class Freshness : uint8_t { kFresh = 1, kStale = 2, kNeverFed = 3 };

// A reference channel at an instant. It is looked at over [first, last], both ends included.
struct ChannelState {
  const Channel* channel = nullptr;
  const ChannelBook* book = nullptr;
  Freshness freshness = Freshness::kNeverFed;
  base::Instant first, last;
};

// Thread-compatible. Refers to the rules and books that it was made of: they must outlive it.
struct Market {
  const Rules* rules = nullptr;
  base::Instant now;
  std::vector<ChannelState> references;  // ascending by channel id
  const ChannelBook* own = nullptr;  // of the shopper's channel: offers for all SKUs; may be null
  base::Instant holds_as_of;         // what is held then does not cap; kNever: nothing is
  // Two markets of a programme with the same have the same promotions. 0: that is not known, and
  // prices with promotions are not remembered.
  int64_t promotions_serial = 0;
};

// How the programme's channels stand at `now` for orders of `shopper_channel`. `find(channel_id)`
// gives a channel's book, null where there is none.
template <class Find>
Market MakeMarket(const Rules& rules, std::string_view shopper_channel, base::Instant now,
                  const Find& find);

// To judge what begins at `first`, not before `now`: looked at then and no earlier, with the
// channels as fresh as they are now.
template <class Find>
Market MakeMarketAt(base::Instant first, const Rules& rules, std::string_view shopper_channel,
                    base::Instant now, const Find& find);

// Fresh until `fresh_for` after the time up to which it said to be complete; then stale.
Freshness FreshnessOf(const Channel& channel, const ChannelBook* book, base::Instant now);

// Whether the shopper's channel is a reference, too: a store, whose till refuses no sale for a
// feed.
bool IsAtTill(const Market& market, const Shopper& shopper);

// Somebody who may use the offer, and no more than that: of a store's offer, served in its region.
Shopper LeastUserOf(const LiveOffer& offer, const Rules& rules);

bool ScopeIncludes(ScopeKind kind, std::string_view id, const Shopper& shopper);
bool AudienceIncludes(AudienceKind kind, std::string_view plan_id, const Shopper& shopper);
// At a level that need not be the shopper's own; kStranger is below all of them.
inline constexpr int64_t kStranger = -1;
int64_t LevelOf(const Shopper& shopper);
bool AudienceIncludes(const OfferAudience& audience, const Shopper& shopper, int64_t level);

template <class Find>
Market MakeMarketAt(base::Instant first, const Rules& rules, std::string_view shopper_channel,
                    base::Instant now, const Find& find) {
  Market market;
  market.rules = &rules;
  market.now = first;
  market.holds_as_of = first;
  market.own = find(shopper_channel);
  for (const Channel& channel : rules.channels) {
    if (channel.role != ChannelRole::kReference) continue;
    ChannelState state;
    state.channel = &channel;
    state.book = find(channel.channel_id);
    state.freshness = FreshnessOf(channel, state.book, now);
    state.last = {first.micros + rules.clock_tolerance_micros};
    state.first = {first.micros - rules.clock_tolerance_micros};
    market.references.push_back(state);
  }
  return market;
}

template <class Find>
Market MakeMarket(const Rules& rules, std::string_view shopper_channel, base::Instant now,
                  const Find& find) {
  Market market = MakeMarketAt(now, rules, shopper_channel, now, find);
  for (ChannelState& state : market.references) {
    if (state.freshness != Freshness::kStale) continue;
    base::Instant since{now.micros - kLookBackMicros};
    if (const auto complete = state.book->complete_as_of(); complete && *complete > since)
      since = *complete;
    if (since < state.first) state.first = since;
  }
  return market;
}

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_MARKET_H_
