// That price_listing has a row for each listing and SKU that facts name, and no other.
#ifndef FAIRPOINT_AUDIT_LISTING_CHECK_H_
#define FAIRPOINT_AUDIT_LISTING_CHECK_H_

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/siphash.h"
#include "engine/store.h"
#include "pricing/fact.h"

namespace fairpoint::audit {

// Facts and rows are read in different orders, and at different times: they are compared by a sum a
// channel, and where that differs row by row with the heads' books.
class ListingCheck {
 public:
  explicit ListingCheck(Context& context) : context_(context), key_(RandomSipKey()) {}

  // All facts of a SKU.
  void AddFacts(const engine::SkuName& name, const std::vector<pricing::PriceFact>& facts);
  // `channels`: further ones whose rows are looked at.
  absl::Status Check(const std::set<engine::ChannelName>& channels);

 private:
  absl::uint128 HashOf(std::string_view listing_id, std::string_view sku) const;
  absl::Status AddRows(const engine::ChannelName& channel, absl::uint128& sum);
  absl::Status FindSurplus(const engine::ChannelName& channel);
  absl::Status FindMissing(const engine::ChannelName& channel);
  absl::Status FindMissingOf(const engine::ChannelName& channel, const pricing::PriceHead& head);
  void Find(const engine::ChannelName& channel, std::string_view listing_id, std::string_view sku,
            const char* expected, const char* found);

  Context& context_;
  const SipKey key_;
  std::map<engine::ChannelName, absl::uint128> sums_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_LISTING_CHECK_H_
