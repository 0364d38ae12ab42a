// What stays of offers and promotions that are over: the highest number that came, by name, so that
// no lower one ever stands again. 24 bytes each, and out of the way of prices.
#ifndef FAIRPOINT_PRICING_ENDED_NUMBERS_H_
#define FAIRPOINT_PRICING_ENDED_NUMBERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/canonical.h"

namespace fairpoint::pricing {

// Thread-compatible.
class EndedNumbers {
 public:
  // 16 bytes of the SHA-256 of the names.
  using Name = std::array<char, 16>;
  static Name NameOf(std::string_view channel_id, std::string_view id);

  // 0: there is none.
  int64_t NumberOf(const Name& name) const;
  void Put(const Name& name, int64_t number);
  void Erase(const Name& name);

  bool empty() const { return entries_.empty(); }
  size_t BytesUsed() const { return entries_.capacity() * sizeof(Entry); }
  void ShrinkToFit() { entries_.shrink_to_fit(); }

  void Write(base::CanonicalWriter& out) const;
  // False for what Write does not write.
  bool Read(base::CanonicalReader& in);

  friend bool operator==(const EndedNumbers&, const EndedNumbers&) = default;

 private:
  struct Entry {
    Name name{};
    int64_t number = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  std::vector<Entry>::const_iterator PlaceOf(const Name& name) const;

  std::vector<Entry> entries_;  // ascending by name
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_ENDED_NUMBERS_H_
