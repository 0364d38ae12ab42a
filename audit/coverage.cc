#include "audit/coverage.h"

#include <algorithm>
#include <cstring>

namespace fairpoint::audit {
namespace {

constexpr size_t kBeyondLanesMax = 4096;
// More than anybody writes; heads that were tampered with may say more, and must not overflow sums.
constexpr int64_t kPositionsMax = int64_t{1} << 61;

// What is hashed: numbers, the lengths of the texts among them, then the texts. Injective.
class Packer {
 public:
  Packer(std::string& out, size_t bytes) : out_(out) { out.resize(bytes); }

  Packer& Number(int64_t number) {
    std::memcpy(out_.data() + size_, &number, sizeof(number));
    size_ += sizeof(number);
    return *this;
  }
  Packer& Bytes(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(out_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return *this;
  }

 private:
  std::string& out_;
  size_t size_ = 0;
};

constexpr size_t kNumberBytes = sizeof(int64_t);

// What is hashed, its table and the lengths of all texts but the last, in one number. Texts are
// shorter than 2^24.
int64_t Header(uint8_t what, engine::JournalTable table, size_t text, size_t next_text) {
  return static_cast<int64_t>((uint64_t{text} << 40) | (uint64_t{next_text} << 16) |
                              (uint64_t{what} << 8) | static_cast<uint64_t>(table));
}

}  // namespace

Coverage::Coverage(const std::vector<engine::JournalLane>& lanes, size_t sums_max, SipKey key)
    : key_(key) {
  for (const engine::JournalLane& lane : lanes)
    lanes_.push_back({lane.lane, std::max<int64_t>(lane.lane_seq, 0), 0});
  std::ranges::sort(lanes_, {}, &Lane::lane);
  for (Lane& lane : lanes_) {
    lane.head = std::min(lane.head, kPositionsMax - positions_);
    lane.offset = positions_;
    positions_ += lane.head;
  }
  const auto sums_wanted = static_cast<int64_t>(sums_max);
  while ((positions_ >> stretch_shift_) >= sums_wanted) ++stretch_shift_;
  const auto sums = static_cast<size_t>((positions_ >> stretch_shift_) + 1);
  rows_.resize(sums);
  made_.resize(sums);
  pairs_.resize(sums);
  scratch_.reserve(256);
}

std::optional<size_t> Coverage::SumOf(int64_t lane, int64_t lane_seq) const {
  const auto found = std::ranges::lower_bound(lanes_, lane, {}, &Lane::lane);
  if (found == lanes_.end() || found->lane != lane || lane_seq < 1 || lane_seq > found->head)
    return std::nullopt;
  return static_cast<size_t>((found->offset + lane_seq - 1) >> stretch_shift_);
}

std::vector<Coverage::Stretch> Coverage::StretchesOf(size_t sum) const {
  const int64_t first = static_cast<int64_t>(sum) << stretch_shift_;
  const int64_t end = std::min(first + (int64_t{1} << stretch_shift_), positions_);
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
  Packer(scratch_, 4 * kNumberBytes + sizeof(leaf.hash) + leaf.program_id.size() + leaf.key.size())
      .Number(Header(1, leaf.table, leaf.program_id.size(), leaf.key.size()))
      .Number(leaf.lane)
      .Number(leaf.lane_seq)
      .Number(leaf.seq)
      .Bytes(base::AsBytes(leaf.hash))
      .Bytes(leaf.program_id)
      .Bytes(leaf.key);
  const absl::uint128 hash = SipHash128(key_, scratch_);
  rows_[*sum] += sign > 0 ? hash : -hash;
}

void Coverage::Add(const MadeRef& made, int sign) {
  const std::optional<size_t> sum = SumOf(made.lane, made.lane_seq);
  if (!sum) return;
  Packer(scratch_,
         5 * kNumberBytes + made.program_id.size() + made.member_id.size() + made.request_id.size())
      .Number(Header(2, made.table, made.program_id.size(), made.member_id.size()))
      .Number(made.lane)
      .Number(made.lane_seq)
      .Number(made.first_seq)
      .Number(made.count)
      .Bytes(made.program_id)
      .Bytes(made.member_id)
      .Bytes(made.request_id);
  const absl::uint128 hash = SipHash128(key_, scratch_);
  made_[*sum] += sign > 0 ? hash : -hash;
}

void Coverage::Add(const PairRef& pair, int sign) {
  const std::optional<size_t> sum = SumOf(pair.lane, pair.lane_seq);
  if (!sum) return;
  Packer(scratch_, 8 * kNumberBytes + pair.program_id.size() + pair.giver_id.size() +
                       pair.taker_id.size() + pair.request_id.size())
      .Number(Header(3, engine::JournalTable{}, pair.program_id.size(), pair.giver_id.size()))
      .Number(static_cast<int64_t>(pair.taker_id.size()))
      .Number(pair.what)
      .Number(pair.lane)
      .Number(pair.lane_seq)
      .Number(pair.giver_seq)
      .Number(pair.taker_seq)
      .Number(pair.points)
      .Bytes(pair.program_id)
      .Bytes(pair.giver_id)
      .Bytes(pair.taker_id)
      .Bytes(pair.request_id);
  const absl::uint128 hash = SipHash128(key_, scratch_);
  pairs_[*sum] += sign > 0 ? hash : -hash;
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
