#include "tests/simulation/calendar.h"

#include <algorithm>

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kAhead = 8 * 3'600 * kSecond;

bool IsLeap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int64_t DaysIn(int64_t year, int64_t month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

struct Date {
  int64_t year = 1970;
  int64_t month = 1;  // 1 to 12
  int64_t day = 1;    // 1 to 31
};

// By walking the years and months: slow and plain. Only dates after 1970 occur.
Date DateOf(int64_t days_since_1970) {
  Date date;
  for (; days_since_1970 >= (IsLeap(date.year) ? 366 : 365); ++date.year)
    days_since_1970 -= IsLeap(date.year) ? 366 : 365;
  for (; days_since_1970 >= DaysIn(date.year, date.month); ++date.month)
    days_since_1970 -= DaysIn(date.year, date.month);
  date.day = days_since_1970 + 1;
  return date;
}

int64_t DaysSince1970(const Date& date) {
  int64_t days = 0;
  for (int64_t year = 1970; year < date.year; ++year) days += IsLeap(year) ? 366 : 365;
  for (int64_t month = 1; month < date.month; ++month) days += DaysIn(date.year, month);
  return days + date.day - 1;
}

}  // namespace

int64_t Later(int64_t instant, const Span& span) {
  const int64_t local = instant + kAhead;
  Date date = DateOf(local / kDay);
  for (int64_t i = 0; i < span.months; ++i) {
    if (++date.month > 12) {
      date.month = 1;
      ++date.year;
    }
  }
  date.day = std::min(date.day, DaysIn(date.year, date.month));
  return (DaysSince1970(date) + span.days) * kDay + local % kDay + span.seconds * kSecond - kAhead;
}

int64_t EndOf(char period, int64_t instant) {
  const int64_t local = instant + kAhead;
  Date start = DateOf(local / kDay);
  start.day = 1;
  const int64_t months = period == 'y' ? 12 : period == 'q' ? 3 : 1;
  while ((start.month - 1) % months != 0) --start.month;
  if (DaysSince1970(start) * kDay == local) return instant;
  for (int64_t i = 0; i < months; ++i) {
    if (++start.month > 12) {
      start.month = 1;
      ++start.year;
    }
  }
  return DaysSince1970(start) * kDay - kAhead;
}

}  // namespace fairpoint::simulation
