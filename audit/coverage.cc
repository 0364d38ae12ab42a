#include "audit/coverage.h"

#include <algorithm>
#include <cstring>

namespace fairpoint::audit {
namespace {

constexpr size_t kBeyondLanesMax = 4096;

// Fixed-width fields first, then the texts with their lengths: injective.
class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) { out_.clear(); }
  Packer& Byte(uint8_t byte) {
    out_.push_back(static_cast<char>(byte));
    return *this;
  }
  Packer& Number(int64_t number) {
    char bytes[sizeof(number)];
    std::memcpy(bytes, &number, sizeof(number));
    out_.append(bytes, sizeof(bytes));
    return *this;
  }
  Packer& Text(std::string_view text) {
    Number(static_cast<int64_t>(text.size()));
    out_.append(text);
    return *this;
  }

 private:
  std::string& out_;
};

}  // namespace

Coverage::Coverage(const std::vector<engine::JournalLane>& lanes, size_t sums_max, SipKey key)
    : key_(key) {
  for (const engine::JournalLane& lane : lanes)
    lanes_.push_back({lane.lane, std::max<int64_t>(lane.lane_seq, 0), 0});
  std::ranges::sort(lanes_, {}, &Lane::lane);
  for (Lane& lane : lanes_) {
    lane.offset = positions_;
    positions_ += lane.head;
  }
  const auto sums_wanted = static_cast<int64_t>(sums_max);
  stretch_ = std::max<int64_t>((positions_ + sums_wanted - 1) / sums_wanted, 1);
  const auto sums = static_cast<size_t>((positions_ + stretch_ - 1) / stretch_);
  rows_.resize(sums);
  made_.resize(sums);
  scratch_.reserve(256);
}

std::optional<size_t> Coverage::SumOf(int64_t lane, int64_t lane_seq) const {
  const auto found = std::ranges::lower_bound(lanes_, lane, {}, &Lane::lane);
  if (found == lanes_.end() || found->lane != lane || lane_seq < 1 || lane_seq > found->head)
    return std::nullopt;
  return static_cast<size_t>((found->offset + lane_seq - 1) / stretch_);
}

std::vector<Coverage::Stretch> Coverage::StretchesOf(size_t sum) const {
  const int64_t first = static_cast<int64_t>(sum) * stretch_;
  const int64_t end = std::min(first + stretch_, positions_);
  std::vector<Stretch> stretches;
  for (const Lane& lane : lanes_) {
    const int64_t from = std::max(first, lane.offset);
    const int64_t until = std::min(end, lane.offset + lane.head);
    if (from < until) stretches.push_back({lane.lane, from - lane.offset + 1, until - lane.offset});
  }
  return stretches;
}

void Coverage::Add(const LeafRef& leaf, int sign) {
  const std::optional<size_t> sum = SumOf(leaf.lane, leaf.lane_seq);
  if (!sum) return NoteBeyond(leaf);
  Packer(scratch_)
      .Byte(1)
      .Byte(static_cast<uint8_t>(leaf.table))
      .Number(leaf.lane)
      .Number(leaf.lane_seq)
      .Number(leaf.seq)
      .Text(base::AsBytes(leaf.hash))
      .Text(leaf.program_id)
      .Text(leaf.key);
  const absl::uint128 hash = SipHash128(key_, scratch_);
  rows_[*sum] += sign > 0 ? hash : -hash;
}

void Coverage::Add(const MadeRef& made, int sign) {
  const std::optional<size_t> sum = SumOf(made.lane, made.lane_seq);
  if (!sum) return;
  Packer(scratch_)
      .Byte(2)
      .Byte(static_cast<uint8_t>(made.table))
      .Number(made.lane)
      .Number(made.lane_seq)
      .Number(made.first_seq)
      .Number(made.count)
      .Text(made.program_id)
      .Text(made.member_id)
      .Text(made.request_id);
  const absl::uint128 hash = SipHash128(key_, scratch_);
  made_[*sum] += sign > 0 ? hash : -hash;
}

void Coverage::NoteBeyond(const LeafRef& leaf) {
  const auto found = beyond_.find(leaf.lane);
  // A position below 1 is nowhere: it is kept in favour of any that may yet turn out to exist.
  const bool impossible = leaf.lane_seq < 1;
  if (found != beyond_.end()) {
    const int64_t known = found->second.lane_seq;
    if (known < 1 || (!impossible && known >= leaf.lane_seq)) return;
  } else if (beyond_.size() >= kBeyondLanesMax) {
    beyond_overflowed_ = true;
    return;
  }
  beyond_.insert_or_assign(leaf.lane,
                           Beyond{leaf.lane_seq, leaf.table, std::string(leaf.program_id),
                                  std::string(leaf.key), leaf.seq});
}

std::vector<size_t> Coverage::NotZero(const std::vector<absl::uint128>& sums) {
  std::vector<size_t> found;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] != 0) found.push_back(i);
  }
  return found;
}

}  // namespace fairpoint::audit
