// Price protection: how far the caps fell below what was paid, within the period after an order.
#ifndef FAIRPOINT_PRICING_PROTECTION_H_
#define FAIRPOINT_PRICING_PROTECTION_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"
#include "pricing/market.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// Append-only: money owed to who bought. DUE until a settlement says otherwise.
struct PriceCredit {
  base::ProgramId program_id;
  std::string order_id;
  int64_t credit_seq = 0;  // 1, 2, 3 ... of the order
  int64_t line_number = 0;
  base::MemberId member_id;  // empty: nobody's
  int64_t units = 0;         // kept, the last of the line's
  int64_t amount = 0;        // > 0, minor units
  std::string currency;
  std::string sku;
  std::string channel_id;  // whose cap it was
  int64_t fact_seq = 0;    // the fact of G1; 0: the basket's cap, G2
  base::Instant fell_at;   // the instant of that cap
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const PriceCredit&, const PriceCredit&) = default;
};

// Stored and hashed: never renumber.
enum class CreditState : uint8_t { kDue = 1, kPaid = 2, kFailed = 3 };

// Append-only: what became of a credit. The last one of a credit counts; after PAID none follows.
struct CreditSettlement {
  base::ProgramId program_id;
  std::string order_id;
  int64_t credit_seq = 0;
  int64_t settlement_seq = 0;  // 1, 2, 3 ... of the credit
  CreditState state = CreditState::kDue;
  std::string payment_reference;  // kPaid
  std::string reason;
  std::string actor;
  base::RequestId request_id;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const CreditSettlement&, const CreditSettlement&) = default;
};

// What each `hash` covers: every field but `hash`, `lane` and `lane_seq`.
std::string Canonical(const PriceCredit& credit);
base::Hash HashOf(const PriceCredit& credit);
std::string Canonical(const CreditSettlement& settlement);
base::Hash HashOf(const CreditSettlement& settlement);

// Projection: a committed basket whose protection began.
struct ProtectedOrder {
  base::ProgramId program_id;
  std::string order_id;
  std::string evidence_id;
  base::MemberId member_id;  // empty: nobody's
  base::Instant placed_at;
  base::Instant protected_until;
  int64_t credit_count = 0;                 // of its PriceCredits
  std::optional<base::Instant> checked_at;  // falls up to then are credited; absent: never looked
  std::optional<base::Instant> due_at;      // something known changes then; absent: nothing does
  friend bool operator==(const ProtectedOrder&, const ProtectedOrder&) = default;
};
// Projection: such an order, by what was bought: one row a SKU.
struct ProtectedSku {
  base::ProgramId program_id;
  std::string sku;
  base::Instant placed_at;
  std::string order_id;
  friend bool operator==(const ProtectedSku&, const ProtectedSku&) = default;
};

// A line as far as its goods were kept.
struct KeptLine {
  std::string_view sku;
  int64_t units = 0;                 // kept; 0: it is out
  int64_t amount = 0;                // paid for these
  const SkuBook* history = nullptr;  // SkuBook::OfHistory: every fact known now; null: none
};

struct Fall {
  int64_t amount = 0;  // by which the line's amount was lowered, in all
  // By what the last time.
  std::string channel_id;
  int64_t fact_seq = 0;  // 0: by a basket's cap
  base::Instant at;
};

// For each line, by how much the caps of the instants [from, until] lower what was paid. The
// channels' books are of their whole history too; all count as fresh, looked at as of each instant
// without tolerance.
std::vector<Fall> FallsWithin(const Rules& rules,
                              const std::map<std::string, ChannelBook, std::less<>>& channels,
                              const Shopper& shopper, std::span<const KeptLine> lines,
                              int64_t shipping, base::Instant from, base::Instant until);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_PROTECTION_H_
