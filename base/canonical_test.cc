#include "base/canonical.h"

#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

TEST(Canonical, NumbersAreBigEndianAndFixedWidth) {
  CanonicalWriter out;
  out.U8(1).U32(0x01020304).I64(-2);
  EXPECT_EQ(out.bytes(), std::string("\x01\x01\x02\x03\x04\xff\xff\xff\xff\xff\xff\xff\xfe", 13));
}

TEST(Canonical, AbsentDiffersFromZeroAndEmptyBytesFromNothing) {
  EXPECT_NE(CanonicalWriter().OptionalI64(std::nullopt).bytes(),
            CanonicalWriter().OptionalI64(0).bytes());
  EXPECT_NE(CanonicalWriter().Bytes("").bytes(), CanonicalWriter().bytes());
}

TEST(Canonical, NeighbouringBytesDoNotRunTogether) {
  EXPECT_NE(CanonicalWriter().Bytes("ab").Bytes("c").bytes(),
            CanonicalWriter().Bytes("a").Bytes("bc").bytes());
}

TEST(Canonical, ReaderReadsWhatWriterWrote) {
  CanonicalWriter out;
  out.U8(7).U32(8).I64(-9).Bytes("ten").Fixed("11");
  CanonicalReader in(out.bytes());
  EXPECT_EQ(in.U8(), 7);
  EXPECT_EQ(in.U32(), 8U);
  EXPECT_EQ(in.I64(), -9);
  EXPECT_EQ(in.Bytes(), "ten");
  EXPECT_EQ(in.Fixed(2), "11");
  EXPECT_TRUE(in.ok() && in.AtEnd());
}

TEST(Canonical, ReaderStopsAtMalformedLength) {
  CanonicalReader in(std::string_view("\x00\x00\x00\x09only", 8));
  EXPECT_EQ(in.Bytes(), "");
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.I64(), 0);
}

}  // namespace
}  // namespace fairpoint::base
