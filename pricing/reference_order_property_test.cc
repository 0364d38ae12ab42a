// What another channel would charge, against a plain search over all choices that takes units one
// by one.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "pricing/reference_order.h"

namespace fairpoint::pricing {
namespace {

using Seqs = std::vector<int64_t>;
using Lines = std::vector<ReferenceLine>;
using Promotions = std::vector<LivePromotion>;

// Numbers the promotions 1, 2, 3 ... as they come.
std::vector<const LivePromotion*> Numbered(Promotions& promotions) {
  std::vector<const LivePromotion*> pointers;
  for (LivePromotion& each : promotions) {
    each.head_seq = static_cast<int64_t>(pointers.size()) + 1;
    pointers.push_back(&each);
  }
  return pointers;
}

// The plain search: everything again, by units and by recursion over all subsets.
class Plain {
 public:
  Plain(const Lines& lines, const Promotions& promotions) : lines_(lines), all_(promotions) {}

  // Every total that some allowed choice gives.
  std::set<int64_t> Totals() {
    Seqs amounts;
    for (const ReferenceLine& line : lines_) amounts.push_back(line.amount);
    Go(0, amounts, {});
    return totals_;
  }

 private:
  void Go(size_t next, const Seqs& amounts, const std::set<std::string>& groups) {
    if (next == all_.size()) {
      for (const int64_t amount : amounts) RC_ASSERT(amount >= 0);
      totals_.insert(std::accumulate(amounts.begin(), amounts.end(), int64_t{0}));
      return;
    }
    Go(next + 1, amounts, groups);
    const std::string& group = all_[next].exclusive_group;
    if (!group.empty() && groups.count(group) > 0) return;
    std::set<std::string> with = groups;
    if (!group.empty()) with.insert(group);
    Seqs left = amounts;
    Apply(all_[next].terms, left);
    Go(next + 1, left, with);
  }

  static int64_t Ceil(int64_t numerator, int64_t denominator) {
    return (numerator + denominator - 1) / denominator;
  }

  bool InScope(const PromotionTerms& terms, size_t line) const {
    if (terms.kind == PromotionKind::kBundle)
      return std::ranges::any_of(
          terms.bundle, [&](const BundlePart& part) { return part.sku == lines_[line].sku; });
    return terms.skus.empty() ||
           std::ranges::find(terms.skus, std::string(lines_[line].sku)) != terms.skus.end();
  }

  // One whole minor unit after another to the line that is furthest behind its share.
  void TakeTogether(const PromotionTerms& terms, int64_t off, Seqs& amounts) const {
    int64_t sum = 0;
    for (size_t i = 0; i < amounts.size(); ++i)
      if (InScope(terms, i)) sum += amounts[i];
    Seqs shares(amounts.size(), 0), remainders(amounts.size(), -1);
    int64_t left = off;
    for (size_t i = 0; i < amounts.size() && off > 0; ++i) {
      if (!InScope(terms, i)) continue;
      shares[i] = off * amounts[i] / sum;
      remainders[i] = off * amounts[i] % sum;
      left -= shares[i];
    }
    for (; left > 0; --left) {
      const auto most = std::ranges::max_element(remainders);
      ++shares[static_cast<size_t>(most - remainders.begin())];
      *most = -1;
    }
    for (size_t i = 0; i < amounts.size(); ++i) amounts[i] -= shares[i];
  }

  void Apply(const PromotionTerms& terms, Seqs& amounts) const {
    switch (terms.kind) {
      case PromotionKind::kThreshold:
      case PromotionKind::kPercent: {
        int64_t sum = 0;
        for (size_t i = 0; i < amounts.size(); ++i)
          if (InScope(terms, i)) sum += amounts[i];
        return TakeTogether(terms, OffSum(terms, sum), amounts);
      }
      case PromotionKind::kBundle:
        return TakeTogether(terms, OffSet(terms, amounts), amounts);
      case PromotionKind::kNthItem:
      case PromotionKind::kIdenticalGift:
        return TakeUnits(terms, amounts);
    }
  }

