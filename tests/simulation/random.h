// A small generator whose numbers are the same everywhere and for ever: a seed is a test case
// (xoshiro256**, seeded by splitmix64).
#ifndef FAIRPOINT_TESTS_SIMULATION_RANDOM_H_
#define FAIRPOINT_TESTS_SIMULATION_RANDOM_H_

#include <array>
#include <cstdint>

namespace fairpoint::simulation {

class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  uint64_t Next() {
    const uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // 0 to count - 1; requires count > 0.
  int64_t Below(int64_t count) {
    return static_cast<int64_t>(Next() % static_cast<uint64_t>(count));
  }
  // low to high, both included.
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  bool Chance(int64_t in_million) { return Below(1'000'000) < in_million; }
  bool Percent(int64_t percent) { return Below(100) < percent; }
  template <class Container>
  auto& Pick(Container& of) {
    return of[static_cast<size_t>(Below(static_cast<int64_t>(of.size())))];
  }

 private:
  static uint64_t Rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::array<uint64_t, 4> state_{};
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_RANDOM_H_
