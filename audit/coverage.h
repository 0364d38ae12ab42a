// Whether the journal and the append-only rows hold the same, in memory that does not grow with
// history.
//
// Each row and each leaf is hashed under a key drawn for this run and added into one of a fixed
// number of sums: rows count up, leaves count down. A sum that is zero at the end holds the same
// rows as leaves (they could differ with chance 2^-128: nobody who writes the rows knows the key).
// The sums divide the journal's positions, lane by lane, into stretches of equal length; so the
// first sum that is not zero tells where the journal must be read again to name the row.
//
// Only positions up to the lanes' heads as they were when the run began are compared: what stands
// there never changes again, however much the server writes meanwhile. Where rows claim to stand
// beyond is remembered per lane, to be compared with the heads at the end.
//
// The same is done for what receipts say they made and what rows say made them, and for movements
// between members, of which each has a row of its own: one counts up, the other down. Not
// thread-safe.
#ifndef FAIRPOINT_AUDIT_COVERAGE_H_
#define FAIRPOINT_AUDIT_COVERAGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "audit/siphash.h"
#include "base/sha256.h"
#include "engine/store.h"

namespace fairpoint::audit {

// A row of an append-only table as the journal names it, and where the journal has it. Views are
// used during the call only.
struct LeafRef {
  engine::JournalTable table{};
  std::string_view program_id;
  std::string_view key;
  int64_t seq = 0;
  base::Hash hash{};
  int64_t lane = 0;
  int64_t lane_seq = 0;
};

// The rows that one request made: `count` of them from `first_seq` on.
struct MadeRef {
  engine::JournalTable table{};
  std::string_view program_id;
  std::string_view member_id;  // empty for programme versions and rows of orders
  std::string_view request_id;
  int64_t first_seq = 0;
  int64_t count = 0;
  int64_t lane = 0;
  int64_t lane_seq = 0;
};

// A movement between two members, the same for both of their rows (audit/pairs.h).
struct PairRef {
  int64_t what = 0;  // which kinds of row, and which accounts
  std::string_view program_id;
  std::string_view giver_id;
  std::string_view taker_id;
  std::string_view request_id;
  int64_t giver_seq = 0;
  int64_t taker_seq = 0;
  int64_t points = 0;
  int64_t lane = 0;
  int64_t lane_seq = 0;
  friend bool operator==(const PairRef&, const PairRef&) = default;
};

class Coverage {
 public:
  // Positions [first, last] of a lane.
  struct Stretch {
    int64_t lane = 0;
    int64_t first = 0;
    int64_t last = 0;
  };
  // The row that claims the furthest position past its lane's head, as that was at the beginning.
  struct Beyond {
    int64_t lane_seq = 0;
    engine::JournalTable table{};
    std::string program_id;
    std::string key;
    int64_t seq = 0;
  };

  // `lanes` as they stand before anything else is read. Requires sums_max > 0.
  Coverage(const std::vector<engine::JournalLane>& lanes, size_t sums_max, SipKey key);

  // `leaf.hash` is recomputed from the row.
  void AddRow(const LeafRef& leaf) { Add(leaf, +1); }
  void AddLeaf(const LeafRef& leaf) { Add(leaf, -1); }
  // Takes back what AddRow or AddLeaf added: a difference that has been reported.
  void ForgetRow(const LeafRef& leaf) { Add(leaf, -1); }
  void ForgetLeaf(const LeafRef& leaf) { Add(leaf, +1); }

  // As rows say.
  void AddMade(const MadeRef& made) { Add(made, +1); }
  // As its receipt says.
  void AddReceipt(const MadeRef& made) { Add(made, -1); }

  void AddGiven(const PairRef& pair) { Add(pair, +1); }
  void AddTaken(const PairRef& pair) { Add(pair, -1); }

  // Which sum a position belongs to; nothing for positions that are not compared.
  std::optional<size_t> SumOf(int64_t lane, int64_t lane_seq) const;
  std::vector<Stretch> StretchesOf(size_t sum) const;
  // Ascending.
  std::vector<size_t> SumsThatDiffer() const { return NotZero(rows_); }
  std::vector<size_t> SumsWhoseReceiptsDiffer() const { return NotZero(made_); }
  std::vector<size_t> SumsWhosePairsDiffer() const { return NotZero(pairs_); }
  bool Differs(size_t sum) const { return rows_[sum] != 0; }

  // By lane. Lanes that did not exist at the beginning are here too.
  const std::map<int64_t, Beyond>& beyond() const { return beyond_; }
  // More lanes were claimed than could be remembered: not one of them exists.
  bool beyond_overflowed() const { return beyond_overflowed_; }

 private:
  struct Lane {
    int64_t lane = 0;
    int64_t head = 0;
    int64_t offset = 0;  // positions of the lanes before it
  };

  void Add(const LeafRef& leaf, int sign);
  void Add(const MadeRef& made, int sign);
  void Add(const PairRef& pair, int sign);
  void NoteBeyond(const LeafRef& leaf);
  static std::vector<size_t> NotZero(const std::vector<absl::uint128>& sums);

  const SipKey key_;
  std::vector<Lane> lanes_;  // ascending
  int64_t positions_ = 0;
  int stretch_shift_ = 0;  // 2^this positions a sum
  std::vector<absl::uint128> rows_;
  std::vector<absl::uint128> made_;
  std::vector<absl::uint128> pairs_;
  std::map<int64_t, Beyond> beyond_;
  bool beyond_overflowed_ = false;
  std::string scratch_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_COVERAGE_H_
