#include "audit/siphash.h"

#include <bit>
#include <cstring>
#include <random>

namespace fairpoint::audit {
namespace {

static_assert(std::endian::native == std::endian::little);

struct State {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void Absorb(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }

  uint64_t Squeeze() {
    for (int i = 0; i < 4; ++i) Round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

SipKey RandomSipKey() {
  std::random_device device;
  const auto word = [&device] { return (static_cast<uint64_t>(device()) << 32) | device(); };
  const uint64_t low = word();
  return {low, word()};
}

absl::uint128 SipHash128(const SipKey& key, std::string_view bytes) {
  State state{0x736f6d6570736575 ^ key.low, 0x646f72616e646f6d ^ key.high ^ 0xee,
              0x6c7967656e657261 ^ key.low, 0x7465646279746573 ^ key.high};
  const char* data = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, data += 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    state.Absorb(word);
  }
  uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, data, left);
  state.Absorb(tail | (static_cast<uint64_t>(bytes.size()) << 56));
  state.v2 ^= 0xee;
  const uint64_t low = state.Squeeze();
  state.v1 ^= 0xdd;
  return absl::MakeUint128(state.Squeeze(), low);
}

}  // namespace fairpoint::audit
