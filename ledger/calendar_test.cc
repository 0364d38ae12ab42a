#include "ledger/calendar.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/testing/world.h"

namespace fairpoint::ledger {
namespace {

using testing::At;
using testing::ToLocal;
using testing::ZoneOf;

struct AddCase {
  const char* zone;
  const char* from;
  Period period;
  const char* expected;
};

TEST(AddPeriod, MonthsThenDaysThenSeconds) {
  const AddCase cases[] = {
      {"Asia/Shanghai", "2026-01-15T10:30:00.25", {.months = 1}, "2026-02-15T10:30:00.25"},
      {"Asia/Shanghai", "2026-01-15", {.months = 12}, "2027-01-15"},
      {"Asia/Shanghai", "2026-01-15", {}, "2026-01-15"},
      {"Asia/Shanghai", "2026-11-30", {.months = 1200}, "2126-11-30"},
      // A day that the month lacks becomes its last day.
      {"Asia/Shanghai", "2026-01-31", {.months = 1}, "2026-02-28"},
      {"Asia/Shanghai", "2028-01-31", {.months = 1}, "2028-02-29"},
      {"Asia/Shanghai", "2026-08-31T23:59:59.999999", {.months = 1}, "2026-09-30T23:59:59.999999"},
      {"Asia/Shanghai", "2028-02-29", {.months = 12}, "2029-02-28"},
      {"Asia/Shanghai", "2028-02-29", {.months = 48}, "2032-02-29"},
      {"Asia/Shanghai", "2100-01-31", {.months = 1}, "2100-02-28"},  // no leap year
      {"Asia/Shanghai", "2000-01-31", {.months = 1}, "2000-02-29"},
      // Months first: the last of February and a day, not the first of March and a day.
      {"Asia/Shanghai", "2026-01-31", {.months = 1, .days = 1}, "2026-03-01"},
      {"Asia/Shanghai", "2026-12-31", {.days = 1}, "2027-01-01"},
      {"Asia/Shanghai",
       "2026-01-31",
       {.months = 1, .days = 1, .seconds = 90},
       "2026-03-01T00:01:30"},
      // Seconds are exact.
      {"Asia/Shanghai", "2026-01-01", {.seconds = 86'400}, "2026-01-02"},
      {"Europe/London", "2026-03-28T12:00:00", {.seconds = 86'400}, "2026-03-29T13:00:00"},
      // Days keep the local time of day over a clock change.
      {"Europe/London", "2026-03-28T12:00:00", {.days = 1}, "2026-03-29T12:00:00"},
      {"Europe/London", "2026-10-24T12:00:00", {.days = 1}, "2026-10-25T12:00:00"},
      {"America/New_York", "2026-02-08T03:30:00", {.months = 1}, "2026-03-08T03:30:00"},
  };
  for (const AddCase& c : cases) {
    const absl::TimeZone zone = ZoneOf(c.zone);
    EXPECT_EQ(ToLocal(AddPeriod(At(c.from, zone), c.period, zone), zone), c.expected)
        << c.zone << " " << c.from;
  }
}

TEST(AddPeriod, SkippedAndRepeatedTimesAreReadWithTheOffsetBeforeTheChange) {
  const absl::TimeZone london = ZoneOf("Europe/London");
  const absl::TimeZone new_york = ZoneOf("America/New_York");
  const absl::TimeZone utc = absl::UTCTimeZone();
  // 01:30 does not exist in London on 29 March 2026: read as GMT it is 01:30Z, 02:30 by the new
  // clock.
  EXPECT_EQ(
      ToLocal(AddPeriod(At("2026-02-28T01:30:00", london), {.months = 1, .days = 1}, london), utc),
      "2026-03-29T01:30:00");
  EXPECT_EQ(ToLocal(AddPeriod(At("2026-03-28T01:30:00", london), {.days = 1}, london), london),
            "2026-03-29T02:30:00");
  // 01:30 comes twice on 25 October: the first is summer time, 00:30Z.
  EXPECT_EQ(ToLocal(AddPeriod(At("2026-10-24T01:30:00", london), {.days = 1}, london), utc),
            "2026-10-25T00:30:00");
  // New York: 02:30 skipped on 8 March (EST, 07:30Z), 01:30 repeated on 1 November (EDT, 05:30Z).
  EXPECT_EQ(ToLocal(AddPeriod(At("2026-03-07T02:30:00", new_york), {.days = 1}, new_york), utc),
            "2026-03-08T07:30:00");
  EXPECT_EQ(ToLocal(AddPeriod(At("2026-10-31T01:30:00", new_york), {.days = 1}, new_york), utc),
            "2026-11-01T05:30:00");
  // Without months and days the second 01:30 is not taken for the first.
  const base::Instant second = At("2026-11-01T06:30:00", utc);
  EXPECT_EQ(AddPeriod(second, {.seconds = 1}, new_york), second + absl::Seconds(1));
}

struct RoundCase {
  const char* zone;
  ExpiryRounding rounding;
  const char* instant;
  const char* expected;
};

TEST(RoundUp, ToTheEndOfTheLocalMonthQuarterOrYear) {
  using R = ExpiryRounding;
  const RoundCase cases[] = {
      {"Asia/Shanghai", R::kNone, "2026-02-11T01:02:03", "2026-02-11T01:02:03"},
      {"Asia/Shanghai", R::kMonthEnd, "2026-02-11", "2026-03-01"},
      {"Asia/Shanghai", R::kMonthEnd, "2028-02-29T23:59:59.999999", "2028-03-01"},
      {"Asia/Shanghai", R::kMonthEnd, "2026-12-31", "2027-01-01"},
      // A boundary stays, a microsecond after it does not.
      {"Asia/Shanghai", R::kMonthEnd, "2026-03-01", "2026-03-01"},
      {"Asia/Shanghai", R::kMonthEnd, "2026-03-01T00:00:00.000001", "2026-04-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-01-01", "2026-01-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-01-01T00:00:00.000001", "2026-04-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-03-01", "2026-04-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-04-01", "2026-04-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-05-31", "2026-07-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-09-30T23:59:59", "2026-10-01"},
      {"Asia/Shanghai", R::kQuarterEnd, "2026-11-02", "2027-01-01"},
      {"Asia/Shanghai", R::kYearEnd, "2026-01-01", "2026-01-01"},
      {"Asia/Shanghai", R::kYearEnd, "2026-01-02", "2027-01-01"},
      {"Asia/Shanghai", R::kYearEnd, "2026-12-31T23:59:59.999999", "2027-01-01"},
      // The zone's own midnight, summer time or not.
      {"Europe/London", R::kMonthEnd, "2026-03-15", "2026-04-01"},
      {"Europe/London", R::kMonthEnd, "2026-10-31T23:30:00", "2026-11-01"},
      {"America/New_York", R::kMonthEnd, "2026-11-01T00:00:00", "2026-11-01"},
      {"America/New_York", R::kMonthEnd, "2026-11-01T01:30:00", "2026-12-01"},
      {"America/New_York", R::kQuarterEnd, "2026-02-03", "2026-04-01"},
      {"America/New_York", R::kYearEnd, "2026-07-04", "2027-01-01"},
  };
  for (const RoundCase& c : cases) {
    const absl::TimeZone zone = ZoneOf(c.zone);
    EXPECT_EQ(ToLocal(RoundUp(At(c.instant, zone), c.rounding, zone), zone), c.expected)
        << c.zone << " " << c.instant;
  }
}

TEST(RoundUp, TheSameInstantEndsInDifferentMonthsInDifferentZones) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const base::Instant instant = At("2026-03-31T18:00:00", utc);  // already April in Shanghai
  EXPECT_EQ(ToLocal(RoundUp(instant, ExpiryRounding::kMonthEnd, ZoneOf("Asia/Shanghai")), utc),
            "2026-04-30T16:00:00");
  EXPECT_EQ(ToLocal(RoundUp(instant, ExpiryRounding::kMonthEnd, ZoneOf("Europe/London")), utc),
            "2026-03-31T23:00:00");
  EXPECT_EQ(ToLocal(RoundUp(instant, ExpiryRounding::kMonthEnd, ZoneOf("America/New_York")), utc),
            "2026-04-01T04:00:00");
}

TEST(ExpiryOf, ThePeriodFirstThenTheRounding) {
  const absl::TimeZone zone = ZoneOf("Asia/Shanghai");
  const ExpiryPolicy year{
      .never = false, .after = {.months = 12}, .rounding = ExpiryRounding::kYearEnd};
  EXPECT_EQ(ExpiryOf(At("2026-06-19", zone), year, zone), At("2028-01-01", zone));
  // Exactly at the new year: that year has just ended.
  EXPECT_EQ(ExpiryOf(At("2026-01-01", zone), year, zone), At("2027-01-01", zone));
  const ExpiryPolicy month{
      .never = false, .after = {.months = 1}, .rounding = ExpiryRounding::kMonthEnd};
  EXPECT_EQ(ExpiryOf(At("2026-01-31", zone), month, zone), At("2026-03-01", zone));
  EXPECT_EQ(ExpiryOf(At("2026-01-31", zone), ExpiryPolicy{}, zone), std::nullopt);
}

TEST(ExpiryOf, TheRangeOfCallersNeverOverflows) {
  const absl::TimeZone zone = ZoneOf("America/New_York");
  const ExpiryPolicy policy{.never = false,
                            .after = {.months = 1'200, .days = 36'500, .seconds = 3'153'600'000},
                            .rounding = ExpiryRounding::kYearEnd};
  const auto latest = ExpiryOf(base::kLatestInstant, policy, zone);
  EXPECT_GT(*latest, base::kLatestInstant);
  EXPECT_GT(*ExpiryOf(base::kEarliestInstant, policy, zone), base::kEarliestInstant);
}

}  // namespace
}  // namespace fairpoint::ledger
