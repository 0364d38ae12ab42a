#include "base/ids.h"

#include <array>

#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

TEST(Ids, AlphabetsAndLengths) {
  EXPECT_TRUE(IsProgramId("brand-1"));
  EXPECT_FALSE(IsProgramId("Brand"));
  EXPECT_FALSE(IsProgramId(""));
  EXPECT_FALSE(IsProgramId(std::string(33, 'a')));
  EXPECT_TRUE(IsRequestId("0123456789abcde_"));
  EXPECT_FALSE(IsRequestId("0123456789abcde"));
  EXPECT_TRUE(IsRequestId(std::string(64, 'Z')));
  EXPECT_FALSE(IsRequestId(std::string(65, 'Z')));
  EXPECT_FALSE(IsRequestId("0123456789abcdef."));
  EXPECT_TRUE(IsReference("ORD/2026:17"));
  EXPECT_FALSE(IsReference("two words"));
  EXPECT_FALSE(IsReference("café"));
  EXPECT_FALSE(IsReference(""));
}

TEST(Ids, MemberIdSpellsRandomBytes) {
  const std::array<uint8_t, kMemberIdRandomBytes> zeros{};
  EXPECT_EQ(MemberIdFromRandom(zeros).value(), "000000000000000");
  const std::array<uint8_t, kMemberIdRandomBytes> random{0xff, 0x00, 0x44, 0x32, 0x14,
                                                         0xc7, 0x42, 0x54, 0xb6, 0x35};
  const MemberId id = MemberIdFromRandom(random);
  EXPECT_TRUE(IsMemberId(id.value()));
  EXPECT_EQ(id.value().substr(0, 4), "ZW04");
}

TEST(Ids, EntryNameHasOneSpelling) {
  const EntryName name{MemberId("0123456789ABCDE"), 42};
  EXPECT_EQ(ToString(name), "0123456789ABCDE.42");
  EXPECT_EQ(ParseEntryName("0123456789ABCDE.42"), name);
  for (const char* bad : {"0123456789ABCDE.042", "0123456789ABCDE.+42", "0123456789ABCDE.0",
                          "0123456789ABCDE.-1", "0123456789ABCDE.", "0123456789ABCDI.42",
                          "0123456789ABCDE.42x", "0123456789ABCDE.9223372036854775808", ""}) {
    EXPECT_FALSE(ParseEntryName(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace fairpoint::base
