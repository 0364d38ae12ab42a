// An encoded message with holes: made once by generated code, filled by copying.
#ifndef FAIRPOINT_BENCH_TEMPLATE_H_
#define FAIRPOINT_BENCH_TEMPLATE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "bench/spread.h"

namespace fairpoint::bench {

// What stands in a message where ids go. Each has the length of what replaces it and occurs once at
// most.
inline const std::string kMemberHole(15, '\x01');
inline const std::string kRequestHole(kRequestIdChars, '\x02');
inline const std::string kOrderHole(kOrderIdChars, '\x03');

class Template {
 public:
  // Posting n is for order `first_order` + n.
  explicit Template(std::string encoded, uint64_t first_order = 0)
      : encoded_(std::move(encoded)),
        first_order_(first_order),
        member_at_(encoded_.find(kMemberHole)),
        request_at_(encoded_.find(kRequestHole)),
        order_at_(encoded_.find(kOrderHole)) {}

  size_t size() const { return encoded_.size(); }

  // Writes size() bytes. Posting `n` of a run with `salt`, for `member` (15 characters).
  void Fill(char* out, std::string_view member, uint64_t salt, uint64_t n) const {
    std::memcpy(out, encoded_.data(), encoded_.size());
    if (member_at_ != std::string::npos)
      std::memcpy(out + member_at_, member.data(), kMemberHole.size());
    if (request_at_ != std::string::npos) WriteRequestId(salt, n, out + request_at_);
    if (order_at_ != std::string::npos) WriteOrderId(first_order_ + n, out + order_at_);
  }

 private:
  std::string encoded_;
  uint64_t first_order_;
  size_t member_at_;
  size_t request_at_;
  size_t order_at_;
};

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_TEMPLATE_H_
