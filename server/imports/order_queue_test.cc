#include "server/imports/order_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <random>

namespace fairpoint::server::imports {
namespace {

TEST(OrderQueue, SendsOneOfAMemberAtATimeAndOthersMeanwhile) {
  OrderQueue queue({1, 1, 2, 1});
  EXPECT_EQ(queue.Next(), 0U);
  EXPECT_EQ(queue.Next(), 2U);
  EXPECT_EQ(queue.Next(), std::nullopt);
  queue.Finish(0);
  EXPECT_EQ(queue.Next(), 1U);
  EXPECT_EQ(queue.Next(), std::nullopt);
  queue.Retry(1);
  EXPECT_EQ(queue.Next(), 1U);
  queue.Finish(1);
  EXPECT_EQ(queue.Next(), 3U);
  queue.Finish(3);
  EXPECT_FALSE(queue.IsFinished());
  queue.Finish(2);
  EXPECT_TRUE(queue.IsFinished());
}

TEST(OrderQueue, LetsTheLastWaitForAllOthers) {
  OrderQueue queue({0, 1, 2, 3}, 2);
  EXPECT_EQ(queue.Next(), 0U);
  EXPECT_EQ(queue.Next(), 1U);
  EXPECT_EQ(queue.Next(), std::nullopt);
  queue.Finish(1);
  queue.Retry(0);
  EXPECT_EQ(queue.Next(), 0U);
  EXPECT_EQ(queue.Next(), std::nullopt);
  queue.Finish(0);
  EXPECT_EQ(queue.Next(), 2U);
  EXPECT_EQ(queue.Next(), 3U);
  OrderQueue all_last({0}, 0);
  EXPECT_EQ(all_last.Next(), 0U);
}

// Whatever fails and whenever: each is done once, those of a member in their order, never two at
// once.
RC_GTEST_PROP(OrderQueue, KeepsTheOrderOfEachMember, ()) {
  const auto members = *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, 5));
  // Decisions from a generator of its own: rapidcheck's begin with nothing but zeros.
  std::mt19937 random(*rc::gen::arbitrary<uint32_t>());
  const auto below = [&random](size_t end) { return random() % end; };
  OrderQueue queue(members);
  std::vector<size_t> under_way;
  std::map<uint32_t, size_t> last;
  std::map<uint32_t, int> at_once;
  size_t done = 0;
  while (!queue.IsFinished()) {
    const bool may_send = below(3) > 0 || under_way.empty();
    const auto next = may_send ? queue.Next() : std::nullopt;
    if (next.has_value()) {
      RC_ASSERT(++at_once[members[*next]] == 1);
      const auto before = last.find(members[*next]);
      const bool is_later = before == last.end() || before->second < *next;
      RC_ASSERT(is_later);
      under_way.push_back(*next);
      continue;
    }
    RC_ASSERT(!under_way.empty());
    const size_t picked = below(under_way.size());
    const size_t order = under_way[picked];
    under_way.erase(under_way.begin() + static_cast<ptrdiff_t>(picked));
    --at_once[members[order]];
    if (below(4) == 0) {
      queue.Retry(order);
    } else {
      queue.Finish(order);
      last.insert_or_assign(members[order], order);
      ++done;
    }
  }
  RC_ASSERT(done == members.size());
}

}  // namespace
}  // namespace fairpoint::server::imports
