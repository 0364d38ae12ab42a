// A programme: a brand's currency, zone, stores and point rules. A version is immutable once
// published.
#ifndef FAIRPOINT_LEDGER_PROGRAM_H_
#define FAIRPOINT_LEDGER_PROGRAM_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::ledger {

// Months and days are calendar units in the programme's zone; seconds are exact. Added in that
// order. All >= 0.
struct Period {
  int64_t months = 0;
  int64_t days = 0;
  int64_t seconds = 0;
  bool IsZero() const { return months == 0 && days == 0 && seconds == 0; }
  friend bool operator==(const Period&, const Period&) = default;
};

enum class ExpiryRounding : uint8_t { kNone, kMonthEnd, kQuarterEnd, kYearEnd };

struct ExpiryPolicy {
  bool never = true;
  Period after;  // from the earning's business time
  ExpiryRounding rounding = ExpiryRounding::kNone;
  // Earning and redeeming move every open lot's expiry to what it would be if earned then.
  bool extended_by_activity = false;
};

enum class PendingMode : uint8_t { kAtOnce, kAfterPeriod, kOnEvent };
struct PendingPolicy {
  PendingMode mode = PendingMode::kAtOnce;
  Period after;
};

// What taking back an earning may reach for when its own lot no longer has the points.
enum class TakeBackPolicy : uint8_t { kOnlyPending, kWithinBalance, kUnlimited, kDeductFromRefund };
struct DebtPolicy {
  TakeBackPolicy take_back = TakeBackPolicy::kWithinBalance;
  // kDeductFromRefund: this many minor units for this many points.
  int64_t deduct_minor_units = 0;
  int64_t deduct_per_points = 1;
  // A spend that arrives late may bring the member's debt up to this.
  base::Points late_spend_debt_max;
};

// A returned lot that has expired meanwhile: expires again at once (absent), or lives for a grace
// period.
struct ReturnPolicy {
  std::optional<Period> grace;
};

// floor(minor units * points / per_minor_units)
struct BaseRate {
  int64_t points = 1;
  int64_t per_minor_units = 100;
};

struct Store {
  std::string legal_entity;
  std::string region;
  std::string display_name;
};

struct TransferPolicy {
  bool forbidden = false;
  base::Points points_min{1};
  base::Points points_max;             // at a time; 0: any number
  base::Points points_max_per_day;     // of the programme's zone, fees apart; 0: any number
  int64_t fee_points_per_hundred = 0;  // for every hundred begun, besides
};

// What an operator may correct alone.
struct AdjustmentPolicy {
  base::Points points_max;  // up or down; 0: any number
};

// Of orders priced elsewhere.
struct OrderRules {
  Period claim_within{.days = 30};      // of a receipt without a member, from its purchase
  std::optional<Period> return_window;  // of a return without a receipt at a till; absent: any time
  // Of one member, in any 30 days; 0: any number.
  int64_t returns_without_receipt_max = 0;
};

struct Program {
  base::ProgramId program_id;
  int64_t version = 0;  // 1, 2, 3 ...
  base::Instant effective_from;
  std::string currency;  // ISO 4217
  absl::TimeZone zone;
  ExpiryPolicy expiry;
  PendingPolicy pending;
  DebtPolicy debt;
  ReturnPolicy returns;
  BaseRate base_rate;
  Period hold_default{.seconds = 900};
  OrderRules orders;
  TransferPolicy transfers;
  AdjustmentPolicy adjustments;
  std::map<std::string, Store> stores;  // by store id
};

// Of the store; empty if the programme has no such store.
std::string LegalEntityOf(const Program& program, const std::string& store_id);

// The published row. `text` is the file as it was published; everything else about the programme is
// read from it.
struct ProgramVersion {
  base::ProgramId program_id;
  int64_t version = 0;
  base::Instant effective_from;
  std::string text;
  base::Hash text_sha256{};
  std::string actor;
  base::RequestId request_id;
  base::Instant recorded_at;
  base::Hash prev_hash{};  // of the version before; zeros for the first
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;

  friend bool operator==(const ProgramVersion&, const ProgramVersion&) = default;
};

std::string Canonical(const ProgramVersion& version);
base::Hash HashOf(const ProgramVersion& version);

// The row that publishing locks; postings lock it shared.
struct ProgramHead {
  base::ProgramId program_id;
  int64_t latest_version = 0;
  base::Hash head_hash{};
  friend bool operator==(const ProgramHead&, const ProgramHead&) = default;
};

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_PROGRAM_H_
