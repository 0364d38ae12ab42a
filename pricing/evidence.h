// Evidence: what made a price, kept for ever, small, replayable. It names the versions of the heads
// that were looked at; the facts themselves are found by them. Append-only rows, one a quote and
// one a committed basket.
#ifndef FAIRPOINT_PRICING_EVIDENCE_H_
#define FAIRPOINT_PRICING_EVIDENCE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"
#include "pricing/basket.h"
#include "pricing/market.h"

namespace fairpoint::pricing {

// Stored and hashed: never renumber.
enum class EvidenceKind : uint8_t { kQuote = 1, kBasket = 2 };

struct EvidenceLine {
  std::string sku;
  int64_t quantity = 0;
  int64_t head_version = 0;  // of the SKU
  int64_t quoted = kAbsent;  // kBasket: of the unexpired quote
  int64_t list_amount = kAbsent;
  int64_t offer_seq = 0;
  bool is_wide = false;
  bool introductory = false;
  bool stocked = false;  // the offer held while its stock lasted
  int64_t offered = kAbsent;
  int64_t cap = kAbsent;
  std::string cap_channel;  // empty where cap is kAbsent
  int64_t cap_fact_seq = 0;
  int64_t amount = 0;
  friend bool operator==(const EvidenceLine&, const EvidenceLine&) = default;
};

// Every reference channel of the programme, ascending by id.
struct EvidenceReference {
  std::string channel_id;
  int64_t head_version = 0;
  Freshness freshness = Freshness::kNeverFed;
  bool lists = false;  // any line; else the rest is zero
  int64_t goods = 0;
  int64_t shipping = 0;
  base::Instant at;
  std::vector<int64_t> promotion_seqs;
  int64_t ours = 0;
  bool caps = false;
  bool bounded = false;
  friend bool operator==(const EvidenceReference&, const EvidenceReference&) = default;
};

// What is stored as one value.
struct EvidenceBody {
  Shopper shopper;
  int64_t shipping = 0;
  int64_t own_version = 0;  // of the shopper's channel's head
  int64_t level = kStranger;
  bool degraded = false;
  std::vector<EvidenceLine> lines;
  std::vector<EvidenceReference> references;
  friend bool operator==(const EvidenceBody&, const EvidenceBody&) = default;
};

struct Evidence {
  base::ProgramId program_id;
  std::string evidence_id;  // 15 of Crockford's base32, made by the door
  EvidenceKind kind = EvidenceKind::kQuote;
  std::string quote_id;      // kBasket: the quote that was committed
  std::string order_id;      // kBasket
  base::MemberId member_id;  // empty: nobody's
  int64_t program_version = 0;
  base::Instant priced_at;   // the market's now
  base::Instant expires_at;  // kQuote; kBasket: as its quote's
  int64_t total = 0;         // of the lines' amounts
  EvidenceBody body;
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

std::string Encode(const EvidenceBody& body);
// False for bytes that Encode does not write.
bool Decode(std::string_view bytes, EvidenceBody& body);

// What `hash` covers: every field but `hash`, `lane` and `lane_seq`.
std::string Canonical(const Evidence& evidence);
base::Hash HashOf(const Evidence& evidence);

// The body of a saleable price. `lines` are those that were priced.
EvidenceBody BodyOf(const Market& market, const Shopper& shopper, int64_t shipping,
                    std::span<const BasketLine> lines, const BasketPrice& price);

// Prices the evidence's lines again. The market is of its instant, rules and versions, the books
// (parallel to its lines) of its lines' versions. The first thing that differs, in words; nothing:
// it is as recorded. Also told: a charge above a cap.
std::optional<std::string> Differs(const Evidence& evidence, const Market& market,
                                   std::span<const SkuBook* const> books);
// Likewise: the lines that were charged what they were quoted, since today's price was more or
// none.
std::vector<bool> ChargedAsQuoted(const Evidence& evidence, const Market& market,
                                  std::span<const SkuBook* const> books);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_EVIDENCE_H_
