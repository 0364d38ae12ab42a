// Price facts: what a listing of a channel offers a SKU for. Append-only rows; which of them counts
// at an instant is decided by their numbers and windows, never by the order they came in.
#ifndef FAIRPOINT_PRICING_FACT_H_
#define FAIRPOINT_PRICING_FACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::pricing {

// The numbers of every enumeration here are stored and hashed: never renumber.

enum class FactKind : uint8_t {
  kPrice = 1,
  kWithdrawal = 2,    // of all series of the listing and SKU: no price, scope or audience
  kConfirmation = 3,  // of the held fact `confirms_seq`: no price
};
// Where a price is offered, or an offer holds.
enum class ScopeKind : uint8_t { kAll = 1, kRegion = 2, kStore = 3 };
struct Scope {
  ScopeKind kind = ScopeKind::kAll;
  std::string id;  // of the region or store; empty for kAll
  friend auto operator<=>(const Scope&, const Scope&) = default;
};
// To whom a channel offers it.
enum class AudienceKind : uint8_t { kEveryone = 1, kPlan = 2, kNewcomers = 3 };
struct Audience {
  AudienceKind kind = AudienceKind::kEveryone;
  std::string plan_id;  // kPlan
  friend auto operator<=>(const Audience&, const Audience&) = default;
};
// Only what is new is compared.
enum class Condition : uint8_t {
  kNew = 1,
  kClearance = 2,
  kNearExpiry = 3,
  kOutlet = 4,
  kSecondHand = 5,
};

// [from, until); no `until`: until further notice.
struct Window {
  base::Instant from;
  std::optional<base::Instant> until;
  friend bool operator==(const Window&, const Window&) = default;
};

// How far back ended and scheduled prices are kept for channels whose feed is stale.
inline constexpr int64_t kLookBackMicros = 7LL * 24 * 3600 * base::kMicrosPerSecond;
// As plain instants: `until` of what holds until further notice, `held_until` of what is not held.
inline constexpr base::Instant kNever{INT64_MAX};
inline constexpr base::Instant kNotHeld{INT64_MIN};
// The `from` of a window that is to begin when it is recorded; not in rows.
inline constexpr base::Instant kFromRecording{INT64_MIN};

inline constexpr int64_t kTaxPpmMax = 1'000'000;            // 100 %
inline constexpr int64_t kPackMax = 2'147'483'647;          // as quantities
inline constexpr int64_t kAmountMax = 100'000'000'000'000;  // minor units: of one price
inline constexpr int64_t kPartsPerMillion = 1'000'000;

struct PriceFact {
  base::ProgramId program_id;
  std::string sku;
  int64_t head_seq = 0;  // of the SKU's head: 1, 2, 3 ... over all its facts and offers
  FactKind kind = FactKind::kPrice;
  std::string channel_id;
  std::string listing_id;
  int64_t source_seq = 0;  // > 0; the source's, unique in the series
  Scope scope;
  Audience audience;
  Condition condition = Condition::kNew;
  bool third_party = false;  // the seller is not the brand
  std::string currency;
  int64_t pack = 1;                // units a listing contains, >= 1
  int64_t amount = 0;              // > 0, for the pack, before subsidies
  int64_t platform_subsidy = 0;    // of it, >= 0, < amount
  int64_t government_subsidy = 0;  // of it, >= 0; recorded, not counted
  int64_t tax_ppm = 0;             // not in `amount`, to be added; 0: included
  int64_t shipping = 0;            // of an order of it, >= 0
  Window window;
  std::string source;                       // who says so: a feed, a file
  std::optional<base::Instant> held_until;  // suspicious: does not cap before
  // kConfirmation: the held fact's head_seq. kWithdrawal: its own head_seq where a snapshot found
  // its number, 0 where the source gave it.
  int64_t confirms_seq = 0;
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  std::string source_key;  // SourceKey, set where the row is made; not hashed
  int64_t lane = 0;        // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const PriceFact&, const PriceFact&) = default;
};

// What `hash` covers: every field but `hash`, `source_key`, `lane` and `lane_seq`.
std::string Canonical(const PriceFact& fact);
base::Hash HashOf(const PriceFact& fact);

// What names a fact to its source: kind, channel, SKU, listing, series and number. A withdrawal
// whose number a snapshot found does not use up the source's: its head_seq names it, too. 16 bytes
// of the SHA-256: the key by which a repeated number is found.
std::string SourceKey(const PriceFact& fact);

// In what two facts of one source key differ, by the names of fields: all are compared but
// head_seq, held_until and what tells of the recording (source, actor, recorded_at).
std::vector<std::string> DifferencesOf(const PriceFact& one, const PriceFact& other);
// Whether they differ in nothing.
bool SaysTheSame(const PriceFact& one, const PriceFact& other);

// What a buyer pays the channel for the pack: amount with tax (rounded down) less the platform's
// subsidy, which may be ignored. > 0.
int64_t PaidOf(int64_t amount, int64_t tax_ppm, int64_t platform_subsidy,
               bool ignores_platform_subsidy);

// The most that q units may cost: floor(q x paid / pack). More than an int64 holds: the highest.
int64_t CapOf(int64_t paid, int64_t pack, int64_t quantity);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_FACT_H_
