#include "base/seqlocked.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace fairpoint::base {
namespace {

struct Three {
  int64_t one = 0, two = 0;
  int32_t three = 0;
};

TEST(SeqLocked, HasNothingBeforeItIsStored) {
  SeqLocked<Three> value;
  Three read{7, 7, 7};
  EXPECT_FALSE(value.Load(read));
  EXPECT_EQ(read.one, 7);
  value.Store({1, 2, 3});
  ASSERT_TRUE(value.Load(read));
  EXPECT_EQ(read.one, 1);
  EXPECT_EQ(read.two, 2);
  EXPECT_EQ(read.three, 3);
}

// Two write while two read: nobody sees parts of two values.
TEST(SeqLocked, IsReadWhole) {
  constexpr int64_t kWrites = 200'000;
  SeqLocked<Three> value;
  std::atomic<int> writing = 2;
  std::atomic<int64_t> reads = 0;
  std::atomic<bool> torn = false;
  std::vector<std::thread> threads;
  for (int64_t sign : {1, -1}) {
    threads.emplace_back([&, sign] {
      for (int64_t n = 1; n <= kWrites; ++n)
        value.Store({sign * n, sign * n * 3, static_cast<int32_t>(sign * n)});
      --writing;
    });
    threads.emplace_back([&] {
      Three read;
      do {
        if (!value.Load(read)) continue;
        ++reads;
        if (read.two != read.one * 3 || read.three != read.one) torn = true;
      } while (writing > 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(torn);
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace fairpoint::base
