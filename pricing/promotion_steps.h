// A promotion as it bears on the lines of one order: which lines, how often, and what it takes off.
#ifndef FAIRPOINT_PRICING_PROMOTION_STEPS_H_
#define FAIRPOINT_PRICING_PROMOTION_STEPS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/allocation.h"
#include "pricing/channel_book.h"

namespace fairpoint::pricing {

struct ReferenceLine;

// Of an order.
enum class OfLines : uint8_t { kAll = 1, kSome = 2 };

// Room to work in, kept from one call to the next.
struct StepSpace {
  std::vector<int64_t> weights, shares;
  std::vector<uint32_t> ranking;
  base::SpreadSpace spread;
};

// Thread-compatible. Refers to the promotion and the lines that it was made of.
class PromotionStep {
 public:
  PromotionStep(const LivePromotion& promotion, std::span<const ReferenceLine> lines);

  const LivePromotion& promotion() const { return *promotion_; }
  // Whether quantities and SKUs let it apply at all.
  bool MayApply() const { return !places_.empty(); }

  // A buyer may use it so many ways, 0 is the plain one: a bundle fewer times, a threshold with
  // dearer listings, that it is reached.
  int64_t Ways() const;

  // What it takes off where its lines have come down to `amounts` (one a line of the order) and it
  // is used that way, less what dearer listings cost more; `is_first`: nothing was taken off yet.
  // If `left` is not null it holds the amounts, too, and then what is left of them. kNoWay: it
  // cannot be used so.
  static constexpr int64_t kNoWay = INT64_MIN;
  int64_t Reduce(const int64_t* amounts, int64_t way, bool is_first, int64_t* left,
                 StepSpace& space) const;

  // No less than it takes off these amounts, or any that are lower: of all the lines, or of some.
  int64_t Greatest(const int64_t* amounts, OfLines which, StepSpace& space) const;

 private:
  // A line in scope.
  struct Place {
    uint32_t line = 0;
    int64_t quantity = 0;
    int64_t times = 0;  // at most, that units of it are reduced
    int64_t spare = 0;  // kThreshold: how much more it costs at its dearest listing
  };

  void ScopeBundle(std::span<const ReferenceLine> lines);
  void ScopeUnits(std::span<const ReferenceLine> lines);
  void ScopeSpare(std::span<const ReferenceLine> lines);
  bool IsOfUnits() const;
  bool IsRanked() const { return times_ < times_of_lines_; }
  int64_t Sum(const int64_t* amounts) const;
  int64_t ReduceTogether(const int64_t* amounts, int64_t way) const;
  int64_t ReduceBundle(const int64_t* amounts, int64_t times) const;
  int64_t ReduceAtThreshold(int64_t sum) const;
  int64_t ReduceByReaching(const int64_t* amounts, int64_t way, bool is_first, int64_t* left,
                           StepSpace& space) const;
  int64_t PaymentFor(int64_t way, int64_t sum, bool is_first) const;
  void Spread(int64_t off, int64_t* left, StepSpace& space) const;
  int64_t ReduceUnits(const int64_t* amounts, int64_t* left, StepSpace& space) const;
  int64_t OffRanked(const int64_t* amounts, int64_t* left, StepSpace& space) const;
  void Rank(const int64_t* amounts, bool cheapest, std::vector<uint32_t>& ranking) const;

  const LivePromotion* promotion_;
  std::vector<Place> places_;
  int64_t times_ = 0;           // an order, at most
  int64_t times_of_lines_ = 0;  // of units: if nothing limited the order
  int64_t units_a_time_ = 1;
  int64_t off_bp_ = 0;
  // kThreshold: how much more its lines may cost, and by how much one unit does at least.
  int64_t spare_ = 0;
  int64_t unit_step_ = 0;
  // kBundle: where each part's lines end in places_, how many units of it one bundle takes, and how
  // many the lines have.
  struct Part {
    size_t end = 0;
    int64_t taken = 0;
    int64_t quantity = 0;
  };
  std::vector<Part> parts_;
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_PROMOTION_STEPS_H_
