// Snapshots: what a feed says that it is all of. What a snapshot did not name is withdrawn.
#ifndef FAIRPOINT_API_PRICE_SNAPSHOT_H_
#define FAIRPOINT_API_PRICE_SNAPSHOT_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "api/door.h"
#include "api/operations.h"
#include "api/price_facts.h"
#include "engine/names.h"
#include "engine/price_command.h"
#include "pricing/sku_book.h"

namespace fairpoint::api {

// Listings of one channel, 16 bytes each.
class ListingSet {
 public:
  void Add(std::string_view listing_id, std::string_view sku);
  bool Has(std::string_view listing_id, std::string_view sku) const;
  bool empty() const { return hashes_.empty(); }

 private:
  absl::flat_hash_set<std::array<uint8_t, 16>> hashes_;
};

// What the facts of one request or stream named, in the order in which they came, and whether any
// was refused. Thread-safe.
class FeedsHeard {
 public:
  void Name(const std::vector<engine::FactToRecord>& facts);
  // A fact, or all of a request.
  void HearRefusal();

  // When all that came before is decided. Nothing: a fact was refused since the channel's last
  // statement, or, of a snapshot, since its last snapshot. What a snapshot named is forgotten.
  std::optional<ListingSet> End(const FeedEnd& feed);

 private:
  struct Feed {
    ListingSet named;
    int64_t refusals_told = 0;         // of refusals_, at the last statement
    int64_t refusals_of_snapshot = 0;  // at the last snapshot
  };

  std::mutex mutex_;
  int64_t refusals_ = 0;
  std::map<engine::ChannelName, Feed> feeds_;
};

// The highest number of a listing that a snapshot taken at `taken_at` speaks of: of facts that had
// begun by then, or were recorded. `recorded_at` tells of a fact that began later. 0: it has none.
int64_t NumberKnownAt(const pricing::SkuBook& book, const pricing::Listing& listing,
                      base::Instant taken_at,
                      const std::function<base::Instant(const pricing::LiveFact&)>& recorded_at);

struct SnapshotEnd {
  int64_t withdrawn = 0;  // even where it failed later
  bool known = false;     // the channel was complete as of then before: nothing was done
  absl::Status status;
};
// Withdraws the channel's listings that are not in `named`, then records how far the feed is
// complete. SNAPSHOT_EMPTY, SNAPSHOT_SUPERSEDED and Record's. `origin` and the door must live until
// `done` is called: once, from any thread.
void EndSnapshot(Door& door, const Origin& origin, FeedEnd feed, ListingSet named,
                 std::function<void(const SnapshotEnd&)> done);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_SNAPSHOT_H_
