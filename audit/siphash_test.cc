#include "audit/siphash.h"

#include <string>

#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

// OpenSSL's SIPHASH with 16 bytes of output, key 00 01 .. 0f, over the bytes 00 01 .. (n-1).
TEST(SipHashTest, AgreesWithOpenSsl) {
  const struct {
    size_t bytes;
    uint64_t first;  // 8 bytes of the output, as they are printed
    uint64_t second;
  } kVectors[] = {
      {0, 0xA3817F04BA25A8E6, 0x6DF67214C7550293},  {1, 0xDA87C1D86B99AF44, 0x347659119B22FC45},
      {7, 0xA1F1EBBED8DBC153, 0xC0B84AA61FF08239},  {8, 0x3B62A9BA6258F561, 0x0F83E264F31497B4},
      {15, 0x5493E99933B0A811, 0x7E08EC0F97CFC3D9}, {16, 0x6EE2A4CA67B054BB, 0xFD3315BF85230577},
      {63, 0x5150D1772F50834A, 0x503E069A973FBD7C}, {64, 0x1EAF077DC0D4CD3F, 0x8CAD4D383658A74B},
      {100, 0x39732DD009BE1733, 0x8297C6358FE5E6D9}};
  const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  for (const auto& vector : kVectors) {
    std::string bytes;
    for (size_t i = 0; i < vector.bytes; ++i) bytes.push_back(static_cast<char>(i));
    const absl::uint128 hash = SipHash128(key, bytes);
    EXPECT_EQ(absl::Uint128Low64(hash), __builtin_bswap64(vector.first)) << vector.bytes;
    EXPECT_EQ(absl::Uint128High64(hash), __builtin_bswap64(vector.second)) << vector.bytes;
  }
}

TEST(SipHashTest, EveryRunHasAnotherKey) {
  const SipKey a = RandomSipKey();
  const SipKey b = RandomSipKey();
  EXPECT_FALSE(a.low == b.low && a.high == b.high);
}

}  // namespace
}  // namespace fairpoint::audit
