#include "engine/reversal.h"

#include <gtest/gtest.h>

#include <set>

namespace fairpoint::engine {
namespace {

Reversal Sample() {
  return {.program_id = base::ProgramId("brand"),
          .member_id = base::MemberId("0123456789ABCDE"),
          .txn_seq = 1,
          .by_txn_seq = 2};
}

TEST(Reversal, HashCoversEveryField) {
  std::set<base::Hash> hashes = {HashOf(Sample())};
  Reversal changed = Sample();
  changed.program_id = base::ProgramId("brane");
  EXPECT_TRUE(hashes.insert(HashOf(changed)).second);
  changed = Sample();
  changed.member_id = base::MemberId("0123456789ABCDF");
  EXPECT_TRUE(hashes.insert(HashOf(changed)).second);
  changed = Sample();
  changed.txn_seq = 2;
  EXPECT_TRUE(hashes.insert(HashOf(changed)).second);
  changed = Sample();
  changed.by_txn_seq = 1;
  EXPECT_TRUE(hashes.insert(HashOf(changed)).second);
}

TEST(Reversal, HashLeavesOutTheJournalsPlace) {
  Reversal elsewhere = Sample();
  elsewhere.lane = 2;
  elsewhere.lane_seq = 3;
  EXPECT_EQ(HashOf(elsewhere), HashOf(Sample()));
}

}  // namespace
}  // namespace fairpoint::engine
