#include "base/leaf_hashes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fairpoint::base {
namespace {

void OneByOne(std::span<const std::string> rows, std::span<Hash> hashes) {
  for (size_t i = 0; i < rows.size(); ++i) hashes[i] = LeafHash(rows[i]);
}

}  // namespace

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

namespace {

constexpr size_t kLanes = 8;
constexpr size_t kBlockBytes = 64;
// Longer rows would hold up the lanes beside them.
constexpr size_t kLongestRowBytes = 2048 - 1 - 9;  // less the prefix, and the padding's least
constexpr size_t kPaddedBytes = 2048;

// FIPS 180-4, 4.2.2 and 5.3.3.
constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
constexpr uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// One message on its way through a lane: padded, with how far it is.
struct Message {
  size_t index = 0;  // of the row
  size_t next_block = 0;
  size_t blocks = 0;  // 0: the lane is empty
  alignas(32) std::array<char, kPaddedBytes> padded;
};

void Load(size_t index, const std::string& row, Message& message) {
  const size_t bytes = 1 + row.size();
  message.index = index;
  message.next_block = 0;
  message.blocks = (bytes + 9 + kBlockBytes - 1) / kBlockBytes;
  const size_t end = message.blocks * kBlockBytes;
  char* const out = message.padded.data();
  out[0] = '\0';
  std::memcpy(out + 1, row.data(), row.size());
  std::memset(out + bytes, 0, end - bytes);
  out[bytes] = static_cast<char>(0x80);
  const uint64_t bits = __builtin_bswap64(uint64_t{bytes} * 8);
  std::memcpy(out + end - 8, &bits, 8);
}

// One word of each lane.
using Words = std::array<uint32_t, kLanes>;
using State = std::array<Words, 8>;

// Only what is compiled for AVX2 by intent stands between the pragmas: no templates, whose copies
// the linker might give to others.
#pragma GCC push_options
#pragma GCC target("avx2")

typedef uint32_t Vector __attribute__((vector_size(4 * kLanes)));

#define FAIRPOINT_ROTATE(x, by) (((x) >> (by)) | ((x) << (32 - (by))))

// Compresses a block of each lane into the lane's state, which is 8 words of each lane.
void Compress(const char* const* blocks, void* state) {
  Vector schedule[16];
#pragma GCC unroll 16
  for (size_t t = 0; t < 16; ++t) {
#pragma GCC unroll 8
    for (size_t lane = 0; lane < kLanes; ++lane) {
      uint32_t word;
      __builtin_memcpy(&word, blocks[lane] + 4 * t, 4);
      schedule[t][lane] = __builtin_bswap32(word);
    }
  }
  Vector before[8];
  __builtin_memcpy(before, state, sizeof(before));
  Vector a = before[0], b = before[1], c = before[2], d = before[3];
  Vector e = before[4], f = before[5], g = before[6], h = before[7];
#pragma GCC unroll 64
  for (size_t t = 0; t < 64; ++t) {
    Vector& w = schedule[t % 16];
    if (t >= 16) {
      const Vector w15 = schedule[(t + 1) % 16];
      const Vector w2 = schedule[(t + 14) % 16];
      w += (FAIRPOINT_ROTATE(w15, 7) ^ FAIRPOINT_ROTATE(w15, 18) ^ (w15 >> 3)) +
           schedule[(t + 9) % 16] +
           (FAIRPOINT_ROTATE(w2, 17) ^ FAIRPOINT_ROTATE(w2, 19) ^ (w2 >> 10));
    }
    const Vector t1 = h +
                      (FAIRPOINT_ROTATE(e, 6) ^ FAIRPOINT_ROTATE(e, 11) ^ FAIRPOINT_ROTATE(e, 25)) +
                      (g ^ (e & (f ^ g))) + kRound[t] + w;
    const Vector t2 = (FAIRPOINT_ROTATE(a, 2) ^ FAIRPOINT_ROTATE(a, 13) ^ FAIRPOINT_ROTATE(a, 22)) +
                      ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const Vector after[8] = {before[0] + a, before[1] + b, before[2] + c, before[3] + d,
                           before[4] + e, before[5] + f, before[6] + g, before[7] + h};
  __builtin_memcpy(state, after, sizeof(after));
}

#undef FAIRPOINT_ROTATE
#pragma GCC pop_options

void SideBySide(std::span<const std::string> rows, std::span<Hash> hashes) {
  std::array<Message, kLanes> messages;
  std::array<const char*, kLanes> blocks;
  State state{};
  size_t next = 0;
  size_t busy = 0;
  const auto refill = [&](size_t lane) {
    while (next < rows.size() && rows[next].size() > kLongestRowBytes) {
      hashes[next] = LeafHash(rows[next]);
      ++next;
    }
    messages[lane].blocks = 0;
    // An empty lane works on whatever stands in it; nobody looks at what comes out.
    blocks[lane] = messages[lane].padded.data();
    if (next == rows.size()) return;
    Load(next, rows[next], messages[lane]);
    ++next;
    ++busy;
    for (size_t i = 0; i < 8; ++i) state[i][lane] = kInitial[i];
  };
  for (size_t lane = 0; lane < kLanes; ++lane) {
    messages[lane].padded.fill(0);
    refill(lane);
  }
  while (busy > 0) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if (messages[lane].blocks > 0)
        blocks[lane] = messages[lane].padded.data() + messages[lane].next_block * kBlockBytes;
    }
    Compress(blocks.data(), &state);
    for (size_t lane = 0; lane < kLanes; ++lane) {
      Message& message = messages[lane];
      if (message.blocks == 0 || ++message.next_block < message.blocks) continue;
      for (size_t i = 0; i < 8; ++i) {
        const uint32_t word = __builtin_bswap32(state[i][lane]);
        std::memcpy(hashes[message.index].data() + 4 * i, &word, 4);
      }
      --busy;
      refill(lane);
    }
  }
}

// CPUID leaf 7, EBX bit 29. libcrypto uses them then, and one message after the other is fastest.
bool HasShaInstructions() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0));
  if (a < 7) return false;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
  return (b >> 29 & 1) != 0;
}

}  // namespace

bool HashesSideBySide() {
  static const bool side_by_side = __builtin_cpu_supports("avx2") && !HasShaInstructions();
  return side_by_side;
}

void LeafHashes(std::span<const std::string> rows, std::span<Hash> hashes) {
  // Below this the empty lanes cost more than they save.
  if (rows.size() < 4 || !HashesSideBySide()) return OneByOne(rows, hashes);
  SideBySide(rows, hashes);
}

#else

bool HashesSideBySide() { return false; }
void LeafHashes(std::span<const std::string> rows, std::span<Hash> hashes) {
  OneByOne(rows, hashes);
}

#endif

}  // namespace fairpoint::base
