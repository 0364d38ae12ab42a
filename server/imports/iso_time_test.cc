#include "server/imports/iso_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairpoint::server::imports {
namespace {

using testing::HasSubstr;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone));
  return zone;
}

std::string Read(std::string_view text, const char* zone = "UTC") {
  const absl::StatusOr<base::Instant> read = IsoTimeReader(Zone(zone)).Read(text);
  return read.ok() ? base::ToString(*read) : std::string(read.status().message());
}

TEST(IsoTime, ReadsDatesAndTimes) {
  EXPECT_EQ(Read("2026-07-31"), "2026-07-31T00:00:00.000000Z");
  EXPECT_EQ(Read("2026-07-31", "Asia/Shanghai"), "2026-07-30T16:00:00.000000Z");
  EXPECT_EQ(Read(" 2026-07-31T18:05 "), "2026-07-31T18:05:00.000000Z");
  EXPECT_EQ(Read("2026-07-31 18:05:09.25", "Asia/Shanghai"), "2026-07-31T10:05:09.250000Z");
  EXPECT_EQ(Read("2024-02-29T23:59:59.123456789"), "2024-02-29T23:59:59.123456Z");
}

TEST(IsoTime, AnOffsetWinsOverTheZone) {
  EXPECT_EQ(Read("2026-07-31T18:00:00Z", "Asia/Shanghai"), "2026-07-31T18:00:00.000000Z");
  EXPECT_EQ(Read("2026-07-31T18:00+08:00"), "2026-07-31T10:00:00.000000Z");
  EXPECT_EQ(Read("2026-07-31T18:00:00.5-0330"), "2026-07-31T21:30:00.500000Z");
}

TEST(IsoTime, RefusesWhatIsNone) {
  for (const char* const text : {"",
                                 "2026",
                                 "2026-7-31",
                                 "31.07.2026",
                                 "2026-07-31T",
                                 "2026-07-31T18",
                                 "2026-07-31X18:00",
                                 "2026-07-31T18:00:",
                                 "2026-07-31T18:00:00.",
                                 "2026-07-31T18:00:00.1234567890",
                                 "2026-07-31T18:00:00+",
                                 "2026-07-31T18:00+8",
                                 "2026-07-31T18:00+15:00",
                                 "2026-07-31T18:00+08:60",
                                 "2026-07-31T18:00z",
                                 "2026-07-31+08:00",
                                 "2026-07-31T18:00Zx",
                                 "2026-07-31T18:00+08:000",
                                 "infinite-future",
                                 "+2026-07-31"}) {
    EXPECT_THAT(Read(text), HasSubstr("is no ISO 8601 date or time")) << text;
  }
}

TEST(IsoTime, RefusesWhatNoCalendarAndNoClockHas) {
  for (const char* const text :
       {"2023-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"}) {
    EXPECT_EQ(Read(text), "is a day that no calendar has") << text;
  }
  for (const char* const text :
       {"2026-07-31T24:00", "2026-07-31T23:60", "2026-07-31T23:59:60", "2026-07-31T99:00Z"}) {
    EXPECT_EQ(Read(text), "is a time that no clock shows") << text;
  }
  EXPECT_THAT(Read("2011-03-27T01:30", "Europe/London"), HasSubstr("skip"));
  EXPECT_THAT(Read("1969-12-31"), HasSubstr("is not within 1970 to 2199"));
  EXPECT_THAT(Read("2200-01-01"), HasSubstr("is not within 1970 to 2199"));
}

}  // namespace
}  // namespace fairpoint::server::imports
