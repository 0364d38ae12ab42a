#include "api/price_rules.h"

#include <algorithm>
#include <set>
#include <string>

namespace fairpoint::api {
namespace {

constexpr int kChannelsMax = 1'000;
constexpr int64_t kYearSeconds = 366 * kSecondsPerDay;

// A period of days and seconds alone, at most `seconds_max` long, in microseconds.
int64_t Micros(RulesReader& reader, const Spot& spot, const v1::Period& value, bool positive,
               int64_t seconds_max) {
  const ledger::Period period = reader.Period(spot, value, positive);
  if (period.months != 0) reader.Wrong(spot.Field("months"), "cannot be used here: say days");
  const int64_t seconds = period.days * kSecondsPerDay + period.seconds;
  if (seconds > seconds_max) {
    reader.Wrong(spot,
                 absl::StrCat("must be at most ", seconds_max, " seconds in all, not ", seconds));
    return 0;
  }
  return seconds * base::kMicrosPerSecond;
}

void ReadRole(RulesReader& reader, const Spot& spot, const v1::Channel& in, pricing::Channel& out) {
  if (in.role() == v1::Channel::ROLE_UNSPECIFIED) {
    reader.Missing(spot.Field("role"), "is required: PRIVATE or REFERENCE");
  } else if (!v1::Channel::Role_IsValid(in.role())) {
    reader.Wrong(spot.Field("role"), "must be PRIVATE or REFERENCE");
  }
  out.role = in.role() == v1::Channel::PRIVATE ? pricing::ChannelRole::kPrivate
                                               : pricing::ChannelRole::kReference;
  if (in.role() != v1::Channel::PRIVATE) return;
  const auto of_reference = [&](bool is_set, const char* field) {
    if (is_set) reader.Wrong(spot.Field(field), "is for REFERENCE channels only");
  };
  of_reference(in.member_prices(), "member_prices");
  of_reference(in.has_fresh_for(), "fresh_for");
  of_reference(in.when_stale() != v1::Channel::WHEN_STALE_UNSPECIFIED, "when_stale");
  of_reference(in.ignores_platform_subsidy(), "ignores_platform_subsidy");
}

pricing::Channel ReadChannel(RulesReader& reader, const Spot& spot, const v1::Channel& in) {
  pricing::Channel out;
  reader.Reference(spot.Field("channel_id"), in.channel_id(), /*required=*/true);
  reader.Text(spot.Field("display_name"), in.display_name());
  out.channel_id = in.channel_id();
  out.display_name = in.display_name();
  ReadRole(reader, spot, in, out);
  out.member_prices = in.member_prices();
  if (in.has_fresh_for()) {
    out.fresh_for_micros =
        Micros(reader, spot.Field("fresh_for"), in.fresh_for(), /*positive=*/true, kYearSeconds);
  }
  if (!v1::Channel::WhenStale_IsValid(in.when_stale()))
    reader.Wrong(spot.Field("when_stale"), "must be DEGRADED or NOT_SALEABLE");
  if (in.when_stale() == v1::Channel::NOT_SALEABLE)
    out.when_stale = pricing::WhenStale::kNotSaleable;
  out.ignores_platform_subsidy = in.ignores_platform_subsidy();
  return out;
}

void ReadChannels(RulesReader& reader, const Spot& root, const v1::Program& in,
                  pricing::Rules& out) {
  if (in.channels_size() > kChannelsMax)
    reader.Wrong(root.Field("channels", 0), "are more than 1,000");
  std::set<std::string> ids;
  for (int i = 0; i < in.channels_size() && i < kChannelsMax; ++i) {
    const Spot spot = root.Field("channels", i);
    out.channels.push_back(ReadChannel(reader, spot, in.channels(i)));
    const std::string& id = out.channels.back().channel_id;
    if (!id.empty() && !ids.insert(id).second)
      reader.Wrong(spot.Field("channel_id"), "is the id of an earlier channel too");
  }
  std::ranges::sort(out.channels, {}, &pricing::Channel::channel_id);
}

}  // namespace

void ReadPrices(RulesReader& reader, const Spot& root, const v1::Program& in, pricing::Rules& out) {
  out.currency = in.currency();
  ReadChannels(reader, root, in, out);
  for (const v1::Store& store : in.stores())
    if (!store.region().empty()) out.regions[store.store_id()] = store.region();
  if (!in.has_prices()) return;
  const v1::PriceRules& rules = in.prices();
  const Spot spot = root.Field("prices");
  if (rules.has_clock_tolerance()) {
    out.clock_tolerance_micros =
        Micros(reader, spot.Field("clock_tolerance"), rules.clock_tolerance(), /*positive=*/false,
               pricing::kClockToleranceMaxMicros / base::kMicrosPerSecond);
  }
  if (rules.has_quote_for()) {
    out.quote_for_micros = Micros(reader, spot.Field("quote_for"), rules.quote_for(),
                                  /*positive=*/true, kSecondsPerDay);
  }
  if (rules.has_suspicious_fall_percent()) {
    out.suspicious_fall_percent = reader.Within(spot.Field("suspicious_fall_percent"),
                                                rules.suspicious_fall_percent(), 1, 100);
  }
  if (rules.has_hold_suspicious()) {
    out.hold_suspicious_micros = Micros(reader, spot.Field("hold_suspicious"),
                                        rules.hold_suspicious(), /*positive=*/true, kSecondsPerDay);
  }
  if (rules.has_protection()) {
    out.protection_micros = Micros(reader, spot.Field("protection"), rules.protection(),
                                   /*positive=*/true, kYearSeconds);
  }
}

}  // namespace fairpoint::api
