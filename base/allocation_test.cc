#include "base/allocation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <vector>

#include "absl/numeric/int128.h"

namespace fairpoint::base {
namespace {

using Shares = std::vector<int64_t>;

constexpr int64_t kMax = INT64_MAX;

TEST(SpreadByWeight, ExactlyByLargestRemainder) {
  const struct {
    const char* what;
    int64_t whole;
    Shares weights;
    Shares shares;
  } cases[] = {
      {"in proportion", 10, {1, 3, 1}, {2, 6, 2}},
      {"one line", 7, {3}, {7}},
      {"the largest remainder", 10, {1, 1, 2}, {3, 2, 5}},
      {"not the largest weight", 4, {5, 3, 3}, {2, 1, 1}},
      {"ties to the earlier", 2, {1, 1, 1}, {1, 1, 0}},
      {"ties to the earlier of many", 3, {2, 2, 2, 2}, {1, 1, 1, 0}},
      {"a later one with more", 1, {1, 2}, {0, 1}},
      {"nothing for a weight of zero", 5, {0, 1, 0, 1, 0}, {0, 3, 0, 2, 0}},
      {"less than one each", 1, {0, 1, 1}, {0, 1, 0}},
      {"nothing", 0, {1, 2}, {0, 0}},
      {"nothing over nothing", 0, {0, 0}, {0, 0}},
      {"no lines", 0, {}, {}},
      {"the greatest whole", kMax, {1, 1}, {kMax / 2 + 1, kMax / 2}},
      {"the greatest weight", 5, {kMax}, {5}},
      {"the greatest of both", kMax, {kMax - 1, 1}, {kMax - 1, 1}},
      {"the greatest of both, alone", kMax, {0, kMax}, {0, kMax}},
      {"one less than the weights", kMax - 1, {kMax - 1, 1}, {kMax - 2, 1}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(SpreadByWeight(c.whole, c.weights), c.shares) << c.what;
  }
}

TEST(PrefixShare, IsTheFloorOfWhatTheFirstUnitsHave) {
  EXPECT_EQ(PrefixShare(10, 0, 3), 0);
  EXPECT_EQ(PrefixShare(10, 1, 3), 3);
  EXPECT_EQ(PrefixShare(10, 2, 3), 6);
  EXPECT_EQ(PrefixShare(10, 3, 3), 10);
  EXPECT_EQ(PrefixShare(0, 2, 3), 0);
  EXPECT_EQ(PrefixShare(kMax, kMax, kMax), kMax);
  EXPECT_EQ(PrefixShare(kMax, kMax - 1, kMax), kMax - 1);
  EXPECT_EQ(PrefixShare(kMax, 1, 2), kMax / 2);
  EXPECT_EQ(PrefixShare(1, kMax - 1, kMax), 0);
}

// Small numbers, which tie, and any others.
rc::Gen<int64_t> Amounts(int64_t most) {
  return rc::gen::weightedOneOf<int64_t>(
      {{2, rc::gen::just<int64_t>(0)},
       {5, rc::gen::inRange<int64_t>(0, std::min<int64_t>(most, 12) + 1)},
       {2, rc::gen::resize(rc::kNominalSize, rc::gen::inRange<int64_t>(0, most))},
       {1, rc::gen::just(most)}});
}

RC_GTEST_PROP(SpreadByWeightProperty, IsExactFairAndNeverBelowZero, ()) {
  const auto count = *rc::gen::inRange<size_t>(1, 40);
  // So that their sum fits.
  const Shares weights = *rc::gen::container<Shares>(count, Amounts(kMax / 40));
  const absl::int128 sum = std::accumulate(weights.begin(), weights.end(), absl::int128(0));
  RC_PRE(sum > 0);
  const int64_t whole = *Amounts(kMax);
  const Shares shares = SpreadByWeight(whole, weights);
  RC_ASSERT(shares.size() == count);
  RC_ASSERT(std::accumulate(shares.begin(), shares.end(), absl::int128(0)) == whole);
  bool lifted_later = false;
  for (size_t i = count; i-- > 0;) {
    RC_ASSERT(shares[i] >= 0);
    if (weights[i] == 0) RC_ASSERT(shares[i] == 0);
    // |share - exact| < 1, in units of 1 / sum.
    const absl::int128 off = absl::int128(shares[i]) * sum - absl::int128(whole) * weights[i];
    RC_ASSERT(off < sum);
    RC_ASSERT(off > -sum);
    // Of equal weights an earlier one never has less.
    for (size_t j = 0; j < i; ++j) {
      if (weights[j] == weights[i]) RC_ASSERT(shares[j] >= shares[i]);
    }
    lifted_later = lifted_later || off > 0;
  }
  RC_CLASSIFY(lifted_later, "with remainders");
}

RC_GTEST_PROP(PrefixShareProperty, TheSharesOfAnySplitSumToTheWhole, ()) {
  const int64_t whole = *Amounts(kMax);
  const int64_t quantity = std::max<int64_t>(1, *Amounts(kMax));
  int64_t units = 0;
  absl::int128 sum = 0;
  while (units < quantity) {
    const int64_t left = quantity - units;
    const int64_t part = std::max({int64_t{1}, left / 30, *Amounts(left)});
    const int64_t share =
        PrefixShare(whole, units + part, quantity) - PrefixShare(whole, units, quantity);
    RC_ASSERT(share >= 0);
    // Less than one off what its units have.
    const absl::int128 whole_of_part = absl::int128(whole / quantity) * part;
    RC_ASSERT(share >= whole_of_part);
    RC_ASSERT(share <= whole_of_part + part);
    sum += share;
    units += part;
  }
  RC_ASSERT(sum == whole);
}

}  // namespace
}  // namespace fairpoint::base
