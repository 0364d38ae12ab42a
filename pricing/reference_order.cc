#include "pricing/reference_order.h"

#include <algorithm>
#include <utility>

#include "pricing/promotion_steps.h"

namespace fairpoint::pricing {
namespace {

// A step that may take something off, with its exclusive group.
struct Candidate {
  PromotionStep step;
  uint32_t group = 0;  // index + 1; 0: none
  int64_t greatest = 0;
  int64_t ways = 1;
};

class Order {
 public:
  Order(std::span<const ReferenceLine> lines, std::span<const LivePromotion* const> promotions,
        OfLines which) {
    amounts_.reserve(lines.size());
    std::vector<int64_t> dearest;
    dearest.reserve(lines.size());
    for (const ReferenceLine& line : lines) {
      amounts_.push_back(line.amount);
      dearest.push_back(line.amount + line.spare);
      total_ += line.amount;
      most_ += line.amount + line.spare;
    }
    candidates_.reserve(promotions.size());
    for (const LivePromotion* promotion : promotions) {
      PromotionStep step(*promotion, lines);
      if (!step.MayApply()) continue;
      const int64_t greatest = step.Greatest(dearest.data(), which, space_);
      if (greatest == 0) continue;
      candidates_.push_back({std::move(step), GroupOf(promotion->exclusive_group), greatest});
    }
    // A bundle used fewer times may leave more to reach a threshold; else the most is the best.
    bool is_before_threshold = false;
    for (auto each = candidates_.rbegin(); each != candidates_.rend(); ++each) {
      const PromotionKind kind = each->step.promotion().terms.kind;
      if (is_before_threshold || kind == PromotionKind::kThreshold) each->ways = each->step.Ways();
      is_before_threshold |= kind == PromotionKind::kThreshold;
    }
  }

  bool HasMoreThan(size_t combinations_max) const {
    std::vector<size_t> choices(groups_.size(), 1);
    size_t combinations = 1;
    for (const Candidate& each : candidates_) {
      const auto ways = static_cast<size_t>(each.ways);
      if (each.group > 0)
        choices[each.group - 1] += ways;
      else
        combinations *= 1 + ways;
      if (combinations > combinations_max) return true;
    }
    for (const size_t choice : choices) {
      combinations *= choice;
      if (combinations > combinations_max) return true;
    }
    return false;
  }

  int64_t GreatestReduction() const {
    std::vector<int64_t> greatest(groups_.size(), 0);
    int64_t left = total_;
    for (const Candidate& each : candidates_) {
      if (each.group == 0)
        left -= std::min(left, each.greatest);
      else
        greatest[each.group - 1] = std::max(greatest[each.group - 1], each.greatest);
    }
    for (const int64_t off : greatest) left -= std::min(left, off);
    return total_ - left;
  }

  int64_t LowerBound() const { return total_ - GreatestReduction(); }

  ReferenceTotal Least() {
    rest_.assign(candidates_.size() + 1, 0);
    for (size_t i = candidates_.size(); i > 0; --i)
      rest_[i - 1] = rest_[i] + std::min(most_ - rest_[i], candidates_[i - 1].greatest);
    least_ = total_;
    Choose(0, amounts_.data(), total_, 0);
    ReferenceTotal result;
    result.goods = least_;
    for (const uint32_t index : least_chosen_)
      result.promotion_seqs.push_back(candidates_[index].step.promotion().head_seq);
    return result;
  }

 private:
  uint32_t GroupOf(std::string_view name) {
    if (name.empty()) return 0;
    const auto found = std::ranges::find(groups_, name);
    const auto index = static_cast<uint32_t>(found - groups_.begin());
    if (found == groups_.end()) groups_.push_back(name);
    return index + 1;
  }

