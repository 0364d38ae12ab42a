#include "bench/posting_rows.h"

#include <cstring>

#include "base/sha256.h"
#include "bench/spread.h"

namespace fairpoint::bench {
namespace {

constexpr int64_t kDayMicros = 86'400 * base::kMicrosPerSecond;
constexpr size_t kFieldsOfEarnPoints = 5;  // program_id, member, points, order_id, store_id

// The end of a month, about a year ahead: the same for all, as it is with a programme's rule.
base::Instant ExpiryAfter(base::Instant now) {
  return {(now.micros / (30 * kDayMicros) + 13) * 30 * kDayMicros};
}

base::Hash Noise(uint64_t n) {
  base::Hash hash{};
  for (size_t i = 0; i < hash.size(); i += sizeof(uint64_t)) {
    const uint64_t mixed = Mix(n + i);
    std::memcpy(hash.data() + i, &mixed, sizeof mixed);
  }
  return hash;
}

}  // namespace

ledger::Member NewMember(const std::string& member_id, base::Instant now) {
  ledger::Member member;
  member.program_id = base::ProgramId("bench");
  member.member_id = base::MemberId(member_id);
  member.event_seq = 1;
  member.last_recorded_at = now;
  member.created_at = now;
  return member;
}

PostingRows Post(uint64_t salt, uint64_t n, base::Instant now, bool hashed,
                 ledger::Member& member) {
  constexpr base::Points kPoints{120};
  PostingRows rows;
  ledger::Entry& entry = rows.entry;
  entry.program_id = member.program_id;
  entry.member_id = member.member_id;
  entry.seq = entry.txn_seq = entry.lot_seq = ++member.entry_seq;
  entry.kind = ledger::EntryKind::kEarn;
  entry.from = ledger::Account::kIssued;
  entry.to = ledger::Account::kAvailable;
  entry.points = kPoints;
  entry.expires_at = ExpiryAfter(now);
  entry.effective_at = entry.recorded_at = now;
  entry.order_id = OrderIdOf(n);
  entry.store_id = "S0001";
  entry.legal_entity = "LE-01";
  entry.actor = "key-0000000000000000";
  entry.request_id = base::RequestId(RequestIdOf(salt, n));
  entry.program_version = 1;
  member.available += kPoints;
  member.lifetime_earned += kPoints;
  entry.available_after = member.available;
  entry.prev_hash = member.head_hash;
  entry.hash = hashed ? HashOf(entry) : Noise(salt + n);
  entry.lane = 1;
  entry.lane_seq = static_cast<int64_t>(n);
  member.head_hash = entry.hash;
  member.last_recorded_at = now;
  if (!member.next_due_at || *entry.expires_at < *member.next_due_at)
    member.next_due_at = entry.expires_at;

  ledger::Lot& lot = rows.lot;
  lot.program_id = entry.program_id;
  lot.member_id = entry.member_id;
  lot.lot_seq = entry.seq;
  lot.points = lot.available = kPoints;
  lot.effective_at = now;
  lot.expires_at = entry.expires_at;

  engine::Receipt& receipt = rows.receipt;
  receipt.program_id = entry.program_id;
  receipt.request_id = entry.request_id;
  receipt.kind = ledger::OperationKind::kEarnPoints;
  receipt.member_id = entry.member_id;
  // One digest of the request is enough to know it again by hand; Fairpoint also tells which field
  // differs.
  receipt.request_hash =
      hashed ? base::Sha256(entry.request_id.value() + entry.order_id) : Noise(salt + n + 1);
  receipt.field_hashes.assign(
      base::AsBytes(receipt.request_hash).substr(0, kFieldsOfEarnPoints * 5));
  receipt.first_seq = entry.seq;
  receipt.entry_count = 1;
  receipt.recorded_at = now;
  receipt.lane = entry.lane;
  receipt.lane_seq = entry.lane_seq;
  return rows;
}

}  // namespace fairpoint::bench
