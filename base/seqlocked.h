// A small value that one thread may replace while others read it, without a lock.
#ifndef FAIRPOINT_BASE_SEQLOCKED_H_
#define FAIRPOINT_BASE_SEQLOCKED_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace fairpoint::base {

// Thread-safe. The words are atomic, and a count is odd while they are written: who reads sees the
// same even count before and after, or nothing. (Boehm, "Can seqlocks get along with programming
// language memory models?", 2012.)
template <class Value>
class SeqLocked {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  // False: nothing was stored, or it is being written.
  bool Load(Value& value) const {
    const uint64_t before = count_.load(std::memory_order_acquire);
    if (before == 0 || before % 2 != 0) return false;
    Words words;
    for (size_t i = 0; i < words.size(); ++i) words[i] = words_[i].load(std::memory_order_acquire);
    if (count_.load(std::memory_order_relaxed) != before) return false;
    std::memcpy(static_cast<void*>(&value), words.data(), sizeof(value));
    return true;
  }

  // Not stored where another thread is storing.
  void Store(const Value& value) {
    uint64_t before = count_.load(std::memory_order_relaxed);
    if (before % 2 != 0 ||
        !count_.compare_exchange_strong(before, before + 1, std::memory_order_acquire))
      return;
    Words words{};
    std::memcpy(words.data(), &value, sizeof(value));
    for (size_t i = 0; i < words.size(); ++i) words_[i].store(words[i], std::memory_order_release);
    count_.store(before + 2, std::memory_order_release);
  }

 private:
  using Words = std::array<uint64_t, (sizeof(Value) + sizeof(uint64_t) - 1) / sizeof(uint64_t)>;
  std::atomic<uint64_t> count_{0};
  std::array<std::atomic<uint64_t>, std::tuple_size_v<Words>> words_{};
};

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_SEQLOCKED_H_
