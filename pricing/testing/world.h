// A programme's rules for tests: the private channel "app", the reference channels "jd" and "tmall"
// (whose platform's subsidies people do not get), and the store "store", which is both.
#ifndef FAIRPOINT_PRICING_TESTING_WORLD_H_
#define FAIRPOINT_PRICING_TESTING_WORLD_H_

#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "pricing/rules.h"

namespace fairpoint::pricing::testing {

inline Rules SomeRules() {
  Rules rules;
  rules.currency = "CNY";
  rules.channels.resize(4);
  rules.channels[0].channel_id = "app";
  rules.channels[0].role = ChannelRole::kPrivate;
  rules.channels[1].channel_id = "jd";
  rules.channels[2].channel_id = "store";
  rules.channels[2].member_prices = true;
  rules.channels[3].channel_id = "tmall";
  rules.channels[3].ignores_platform_subsidy = true;
  return rules;
}

// "REASON key=value ...", for what a table expects of a refusal; "OK".
inline std::string Told(const absl::Status& status) {
  if (status.ok()) return "OK";
  const auto detail = base::DetailOf(status);
  if (!detail) return status.ToString();
  std::string told = detail->reason;
  for (const auto& [key, value] : detail->metadata) told += " " + key + "=" + value;
  return told;
}

}  // namespace fairpoint::pricing::testing

#endif  // FAIRPOINT_PRICING_TESTING_WORLD_H_
