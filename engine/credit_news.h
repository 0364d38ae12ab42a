// What rows of the journal ask price protection for: which orders may have come to cost less.
#ifndef FAIRPOINT_ENGINE_CREDIT_NEWS_H_
#define FAIRPOINT_ENGINE_CREDIT_NEWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/journal_stretch.h"
#include "engine/program_cache.h"
#include "engine/store.h"
#include "pricing/fact.h"

namespace fairpoint::engine {

// The orders of one programme that were placed within a time.
struct OrderSearch {
  PlacedPage page;
  std::optional<std::string> sku;  // nothing: all orders
};

// Not thread-safe.
class CreditNews {
 public:
  using Places = std::map<int64_t, int64_t>;  // lane_seq by lane
  // Rows about a programme that cannot be read: what they ask for is not known.
  struct Unreadable {
    Places before;  // the first of them
    std::string why;
  };

  void Take(int64_t lane, const JournalStretch::Row& row);
  // What the rows taken ask for. Brings their programmes up to date first: they concern orders of
  // versions that were there before them. Errors: the store's, but for DATA_LOSS.
  absl::Status Find(ReadSession& session, ProgramCache& programs);

  const std::vector<OrderSearch>& searches() const { return searches_; }
  const std::map<base::ProgramId, Unreadable>& unreadable() const { return unreadable_; }
  // Facts and promotions that cannot be read, in words.
  const std::vector<std::string>& broken() const { return broken_; }

 private:
  // When of an order's SKU or programme something new holds.
  struct Stretch {
    base::Instant from = pricing::kNever;
    base::Instant until = {INT64_MIN};  // kNever: for good
    void Widen(const pricing::Window& window);
  };

  absl::Status FindProtections(ReadSession& session, ProgramCache& programs);
  absl::Status FindSkus(ReadSession& session, const std::set<SkuSeq>& names);
  absl::Status FindChannels(ReadSession& session);
  absl::Status LoadFacts(ReadSession& session, std::span<const SkuSeq> names,
                         std::vector<pricing::PriceFact>& facts);
  // Among orders whose protection the stretch concerns.
  void Search(const base::ProgramId& program_id, const Stretch& stretch,
              const std::optional<std::string>& sku);

  std::map<base::ProgramId, Places> before_;  // the first row about the programme
  std::set<SkuSeq> facts_;
  std::set<ChannelSeq> promotions_;
  // Of the programmes that ever protected prices, the longest, in microseconds: an order has the
  // protection of the version that it was placed under, whatever holds since.
  std::map<base::ProgramId, int64_t> protections_;
  std::vector<OrderSearch> searches_;
  std::map<base::ProgramId, Unreadable> unreadable_;
  std::vector<std::string> broken_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_CREDIT_NEWS_H_
