#include "pricing/promotion_steps.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/numeric/int128.h"
#include "pricing/offer.h"
#include "pricing/reference_order.h"

namespace fairpoint::pricing {
namespace {

// ceil(one * other / divisor). The quotient fits.
int64_t MulDivCeil(int64_t one, int64_t other, int64_t divisor) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(one, other, &product))
    return product / divisor + (product % divisor == 0 ? 0 : 1);
  const absl::uint128 wide = absl::uint128(one) * absl::uint128(other);
  return static_cast<int64_t>((wide + absl::uint128(divisor - 1)) / absl::uint128(divisor));
}

// ceil(amount * units / quantity * off_bp / 10,000).
int64_t OffUnits(int64_t amount, int64_t units, int64_t quantity, int64_t off_bp) {
  return static_cast<int64_t>((absl::uint128(amount) * absl::uint128(units * off_bp) +
                               absl::uint128(quantity * kBasisPoints - 1)) /
                              absl::uint128(quantity * kBasisPoints));
}

int64_t Limited(int64_t times, int64_t times_max) {
  return times_max > 0 ? std::min(times, times_max) : times;
}

}  // namespace

PromotionStep::PromotionStep(const LivePromotion& promotion, std::span<const ReferenceLine> lines)
    : promotion_(&promotion) {
  const PromotionTerms& terms = promotion.terms;
  if (terms.kind == PromotionKind::kBundle) {
    ScopeBundle(lines);
    return;
  }
  places_.reserve(lines.size());
  for (uint32_t i = 0; i < lines.size(); ++i) {
    if (terms.skus.empty() || std::ranges::binary_search(terms.skus, lines[i].sku, {},
                                                         [](std::string_view sku) { return sku; }))
      places_.push_back({.line = i, .quantity = lines[i].quantity});
  }
  if (IsOfUnits()) ScopeUnits(lines);
  if (terms.kind == PromotionKind::kThreshold) ScopeSpare(lines);
}

void PromotionStep::ScopeBundle(std::span<const ReferenceLine> lines) {
  const PromotionTerms& terms = promotion_->terms;
  times_ = std::numeric_limits<int64_t>::max();
  for (const BundlePart& part : terms.bundle) {
    int64_t quantity = 0;
    for (uint32_t i = 0; i < lines.size(); ++i) {
      if (lines[i].sku != part.sku) continue;
      places_.push_back({.line = i, .quantity = lines[i].quantity});
      quantity += lines[i].quantity;
    }
    times_ = std::min(times_, quantity / part.quantity);
    if (times_ == 0) break;
    parts_.push_back({.end = places_.size(), .taken = part.quantity, .quantity = quantity});
  }
  if (parts_.empty()) times_ = 0;
  times_ = Limited(times_, terms.times_max);
  if (times_ == 0) places_.clear();
}

void PromotionStep::ScopeSpare(std::span<const ReferenceLine> lines) {
  for (Place& place : places_) {
    const ReferenceLine& line = lines[place.line];
    place.spare = line.spare;
    if (line.spare == 0) continue;
    const int64_t step = line.next_dearer / line.quantity;
    unit_step_ = spare_ == 0 ? step : std::min(unit_step_, step);
    spare_ += line.spare;
  }
}

int64_t PromotionStep::Ways() const {
  const PromotionTerms& terms = promotion_->terms;
  if (terms.kind == PromotionKind::kBundle) return times_;
  if (spare_ == 0) return 1;
  return terms.repeats ? 3 : 1 + static_cast<int64_t>(terms.steps.size());
}

void PromotionStep::ScopeUnits(std::span<const ReferenceLine> lines) {
  const PromotionTerms& terms = promotion_->terms;
  const bool is_gift = terms.kind == PromotionKind::kIdenticalGift;
  off_bp_ = is_gift ? kBasisPoints : terms.off_bp;
  units_a_time_ = is_gift ? terms.get : 1;
  const int64_t every = is_gift ? terms.buy + terms.get : terms.nth;
  int64_t quantity = 0;
  for (Place& place : places_) {
    place.times = terms.mixed ? place.quantity : lines[place.line].quantity / every;
    times_of_lines_ += place.times;
    quantity += place.quantity;
  }
  times_ = Limited(terms.mixed ? quantity / every : times_of_lines_, terms.times_max);
  if (times_ == 0) places_.clear();
}

bool PromotionStep::IsOfUnits() const {
  return promotion_->terms.kind == PromotionKind::kNthItem ||
         promotion_->terms.kind == PromotionKind::kIdenticalGift;
}

int64_t PromotionStep::Sum(const int64_t* amounts) const {
  int64_t sum = 0;
  for (const Place& place : places_) sum += amounts[place.line];
  return sum;
}

int64_t PromotionStep::ReduceTogether(const int64_t* amounts, int64_t way) const {
  const PromotionTerms& terms = promotion_->terms;
  if (terms.kind == PromotionKind::kBundle) return ReduceBundle(amounts, times_ - way);
  const int64_t sum = Sum(amounts);
  if (terms.kind == PromotionKind::kPercent) {
    const int64_t off = MulDivCeil(sum, terms.off_bp, kBasisPoints);
    return terms.reduction_max > 0 ? std::min(off, terms.reduction_max) : off;
  }
  return ReduceAtThreshold(sum);
}

int64_t PromotionStep::ReduceAtThreshold(int64_t sum) const {
  const PromotionTerms& terms = promotion_->terms;
  int64_t off = 0;
  for (const Step& step : terms.steps) {
    if (sum < step.threshold) break;
    off = terms.repeats ? Limited(sum / step.threshold, terms.times_max) * step.reduction
                        : step.reduction;
  }
  return off;
}

