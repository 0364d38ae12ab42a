// A reference channel's public promotions, and how far its feed is complete: append-only rows of
// the channel.
#ifndef FAIRPOINT_PRICING_PROMOTION_H_
#define FAIRPOINT_PRICING_PROMOTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"
#include "pricing/fact.h"

namespace fairpoint::pricing {

// Stored and hashed: never renumber.
enum class PromotionKind : uint8_t {
  kThreshold = 1,
  kPercent = 2,
  kNthItem = 3,
  kIdenticalGift = 4,
  kBundle = 5,
};
struct Step {
  int64_t threshold = 0;  // > 0
  int64_t reduction = 0;  // > 0, < threshold
  friend bool operator==(const Step&, const Step&) = default;
};
struct BundlePart {
  std::string sku;
  int64_t quantity = 0;  // > 0
  friend bool operator==(const BundlePart&, const BundlePart&) = default;
};

inline constexpr size_t kStepsMax = 20;
inline constexpr size_t kPromotionSkusMax = 2'000;
inline constexpr size_t kBundlePartsMax = 50;

// docs/prices.md says what each kind does.
struct PromotionTerms {
  PromotionKind kind = PromotionKind::kThreshold;
  std::vector<std::string> skus;   // in scope, ascending; empty: all. Not for kBundle
  std::vector<Step> steps;         // kThreshold: ascending by threshold and reduction
  bool repeats = false;            // kThreshold with one step
  int64_t off_bp = 0;              // kPercent, kNthItem: 1 to 10,000 (kPercent: - 1)
  int64_t reduction_max = 0;       // kPercent; 0: any
  int64_t nth = 0;                 // kNthItem: >= 2
  bool mixed = false;              // kNthItem
  int64_t buy = 0, get = 0;        // kIdenticalGift: >= 1
  std::vector<BundlePart> bundle;  // kBundle: ascending by SKU
  int64_t bundle_amount = 0;       // kBundle: > 0
  int64_t times_max = 0;           // an order; 0: any number
  friend bool operator==(const PromotionTerms&, const PromotionTerms&) = default;
};

struct ChannelPromotion {
  base::ProgramId program_id;
  std::string channel_id;
  int64_t head_seq = 0;  // of the channel's head
  std::string promotion_id;
  int64_t source_seq = 0;  // > 0: of a promotion the highest number counts, whole
  bool withdrawn = false;  // from its recording on: then no terms
  PromotionTerms terms;
  Scope scope;
  Audience audience;
  Window window;
  int64_t order = 0;            // the lower is applied first; ties by id
  std::string exclusive_group;  // of those in one group one at most; empty: in none
  std::string currency;
  std::string source;
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  std::string source_key;  // SourceKey, set where the row is made; not hashed
  int64_t lane = 0;        // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const ChannelPromotion&, const ChannelPromotion&) = default;
};

// That a channel's feed is complete up to an instant; also that it said anything at all.
struct FeedReport {
  base::ProgramId program_id;
  std::string channel_id;
  int64_t head_seq = 0;                         // of the channel's head
  std::optional<base::Instant> complete_as_of;  // absent: it only began
  std::string source;
  std::string actor;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const FeedReport&, const FeedReport&) = default;
};

// What `hash` covers: every field but `hash`, `source_key`, `lane` and `lane_seq`.
std::string Canonical(const ChannelPromotion& promotion);
base::Hash HashOf(const ChannelPromotion& promotion);
std::string Canonical(const FeedReport& report);
base::Hash HashOf(const FeedReport& report);

// What names a promotion's revision: channel, promotion and number. 16 bytes of its SHA-256.
std::string SourceKey(const ChannelPromotion& promotion);
// In what two revisions of one key differ, by the names of fields.
std::vector<std::string> DifferencesOf(const ChannelPromotion& one, const ChannelPromotion& other);
bool SaysTheSame(const ChannelPromotion& one, const ChannelPromotion& other);

// The stored form of terms. Decode returns false for bytes that Encode does not write.
std::string Encode(const PromotionTerms& terms);
bool Decode(std::string_view bytes, PromotionTerms& terms);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_PROMOTION_H_
