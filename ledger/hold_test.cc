#include "ledger/hold.h"

#include <gtest/gtest.h>

#include "base/sha256.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

TEST(HoldSlices, RoundTrip) {
  const std::vector<std::vector<HoldSlice>> all = {{},
                                                   {{1, Points{1}}},
                                                   {{7, Points{5}},
                                                    {3, Points{9'223'372'036'854'775'807}},
                                                    {9'223'372'036'854'775'807, Points{2}}}};
  for (const std::vector<HoldSlice>& slices : all) {
    std::vector<HoldSlice> back = {{99, Points{99}}};
    ASSERT_TRUE(DecodeSlices(EncodeSlices(slices), back));
    EXPECT_EQ(back, slices);
  }
}

// Stored for ever: these bytes may not change.
TEST(HoldSlices, Golden) {
  EXPECT_EQ(base::ToHex(EncodeSlices({})), "00000000");
  EXPECT_EQ(base::ToHex(EncodeSlices({{2, Points{300}}, {5, Points{1}}})),
            "00000002"
            "0000000000000002"
            "000000000000012c"
            "0000000000000005"
            "0000000000000001");
}

TEST(HoldSlices, AnythingElseIsRefused) {
  const std::string good = EncodeSlices({{2, Points{300}}, {5, Points{1}}});
  std::vector<HoldSlice> slices;
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(DecodeSlices(good.substr(0, length), slices)) << "cut to " << length;
  }
  EXPECT_FALSE(DecodeSlices(good + '\0', slices));
  std::string huge = good;
  huge[0] = '\xff';  // claims four thousand million slices: must fail by the bytes that are there
  EXPECT_FALSE(DecodeSlices(huge, slices));
}

TEST(HoldState, NamesAndNumbers) {
  EXPECT_EQ(Name(HoldState::kOpen), "open");
  EXPECT_EQ(Name(HoldState::kCaptured), "captured");
  EXPECT_EQ(Name(HoldState::kReleased), "released");
  EXPECT_EQ(Name(HoldState::kExpired), "expired");
  EXPECT_FALSE(IsKnown(HoldState{0}));
  EXPECT_FALSE(IsKnown(HoldState{5}));
  EXPECT_TRUE(IsKnown(HoldState{4}));
}

}  // namespace
}  // namespace fairpoint::ledger