  // Continues the choice with each of the candidates from `from` on.
  void Choose(size_t from, const int64_t* amounts, int64_t total, uint32_t groups_used) {
    if (total < least_) {
      least_ = total;
      least_chosen_ = chosen_;
    }
    for (size_t i = from; i < candidates_.size() && total - rest_[i] < least_; ++i) {
      const Candidate& each = candidates_[i];
      const uint32_t group = each.group == 0 ? 0 : 1U << (each.group - 1);
      if ((groups_used & group) != 0) continue;
      const bool is_last = i + 1 == candidates_.size();
      for (int64_t way = 0; way < each.ways; ++way) {
        int64_t* const left = is_last ? nullptr : Copy(amounts);
        const int64_t off = each.step.Reduce(amounts, way, chosen_.empty(), left, space_);
        if (off == 0 || off == PromotionStep::kNoWay) continue;
        chosen_.push_back(static_cast<uint32_t>(i));
        Choose(i + 1, left, total - off, groups_used | group);
        chosen_.pop_back();
      }
    }
  }

  // Room for what is left after one more promotion than are chosen.
  int64_t* Copy(const int64_t* amounts) {
    if (left_.size() <= chosen_.size()) left_.emplace_back(amounts_.size());
    std::vector<int64_t>& left = left_[chosen_.size()];
    std::copy_n(amounts, left.size(), left.begin());
    return left.data();
  }

  std::vector<int64_t> amounts_;
  int64_t total_ = 0;
  int64_t most_ = 0;  // at the dearest listings
  std::vector<Candidate> candidates_;
  std::vector<std::string_view> groups_;
  StepSpace space_;
  std::vector<int64_t> rest_;  // the greatest reductions from a candidate on
  int64_t least_ = 0;
  std::vector<uint32_t> chosen_, least_chosen_;
  std::vector<std::vector<int64_t>> left_;
};

// Every choice of a listing for each line that has dearer ones, the least first. Where a line of
// several units is at its least some of them may still be at dearer ones.
class ListingChoices {
 public:
  explicit ListingChoices(std::span<const ReferenceLine> lines) : lines_(lines) {
    for (size_t i = 0; i < lines.size(); ++i)
      if (lines[i].spare > 0) dearer_.push_back(i);
    if (dearer_.size() > kDearerLinesMax) return;
    for (const size_t line : dearer_) count_ *= WaysOf(lines[line]);
  }

  size_t count() const { return count_; }

  std::vector<ReferenceLine> Of(size_t choice) const {
    std::vector<ReferenceLine> chosen(lines_.begin(), lines_.end());
    for (const size_t index : dearer_) {
      ReferenceLine& line = chosen[index];
      const size_t way = choice % WaysOf(line);
      choice /= WaysOf(line);
      if (way == 0 && line.quantity > 1) continue;
      if (way > 0) line.amount += way == 1 ? line.next_dearer : line.spare;
      line.spare = line.next_dearer = 0;
    }
    return chosen;
  }

 private:
  static size_t WaysOf(const ReferenceLine& line) { return line.next_dearer < line.spare ? 3 : 2; }

  std::span<const ReferenceLine> lines_;
  std::vector<size_t> dearer_;
  size_t count_ = 1;
};

}  // namespace

ReferenceTotal LeastTotal(std::span<const ReferenceLine> lines,
                          std::span<const LivePromotion* const> promotions,
                          size_t combinations_max) {
  Order order(lines, promotions, OfLines::kAll);
  if (order.HasMoreThan(combinations_max)) return {order.LowerBound(), {}, true};
  const ListingChoices choices(lines);
  if (choices.count() == 1 || order.HasMoreThan(combinations_max / choices.count()))
    return order.Least();
  ReferenceTotal least;
  for (size_t choice = 0; choice < choices.count(); ++choice) {
    const std::vector<ReferenceLine> chosen = choices.Of(choice);
    ReferenceTotal total = Order(chosen, promotions, OfLines::kAll).Least();
    if (choice == 0 || total.goods < least.goods) least = std::move(total);
  }
  return least;
}

int64_t GreatestReduction(std::span<const ReferenceLine> lines,
                          std::span<const LivePromotion* const> promotions) {
  return Order(lines, promotions, OfLines::kSome).GreatestReduction();
}

}  // namespace fairpoint::pricing
