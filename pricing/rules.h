// What a programme says of prices: its channels, and how near to them a private price may come. A
// value that the programme's loader makes; checked there.
#ifndef FAIRPOINT_PRICING_RULES_H_
#define FAIRPOINT_PRICING_RULES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace fairpoint::pricing {

enum class ChannelRole : uint8_t { kPrivate = 1, kReference = 2 };

// What becomes of prices when a channel's feed is past its freshness.
enum class WhenStale : uint8_t { kDegraded = 1, kNotSaleable = 2 };

struct Channel {
  std::string channel_id;
  std::string display_name;
  ChannelRole role = ChannelRole::kReference;
  // Reference: members pay private prices there too (a store's till).
  bool member_prices = false;
  int64_t fresh_for_micros = 24 * 3600 * base::kMicrosPerSecond;
  WhenStale when_stale = WhenStale::kDegraded;
  bool ignores_platform_subsidy = false;
  friend bool operator==(const Channel&, const Channel&) = default;
};

inline constexpr int64_t kClockToleranceMaxMicros = 15 * 60 * base::kMicrosPerSecond;

struct Rules {
  // Of the programme that says them, from 1: two Rules of a programme with the same are the same.
  // 0: of none; prices are then not remembered.
  int64_t version = 0;
  std::string currency;                                          // ISO 4217, the programme's
  std::vector<Channel> channels;                                 // ascending by id
  std::map<std::string, std::string, std::less<>> regions;       // of stores that lie in one
  int64_t clock_tolerance_micros = 60 * base::kMicrosPerSecond;  // <= kClockToleranceMaxMicros
  int64_t quote_for_micros = 600 * base::kMicrosPerSecond;
  int64_t suspicious_fall_percent = 50;  // a fall of more than this is held; 100: none is
  int64_t hold_suspicious_micros = 600 * base::kMicrosPerSecond;
  // After the commit; absent: no price protection.
  std::optional<int64_t> protection_micros;
  friend bool operator==(const Rules&, const Rules&) = default;
};

// Null when the programme has no such channel.
const Channel* FindChannel(const Rules& rules, std::string_view channel_id);

// Whether private prices are made there for such a shopper.
bool MakesPrices(const Channel& channel, bool is_member);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_RULES_H_
