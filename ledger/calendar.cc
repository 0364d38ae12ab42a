#include "ledger/calendar.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace fairpoint::ledger {
namespace {

absl::CivilSecond AddMonths(absl::CivilSecond from, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(from) + months;
  const absl::CivilDay last_day = absl::CivilDay(month + 1) - 1;
  return absl::CivilSecond(month.year(), month.month(), std::min(from.day(), last_day.day()),
                           from.hour(), from.minute(), from.second());
}

absl::Time InZone(absl::CivilSecond local, absl::TimeZone zone) { return zone.At(local).pre; }

absl::CivilMonth StartOfPeriod(absl::CivilMonth month, ExpiryRounding rounding) {
  switch (rounding) {
    case ExpiryRounding::kQuarterEnd:
      return month - (month.month() - 1) % 3;
    case ExpiryRounding::kYearEnd:
      return month - (month.month() - 1);
    case ExpiryRounding::kMonthEnd:
    case ExpiryRounding::kNone:
      break;
  }
  return month;
}

int MonthsOf(ExpiryRounding rounding) {
  switch (rounding) {
    case ExpiryRounding::kQuarterEnd:
      return 3;
    case ExpiryRounding::kYearEnd:
      return 12;
    case ExpiryRounding::kMonthEnd:
    case ExpiryRounding::kNone:
      break;
  }
  return 1;
}

}  // namespace

base::Instant AddPeriod(base::Instant from, const Period& period, absl::TimeZone zone) {
  absl::Time time = base::ToAbsl(from);
  if (period.months != 0 || period.days != 0) {
    const absl::TimeZone::CivilInfo local = zone.At(time);
    const absl::CivilSecond moved = AddMonths(local.cs, period.months);
    const absl::CivilDay day = absl::CivilDay(moved) + period.days;
    const absl::CivilSecond target(day.year(), day.month(), day.day(), moved.hour(), moved.minute(),
                                   moved.second());
    time = InZone(target, zone) + local.subsecond;
  }
  return base::FromAbsl(time + absl::Seconds(period.seconds));
}

base::Instant RoundUp(base::Instant instant, ExpiryRounding rounding, absl::TimeZone zone) {
  if (rounding == ExpiryRounding::kNone) return instant;
  const absl::CivilMonth month(zone.At(base::ToAbsl(instant)).cs);
  const absl::CivilMonth start = StartOfPeriod(month, rounding);
  const base::Instant boundary = base::FromAbsl(InZone(absl::CivilSecond(start), zone));
  if (instant == boundary) return instant;
  return base::FromAbsl(InZone(absl::CivilSecond(start + MonthsOf(rounding)), zone));
}

std::optional<base::Instant> ExpiryOf(base::Instant from, const ExpiryPolicy& policy,
                                      absl::TimeZone zone) {
  if (policy.never) return std::nullopt;
  return RoundUp(AddPeriod(from, policy.after, zone), policy.rounding, zone);
}

}  // namespace fairpoint::ledger
