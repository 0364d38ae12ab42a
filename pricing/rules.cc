#include "pricing/rules.h"

#include <algorithm>

namespace fairpoint::pricing {

const Channel* FindChannel(const Rules& rules, std::string_view channel_id) {
  const auto place = std::lower_bound(
      rules.channels.begin(), rules.channels.end(), channel_id,
      [](const Channel& channel, std::string_view id) { return channel.channel_id < id; });
  return place != rules.channels.end() && place->channel_id == channel_id ? &*place : nullptr;
}

bool MakesPrices(const Channel& channel, bool is_member) {
  return channel.role == ChannelRole::kPrivate || (channel.member_prices && is_member);
}

}  // namespace fairpoint::pricing
