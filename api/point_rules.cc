#include "api/point_rules.h"

#include <algorithm>
#include <string_view>

namespace fairpoint::api {
namespace {

constexpr int64_t kRateMax = 1'000'000'000;
constexpr int64_t kPointsMax = 1'000'000'000'000;
constexpr int64_t kFeeMax = 100;
constexpr int64_t kHoldDaysMax = 90;
constexpr int64_t kLongestMonthDays = 31;

void ReadExpiry(RulesReader& reader, const Spot& points, const v1::PointRules& in,
                ledger::ExpiryPolicy& out) {
  const Spot spot = points.Field("expiry");
  const v1::PointRules::Expiry& expiry = in.expiry();
  if (!in.has_expiry() || (!expiry.never() && !expiry.has_after())) {
    reader.Missing(spot, "is required: either `never: true` or `after { ... }`");
    return;
  }
  out.never = expiry.never();
  out.extended_by_activity = expiry.extended_by_activity();
  if (!v1::PointRules::Expiry::Rounding_IsValid(expiry.round_up_to())) {
    reader.Wrong(spot.Field("round_up_to"), "must be MONTH_END, QUARTER_END or YEAR_END");
  }
  out.rounding = static_cast<ledger::ExpiryRounding>(expiry.round_up_to());
  if (expiry.has_after()) {
    out.after = reader.Period(spot.Field("after"), expiry.after(), /*positive=*/true);
  }
  if (!expiry.never()) return;
  constexpr std::string_view kNothingElse = "says nothing where points never expire: take it out";
  if (expiry.has_after()) reader.Wrong(spot.Field("after"), kNothingElse);
  if (expiry.round_up_to() != 0) reader.Wrong(spot.Field("round_up_to"), kNothingElse);
  if (expiry.extended_by_activity()) {
    reader.Wrong(spot.Field("extended_by_activity"), kNothingElse);
  }
}

void ReadPending(RulesReader& reader, const Spot& points, const v1::PointRules& in,
                 ledger::PendingPolicy& out) {
  if (!in.has_pending()) return;
  const Spot spot = points.Field("pending");
  switch (in.pending().release()) {
    case v1::PointRules::Pending::AT_ONCE:
      out.mode = ledger::PendingMode::kAtOnce;
      break;
    case v1::PointRules::Pending::AFTER_PERIOD:
      out.mode = ledger::PendingMode::kAfterPeriod;
      if (!in.pending().has_after()) {
        reader.Missing(spot.Field("after"), "is required for AFTER_PERIOD");
      } else {
        out.after = reader.Period(spot.Field("after"), in.pending().after(), /*positive=*/true);
      }
      return;
    case v1::PointRules::Pending::ON_EVENT:
      out.mode = ledger::PendingMode::kOnEvent;
      break;
    case v1::PointRules::Pending::RELEASE_UNSPECIFIED:
      reader.Missing(spot.Field("release"), "is required: AT_ONCE, AFTER_PERIOD or ON_EVENT");
      return;
    default:
      reader.Wrong(spot.Field("release"), "must be AT_ONCE, AFTER_PERIOD or ON_EVENT");
      return;
  }
  if (in.pending().has_after()) {
    reader.Wrong(spot.Field("after"), "is for AFTER_PERIOD only: take it out");
  }
}

void ReadDebt(RulesReader& reader, const Spot& points, const v1::PointRules& in,
              ledger::DebtPolicy& out) {
  if (!in.has_debt()) return;
  const Spot spot = points.Field("debt");
  const v1::PointRules::Debt& debt = in.debt();
  out.late_spend_debt_max.value =
      reader.Within(spot.Field("late_spend_debt_max"), debt.late_spend_debt_max(), 0, kPointsMax);
  switch (debt.take_back()) {
    case v1::PointRules::Debt::ONLY_PENDING:
      out.take_back = ledger::TakeBackPolicy::kOnlyPending;
      break;
    case v1::PointRules::Debt::WITHIN_BALANCE:
      out.take_back = ledger::TakeBackPolicy::kWithinBalance;
      break;
    case v1::PointRules::Debt::UNLIMITED:
      out.take_back = ledger::TakeBackPolicy::kUnlimited;
      break;
    case v1::PointRules::Debt::DEDUCT_FROM_REFUND:
      out.take_back = ledger::TakeBackPolicy::kDeductFromRefund;
      out.deduct_minor_units =
          reader.Within(spot.Field("deduct_minor_units"), debt.deduct_minor_units(), 1, kRateMax);
      out.deduct_per_points =
          reader.Within(spot.Field("deduct_per_points"), debt.deduct_per_points(), 1, kRateMax);
      return;
    case v1::PointRules::Debt::TAKE_BACK_UNSPECIFIED:
      reader.Missing(spot.Field("take_back"),
                     "is required: ONLY_PENDING, WITHIN_BALANCE, UNLIMITED or DEDUCT_FROM_REFUND");
      return;
    default:
      reader.Wrong(spot.Field("take_back"),
                   "must be ONLY_PENDING, WITHIN_BALANCE, UNLIMITED or DEDUCT_FROM_REFUND");
      return;
  }
  constexpr std::string_view kOnlyDeduct = "is for DEDUCT_FROM_REFUND only: take it out";
  if (debt.deduct_minor_units() != 0) reader.Wrong(spot.Field("deduct_minor_units"), kOnlyDeduct);
  if (debt.deduct_per_points() != 0) reader.Wrong(spot.Field("deduct_per_points"), kOnlyDeduct);
}

void ReadTransfers(RulesReader& reader, const Spot& points, const v1::PointRules& in,
                   ledger::TransferPolicy& out) {
  if (!in.has_transfers()) return;
  const Spot spot = points.Field("transfers");
  const v1::PointRules::Transfers& transfers = in.transfers();
  const auto at_most = [&](const char* field, int64_t value) {
    return reader.Within(spot.Field(field), value, 0, kPointsMax);
  };
  out.forbidden = transfers.forbidden();
  out.points_min.value = std::max<int64_t>(at_most("points_min", transfers.points_min()), 1);
  out.points_max.value = at_most("points_max", transfers.points_max());
  out.points_max_per_day.value = at_most("points_max_per_day", transfers.points_max_per_day());
  out.fee_points_per_hundred = reader.Within(spot.Field("fee_points_per_hundred"),
                                             transfers.fee_points_per_hundred(), 0, kFeeMax);
  if (out.points_max.value > 0 && out.points_max < out.points_min)
    reader.Wrong(spot.Field("points_max"), "must be 0 or at least points_min");
  const bool says_more = transfers.points_min() != 0 || transfers.points_max() != 0 ||
                         transfers.points_max_per_day() != 0 ||
                         transfers.fee_points_per_hundred() != 0;
  if (out.forbidden && says_more)
    reader.Wrong(spot.Field("forbidden"),
                 "leaves nothing for the other rules to say: take them out");
}

}  // namespace

void ReadPoints(RulesReader& reader, const Spot& root, const v1::Program& in,
                ledger::Program& out) {
  const Spot spot = root.Field("points");
  if (!in.has_points()) {
    reader.Missing(spot, "is required");
    return;
  }
  const v1::PointRules& points = in.points();
  if (!points.has_base_rate()) {
    reader.Missing(spot.Field("base_rate"), "is required");
  } else {
    const Spot rate = spot.Field("base_rate");
    out.base_rate.points =
        reader.Within(rate.Field("points"), points.base_rate().points(), 1, kRateMax);
    out.base_rate.per_minor_units = reader.Within(
        rate.Field("per_minor_units"), points.base_rate().per_minor_units(), 1, kRateMax);
  }
  ReadExpiry(reader, spot, points, out.expiry);
  ReadPending(reader, spot, points, out.pending);
  ReadDebt(reader, spot, points, out.debt);
  if (points.returns().has_grace()) {
    out.returns.grace = reader.Period(spot.Field("returns").Field("grace"),
                                      points.returns().grace(), /*positive=*/true);
  }
  ReadTransfers(reader, spot, points, out.transfers);
  if (points.has_adjustments()) {
    out.adjustments.points_max.value =
        reader.Within(spot.Field("adjustments").Field("points_max"),
                      points.adjustments().points_max(), 0, kPointsMax);
  }
  if (points.has_hold_default()) {
    const Spot hold = spot.Field("hold_default");
    out.hold_default = reader.Period(hold, points.hold_default(), /*positive=*/true);
    const ledger::Period& period = out.hold_default;
    // In doubt the month is long: a default must be allowed in every month.
    if (period.months <= kMonthsMax && period.days <= kDaysMax && period.seconds <= kSecondsMax &&
        (period.months * kLongestMonthDays + period.days) * kSecondsPerDay + period.seconds >
            kHoldDaysMax * kSecondsPerDay) {
      reader.Wrong(hold, "must be at most 90 days");
    }
  }
}

}  // namespace fairpoint::api