// What is paid more at dearer listings; 0: nothing need be. Before anything is taken off, one
// unit's difference at least. With repeats way 1 is the least that reaches another multiple, way 2
// what reaches the one after that.
int64_t PromotionStep::PaymentFor(int64_t way, int64_t sum, bool is_first) const {
  const PromotionTerms& terms = promotion_->terms;
  const int64_t least = is_first ? unit_step_ : 0;
  if (!terms.repeats) {
    const int64_t missing = terms.steps[static_cast<size_t>(way - 1)].threshold - sum;
    return missing <= 0 ? 0 : std::max(missing, least);
  }
  const int64_t threshold = terms.steps.front().threshold;
  const int64_t payment = std::max((sum / threshold + 1) * threshold - sum, least);
  if (way == 1) return payment;
  return (sum + payment + threshold - 1) / threshold * threshold - sum;
}

int64_t PromotionStep::ReduceByReaching(const int64_t* amounts, int64_t way, bool is_first,
                                        int64_t* left, StepSpace& space) const {
  const int64_t sum = Sum(amounts);
  const int64_t payment = PaymentFor(way, sum, is_first);
  if (payment == 0 || payment > spare_) return kNoWay;
  const int64_t off = ReduceAtThreshold(sum + payment);
  if (left == nullptr) return off - payment;
  int64_t unpaid = payment;
  for (const Place& place : places_) {
    const int64_t here = std::min(unpaid, place.spare);
    left[place.line] += here;
    unpaid -= here;
  }
  Spread(off, left, space);
  return off - payment;
}

int64_t PromotionStep::ReduceBundle(const int64_t* amounts, int64_t times) const {
  int64_t usual = 0;
  size_t place = 0;
  for (const Part& part : parts_) {
    int64_t amount = 0;
    for (; place < part.end; ++place) amount += amounts[places_[place].line];
    usual += MulDivCeil(amount, part.taken * times, part.quantity);
  }
  const absl::int128 off =
      absl::int128(usual) - absl::int128(promotion_->terms.bundle_amount) * times;
  return off > 0 ? static_cast<int64_t>(off) : 0;
}

// The lines by the price of a unit: where a unit's place is limited the dearest are taken, where
// units of all lines are taken together the cheapest.
void PromotionStep::Rank(const int64_t* amounts, bool cheapest,
                         std::vector<uint32_t>& ranking) const {
  ranking.resize(places_.size());
  std::iota(ranking.begin(), ranking.end(), 0U);
  std::ranges::sort(ranking, [&](uint32_t a, uint32_t b) {
    const Place& one = places_[a];
    const Place& other = places_[b];
    const absl::int128 left = absl::int128(amounts[one.line]) * other.quantity;
    const absl::int128 right = absl::int128(amounts[other.line]) * one.quantity;
    return left != right ? (left < right) == cheapest : a < b;
  });
}

int64_t PromotionStep::ReduceUnits(const int64_t* amounts, int64_t* left, StepSpace& space) const {
  if (IsRanked()) Rank(amounts, promotion_->terms.mixed, space.ranking);
  return OffRanked(amounts, left, space);
}

int64_t PromotionStep::OffRanked(const int64_t* amounts, int64_t* left, StepSpace& space) const {
  const bool is_ranked = IsRanked();
  int64_t times_left = times_;
  int64_t reduced = 0;
  for (size_t i = 0; i < places_.size() && times_left > 0; ++i) {
    const Place& place = places_[is_ranked ? space.ranking[i] : i];
    const int64_t times = std::min(place.times, times_left);
    times_left -= times;
    const int64_t off =
        OffUnits(amounts[place.line], times * units_a_time_, place.quantity, off_bp_);
    reduced += off;
    if (left != nullptr) left[place.line] -= off;
  }
  return reduced;
}

void PromotionStep::Spread(int64_t off, int64_t* left, StepSpace& space) const {
  if (off == 0) return;
  space.weights.resize(places_.size());
  space.shares.resize(places_.size());
  for (size_t i = 0; i < places_.size(); ++i) space.weights[i] = left[places_[i].line];
  base::SpreadByWeight(off, space.weights, space.shares, space.spread);
  for (size_t i = 0; i < places_.size(); ++i) left[places_[i].line] -= space.shares[i];
}

int64_t PromotionStep::Reduce(const int64_t* amounts, int64_t way, bool is_first, int64_t* left,
                              StepSpace& space) const {
  if (IsOfUnits()) return ReduceUnits(amounts, left, space);
  if (way > 0 && promotion_->terms.kind == PromotionKind::kThreshold)
    return ReduceByReaching(amounts, way, is_first, left, space);
  const int64_t off = ReduceTogether(amounts, way);
  if (left != nullptr) Spread(off, left, space);
  return off;
}

int64_t PromotionStep::Greatest(const int64_t* amounts, OfLines which, StepSpace& space) const {
  if (!IsOfUnits() || !IsRanked()) return Reduce(amounts, 0, true, nullptr, space);
  // The cheapest of some lines may be dearer than the cheapest of all.
  Rank(amounts, promotion_->terms.mixed && which == OfLines::kAll, space.ranking);
  // Of lower amounts other lines may come first: a rounding up for each of them.
  return OffRanked(amounts, nullptr, space) + static_cast<int64_t>(places_.size());
}

}  // namespace fairpoint::pricing
