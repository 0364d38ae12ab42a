// Numbers that look random, are cheap and repeat for a given salt: which member a posting is for,
// and ids that no run gives twice.
#ifndef FAIRPOINT_BENCH_SPREAD_H_
#define FAIRPOINT_BENCH_SPREAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace fairpoint::bench {

// A bijection (SplitMix64's finalizer).
constexpr uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Not exactly even, by less than `count` in 2^64.
constexpr size_t Pick(uint64_t salt, uint64_t n, size_t count) {
  return static_cast<size_t>(Mix(salt ^ Mix(n)) % count);
}

inline constexpr size_t kRequestIdChars = 32;

// Writes a request id: as scattered over an index as a random UUID, which is what callers use. Two
// numbers under one salt never get the same id.
inline void WriteRequestId(uint64_t salt, uint64_t n, char* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  uint64_t high = Mix(salt + n);
  uint64_t low = Mix(~salt + n);
  for (size_t i = 0; i < kRequestIdChars / 2; ++i, high >>= 4, low >>= 4) {
    out[i] = kDigits[high & 15];
    out[i + kRequestIdChars / 2] = kDigits[low & 15];
  }
}

inline std::string RequestIdOf(uint64_t salt, uint64_t n) {
  std::string id(kRequestIdChars, ' ');
  WriteRequestId(salt, n, id.data());
  return id;
}

inline constexpr size_t kOrderIdChars = 16;

// "R000000000001234": they rise, as order numbers do.
inline void WriteOrderId(uint64_t n, char* out) {
  for (size_t i = kOrderIdChars; i-- > 1; n /= 10) out[i] = static_cast<char>('0' + n % 10);
  out[0] = 'R';
}
inline std::string OrderIdOf(uint64_t n) {
  std::string id(kOrderIdChars, ' ');
  WriteOrderId(n, id.data());
  return id;
}
// The first order of a run: no two orders have one number, of whichever run.
constexpr uint64_t FirstOrderOf(uint64_t salt) { return Mix(salt) % 900'000'000'000'000; }

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_SPREAD_H_
