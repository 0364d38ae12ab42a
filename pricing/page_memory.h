// What a page's price is made of and does not depend on who asks, remembered until it may change.
#ifndef FAIRPOINT_PRICING_PAGE_MEMORY_H_
#define FAIRPOINT_PRICING_PAGE_MEMORY_H_

#include <cstdint>

#include "base/seqlocked.h"
#include "base/time.h"

namespace fairpoint::pricing {

// What a SKU costs in the reference channels now: of one unit, to whoever asks.
struct PageCosts {
  // In a channel, an index into Market::references; kNowhere: there is none.
  struct Cost {
    int64_t amount = 0;
    int64_t head_seq = 0;  // of the fact
    int32_t channel = kNowhere;
    friend bool operator==(const Cost&, const Cost&) = default;
  };
  static constexpr int32_t kNowhere = -1;

  Cost least;                     // before promotions; of equals the first channel
  Cost dearest;                   // after them
  Cost promoted;                  // the least with its shipping, where promotions may be used
  uint64_t channels = 0;          // that list it: a bit each
  base::Instant at, until;        // they hold from then until before that
  int64_t rules_version = 0;      // by which
  int64_t promotions_serial = 0;  // with which; 0: with none
};

// The last PageCosts of a book. Not part of its value: a book that is assigned to, or made of
// another, remembers nothing. Load and Store are thread-safe.
class PageMemory {
 public:
  PageMemory() = default;
  PageMemory(const PageMemory&) {}
  PageMemory& operator=(const PageMemory&) {
    costs_.Store({});
    return *this;
  }

  bool Load(PageCosts& costs) const { return costs_.Load(costs); }
  void Store(const PageCosts& costs) const { costs_.Store(costs); }

 private:
  mutable base::SeqLocked<PageCosts> costs_;
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_PAGE_MEMORY_H_
