// Numbers of a row before anything is computed from them: any may stand in a row that somebody
// rewrote.
#ifndef FAIRPOINT_AUDIT_NUMBERS_H_
#define FAIRPOINT_AUDIT_NUMBERS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "audit/findings.h"

namespace fairpoint::audit {

// Says which of them no row can have.
class Numbers {
 public:
  using Say = std::function<void(std::string what, std::string expected, std::string found)>;

  explicit Numbers(Say say) : say_(std::move(say)) {}

  // The parts of the number's name follow it.
  template <class... Name>
  void AtLeast(int64_t least, absl::int128 number, const Name&... name) {
    if (number >= least) return;
    ok_ = false;
    say_(absl::StrCat(name...), absl::StrCat("at least ", least), Shown(number));
  }
  template <class... Name>
  void AtMost(int64_t most, absl::int128 number, const Name&... name) {
    if (number <= most) return;
    ok_ = false;
    say_(absl::StrCat(name...), absl::StrCat("at most ", most), Shown(number));
  }
  // All were in their range.
  bool ok() const { return ok_; }

 private:
  const Say say_;
  bool ok_ = true;
};

// The nearest number that a column can hold.
inline int64_t Pinned(absl::int128 number) {
  constexpr absl::int128 kLeast = std::numeric_limits<int64_t>::min();
  constexpr absl::int128 kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp(number, kLeast, kMost));
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_NUMBERS_H_
