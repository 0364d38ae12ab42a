// The facts of one series, as a book's builder adds to them and leaves out of them.
#ifndef FAIRPOINT_PRICING_SERIES_FACTS_H_
#define FAIRPOINT_PRICING_SERIES_FACTS_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/numeric/int128.h"
#include "base/time.h"
#include "pricing/fact.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

LiveFact LiveOf(const PriceFact& fact);

// `facts` are descending by source_seq, and stay so. A number that is there is left as it stands.
void Insert(const LiveFact& fact, std::vector<LiveFact>& facts);

// What can count no more at `now`, or within the time looked back at. `withdrawals` are those of
// the series' listing; of those that began long ago the highest does for all.
bool HasNeedless(std::span<const LiveFact> facts, std::span<const Withdrawal> withdrawals,
                 base::Instant now);
void LeaveOutNeedless(std::vector<LiveFact>& facts, std::span<const Withdrawal> withdrawals,
                      base::Instant now);
bool HasNeedless(std::span<const Withdrawal> withdrawals, base::Instant now);
void LeaveOutNeedless(std::vector<Withdrawal>& withdrawals, base::Instant now);

inline bool IsForEveryone(const Series& series) {
  return series.scope == ScopeKind::kAll && series.audience == AudienceKind::kEveryone;
}

// Of `pack` units.
struct UnitPrice {
  absl::int128 paid = 0;
  int64_t pack = 1;
  friend bool operator<(const UnitPrice& one, const UnitPrice& other) {
    return one.paid * other.pack < other.paid * one.pack;
  }
};
// The least of several.
class LeastUnitPrice {
 public:
  explicit LeastUnitPrice(base::Instant at) : at_(at) {}

  // A series for everyone everywhere, of a listing with these withdrawals.
  void See(std::span<const LiveFact> facts, std::span<const Withdrawal> withdrawals);
  const std::optional<UnitPrice>& least() const { return least_; }

 private:
  base::Instant at_;
  std::optional<UnitPrice> least_;
};

// Whether a fact made its channel cheaper than every other, which it was not before.
bool IsTurn(const std::optional<UnitPrice>& before, const std::optional<UnitPrice>& after,
            const std::optional<UnitPrice>& elsewhere);
// When that is asked of a fact. Never before what was recorded: what is looked at was not left out
// then.
inline base::Instant TurnInstantOf(const PriceFact& fact, base::Instant last_recorded_at) {
  return std::max({fact.window.from, fact.recorded_at, last_recorded_at});
}

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_SERIES_FACTS_H_
