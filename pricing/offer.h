// Offers: what makes a private price. Append-only revisions; the highest of an offer counts, whole.
#ifndef FAIRPOINT_PRICING_OFFER_H_
#define FAIRPOINT_PRICING_OFFER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"
#include "pricing/fact.h"

namespace fairpoint::pricing {

// Stored and hashed: never renumber.
enum class OfferKind : uint8_t { kList = 1, kMember = 2, kFlash = 3, kLive = 4, kIntroductory = 5 };
// Who may use an offer. Levels only open: a higher one includes the lower.
enum class OfferAudienceKind : uint8_t { kEveryone = 1, kMembers = 2, kPlan = 3, kNewcomers = 4 };
struct OfferAudience {
  OfferAudienceKind kind = OfferAudienceKind::kEveryone;
  int64_t level = 0;    // kMembers: the least; 0: every member
  std::string plan_id;  // kPlan
  friend bool operator==(const OfferAudience&, const OfferAudience&) = default;
};
inline constexpr int64_t kLevelMax = 1'000;
inline constexpr int64_t kBasisPoints = 10'000;

struct Offer {
  base::ProgramId program_id;
  // Of the SKU's head (1, 2, 3 ... over its facts and offers) or, where `sku` is empty (all that
  // the channel has), of the channel's.
  std::string sku;
  int64_t head_seq = 0;
  std::string channel_id;
  std::string offer_id;    // unique in the channel and SKU
  int64_t revision = 0;    // > 0, the caller's
  bool sold_out = false;   // a row of ours: the stock of this revision is gone
  bool withdrawn = false;  // from its recording on: then no terms
  OfferKind kind = OfferKind::kList;
  OfferAudience audience;
  bool introductory = false;  // the reason to leave others out: kNewcomers only
  int64_t amount = 0;         // > 0, for per_units units; 0: percent
  int64_t per_units = 1;
  int64_t off_bp = 0;        // 1 to 10,000 - 1, off the list price; 0: an amount
  int64_t asked_amount = 0;  // more than `amount` where that was clamped at the cap; else equal
  int64_t floor_amount = 0;  // kList: for per_units; 0: none
  Scope scope;
  Window window;
  std::string scene;       // empty: any
  std::string session_id;  // the live session; empty: any
  int64_t stock = 0;       // units that may be sold at it; 0: any number
  std::string currency;
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  std::string source_key;  // SourceKey, set where the row is made; not hashed
  int64_t lane = 0;        // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const Offer&, const Offer&) = default;
};

// What `hash` covers: every field but `hash`, `source_key`, `lane` and `lane_seq`.
std::string Canonical(const Offer& offer);
base::Hash HashOf(const Offer& offer);

// What names a revision: channel, SKU, offer and revision. 16 bytes of its SHA-256.
std::string SourceKey(const Offer& offer);
// In what two revisions of one key differ, by the names of fields. What was asked for is compared,
// not what it was clamped to.
std::vector<std::string> DifferencesOf(const Offer& one, const Offer& other);
bool SaysTheSame(const Offer& one, const Offer& other);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_OFFER_H_
