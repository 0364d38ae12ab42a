// The journal: per transaction one row that lists every append-only row it made. Each worker leases
// a lane and appends to it under that lane's row lock, so a lane has no gaps and stands in commit
// order: the feed for sealing, events and other servers' caches.
#ifndef FAIRPOINT_ENGINE_JOURNAL_H_
#define FAIRPOINT_ENGINE_JOURNAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::engine {

// The numbers are stored and hashed: never renumber.
enum class JournalTable : uint8_t {
  kEntry = 1,
  kMemberEvent = 2,
  kReceipt = 3,
  kProgramVersion = 4,
  kReversal = 5,
  kPlacement = 6,
  kOrderReturn = 7,
  kOrderClaim = 8,
  kPriceFact = 9,
  kOffer = 10,
  kChannelPromotion = 11,
  kFeedReport = 12,
  kPriceEvidence = 13,
  kPriceCredit = 14,
  kCreditSettlement = 15,
};

// One append-only row: where it is and the leaf hash of its canonical form.
struct JournalLeaf {
  JournalTable table{};
  std::string program_id;
  std::string key;  // member id, request id, order id, return id; empty for programme versions
  int64_t seq = 0;  // within the key; 0 where the key alone names the row
  base::Hash hash{};
  friend bool operator==(const JournalLeaf&, const JournalLeaf&) = default;
};

struct JournalRow {
  int64_t lane = 0;
  int64_t lane_seq = 0;  // 1, 2, 3 ... without gaps
  base::Instant recorded_at;
  std::string body;  // EncodeLeaves
  base::Hash prev_hash{};
  base::Hash hash{};
  friend bool operator==(const JournalRow&, const JournalRow&) = default;
};

// The row that its worker locks to append.
struct JournalLane {
  int64_t lane = 0;
  int64_t lane_seq = 0;
  base::Hash head_hash{};
  std::string owner;  // empty: free
  base::Instant lease_until;
  friend bool operator==(const JournalLane&, const JournalLane&) = default;
};

// The key of an offer for all SKUs of a channel: no SKU's.
std::string KeyOfChannel(std::string_view channel_id);
// The channel whose row it is: a promotion, a report of its feed, an offer for all its SKUs.
std::optional<std::string> ChannelOf(const JournalLeaf& leaf);

// How far a worker that can resume has read a lane: up to and with this row.
struct FeedCursor {
  std::string name;  // the worker's
  int64_t lane = 0;
  int64_t lane_seq = 0;
  friend bool operator==(const FeedCursor&, const FeedCursor&) = default;
};

std::string EncodeLeaves(const std::vector<JournalLeaf>& leaves);
// False for bytes that EncodeLeaves does not write.
bool DecodeLeaves(std::string_view body, std::vector<JournalLeaf>& leaves);

// Covers lane, lane_seq, recorded_at, the SHA-256 of the body and prev_hash.
base::Hash HashOf(const JournalRow& row);

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_JOURNAL_H_