  static int64_t OffSum(const PromotionTerms& terms, int64_t sum) {
    int64_t off = 0;
    if (terms.kind == PromotionKind::kPercent) {
      off = Ceil(sum * terms.off_bp, 10'000);
      return terms.reduction_max > 0 ? std::min(off, terms.reduction_max) : off;
    }
    if (terms.repeats) {
      int64_t times = 0;
      while (sum >= terms.steps[0].threshold * (times + 1) &&
             (terms.times_max == 0 || times < terms.times_max))
        ++times;
      return times * terms.steps[0].reduction;
    }
    for (const Step& step : terms.steps)
      if (sum >= step.threshold) off = step.reduction;
    return off;
  }

  int64_t OffSet(const PromotionTerms& terms, const Seqs& amounts) const {
    for (int64_t times = terms.times_max > 0 ? terms.times_max : 1'000; times > 0; --times) {
      int64_t usual = 0;
      bool enough = true;
      for (const BundlePart& part : terms.bundle) {
        int64_t amount = 0, quantity = 0;
        for (size_t i = 0; i < amounts.size(); ++i) {
          if (part.sku != lines_[i].sku) continue;
          amount += amounts[i];
          quantity += lines_[i].quantity;
        }
        if (quantity < times * part.quantity)
          enough = false;
        else
          usual += Ceil(amount * times * part.quantity, quantity);
      }
      if (enough) return std::max<int64_t>(0, usual - times * terms.bundle_amount);
    }
    return 0;
  }

  void TakeUnits(const PromotionTerms& terms, Seqs& amounts) const {
    const bool is_gift = terms.kind == PromotionKind::kIdenticalGift;
    const int64_t every = is_gift ? terms.buy + terms.get : terms.nth;
    std::vector<size_t> turns;  // a line for each time that it may be reduced
    int64_t quantity = 0;
    for (size_t i = 0; i < amounts.size(); ++i) {
      if (!InScope(terms, i)) continue;
      quantity += lines_[i].quantity;
      const int64_t times = terms.mixed ? lines_[i].quantity : lines_[i].quantity / every;
      turns.insert(turns.end(), static_cast<size_t>(times), i);
    }
    std::ranges::stable_sort(turns, [&](size_t a, size_t b) {
      const int64_t one = amounts[a] * lines_[b].quantity, other = amounts[b] * lines_[a].quantity;
      return terms.mixed ? one < other : one > other;
    });
    auto times = terms.mixed ? static_cast<size_t>(quantity / every) : turns.size();
    if (terms.times_max > 0) times = std::min(times, static_cast<size_t>(terms.times_max));
    turns.resize(times);
    const Seqs before = amounts;
    for (size_t i = 0; i < amounts.size(); ++i) {
      const int64_t units = std::ranges::count(turns, i) * (is_gift ? terms.get : 1);
      amounts[i] -=
          Ceil(before[i] * units * (is_gift ? 10'000 : terms.off_bp), lines_[i].quantity * 10'000);
    }
  }

  const Lines& lines_;
  const Promotions& all_;
  std::set<int64_t> totals_;
};

int64_t Some(int64_t least, int64_t end) { return *rc::gen::inRange(least, end); }

const char* const kSkus[] = {"cup", "pot", "tea"};

PromotionTerms SomeTerms() {
  PromotionTerms terms;
  terms.kind = static_cast<PromotionKind>(Some(1, 6));
  if (terms.kind != PromotionKind::kBundle)
    for (const char* sku : kSkus)
      if (Some(0, 2) == 0) terms.skus.emplace_back(sku);
  terms.times_max = Some(0, 3);
  terms.off_bp = Some(1, 10'000);
  switch (terms.kind) {
    case PromotionKind::kThreshold: {
      Step step;
      terms.repeats = Some(0, 2) == 0;
      for (int64_t steps = terms.repeats ? 1 : Some(1, 4); steps > 0; --steps) {
        step.threshold += Some(2, 200);
        step.reduction = std::min(step.reduction + Some(1, 100), step.threshold - 1);
        terms.steps.push_back(step);
      }
      break;
    }
    case PromotionKind::kPercent:
      terms.reduction_max = Some(0, 100);
      break;
    case PromotionKind::kNthItem:
      terms.nth = Some(2, 4);
      terms.mixed = Some(0, 2) == 0;
      break;
    case PromotionKind::kIdenticalGift:
      terms.buy = Some(1, 3);
      terms.get = Some(1, 3);
      break;
    case PromotionKind::kBundle:
      for (const char* sku : kSkus)
        if (Some(0, 2) == 0) terms.bundle.push_back({sku, Some(1, 3)});
      if (terms.bundle.empty()) terms.bundle.push_back({"cup", 1});
      terms.bundle_amount = Some(1, 300);
      break;
  }
  return terms;
}

RC_GTEST_PROP(LeastTotalProperty, IsTheLeastThatAnyChoiceGives, ()) {
  Lines lines;
  for (int64_t left = Some(1, 5); left > 0; --left)
    lines.push_back({kSkus[Some(0, 3)], Some(1, 7), Some(0, 400)});
  Promotions promotions;
  for (int64_t left = Some(0, 6); left > 0; --left) {
    LivePromotion& promotion = promotions.emplace_back();
    promotion.terms = SomeTerms();
    promotion.exclusive_group = Some(0, 2) == 0 ? "" : Some(0, 2) == 0 ? "g" : "h";
  }
  const auto numbered = Numbered(promotions);
  const ReferenceTotal total = LeastTotal(lines, numbered);
  const std::set<int64_t> totals = Plain(lines, promotions).Totals();
  RC_ASSERT(total.goods >= 0);
  RC_ASSERT(total.goods == *totals.begin());
  // The promotions that are told, alone and in one choice, give what is told.
  Promotions told;
  for (const int64_t seq : total.promotion_seqs)
    told.push_back(promotions[static_cast<size_t>(seq) - 1]);
  RC_ASSERT(Plain(lines, told).Totals().count(total.goods) == 1U);
}

RC_GTEST_PROP(GreatestReductionProperty, NoSkusAtNoLowerAmountsAreReducedByMore, ()) {
  Lines lines, some;
  for (const char* const sku : kSkus) {
    lines.push_back({sku, Some(1, 7), Some(0, 400)});
    if (Some(0, 3) == 0) continue;
    some.push_back(lines.back());
    if (Some(0, 2) == 0) some.back().amount = Some(0, some.back().amount + 1);
  }
  Promotions promotions;
  for (int64_t left = Some(1, 4); left > 0; --left) promotions.emplace_back().terms = SomeTerms();
  const auto numbered = Numbered(promotions);
  int64_t before = 0;
  for (const ReferenceLine& line : some) before += line.amount;
  RC_ASSERT(before - LeastTotal(some, numbered).goods <= GreatestReduction(lines, numbered));
}

}  // namespace
}  // namespace fairpoint::pricing
