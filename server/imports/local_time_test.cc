#include "server/imports/local_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairpoint::server::imports {
namespace {

using testing::HasSubstr;

constexpr char kFormat[] = "%Y-%m-%d %H:%M:%S";

LocalTimeReader Reader(const char* zone, const char* format = kFormat) {
  absl::TimeZone loaded;
  EXPECT_TRUE(absl::LoadTimeZone(zone, &loaded)) << zone;
  return {format, loaded};
}

TEST(LocalTime, IsOnTheZonesClocks) {
  struct Case {
    const char* zone;
    const char* format;
    const char* text;
    const char* utc;
  };
  const Case cases[] = {
      {"Europe/London", kFormat, "2010-12-01 08:26:00", "2010-12-01T08:26:00.000000Z"},
      {"Europe/London", kFormat, " 2011-07-01 08:26:00 ", "2011-07-01T07:26:00.000000Z"},
      {"Asia/Shanghai", kFormat, "2024-02-29 00:00:00", "2024-02-28T16:00:00.000000Z"},
      // Shown twice: the earlier.
      {"Europe/London", kFormat, "2011-10-30 01:30:00", "2011-10-30T00:30:00.000000Z"},
      {"Europe/London", kFormat, "2011-10-30 02:00:00", "2011-10-30T02:00:00.000000Z"},
      {"Asia/Shanghai", "%d/%m/%Y %H:%M", "1/12/2010 8:26", "2010-12-01T00:26:00.000000Z"},
      {"Asia/Shanghai", "%Y-%m-%d %H:%M:%E*S", "2024-05-01 00:00:00.25",
       "2024-04-30T16:00:00.250000Z"},
      // With an offset in it the zone is not asked.
      {"Asia/Shanghai", "%Y-%m-%dT%H:%M:%S%Ez", "2011-03-27T01:30:00+01:00",
       "2011-03-27T00:30:00.000000Z"},
      {"Europe/London", "%s", "1301189400", "2011-03-27T01:30:00.000000Z"},
  };
  for (const Case& test : cases) {
    const auto read = Reader(test.zone, test.format).Read(test.text);
    ASSERT_TRUE(read.ok()) << test.text << read.status();
    EXPECT_EQ(base::ToString(*read), test.utc) << test.text;
  }
}

TEST(LocalTime, RefusesWhatNoClockShows) {
  const std::pair<const char*, const char*> cases[] = {
      {"2011-02-30 10:00:00", "no time of the form"},
      {"2011-02-29 10:00:00", "no time of the form"},
      {"2011-13-01 10:00:00", "no time of the form"},
      {"2011-01-01 24:00:00", "no time of the form"},
      {"2011-01-01 23:60:00", "no time of the form"},
      {"2011-01-01 23:59:60", "no time of the form"},
      {"2011-01-01", "no time of the form"},
      {"", "no time of the form"},
      {"01/01/2011 10:00:00", "no time of the form"},
      {"infinite-future", "no time of the form"},
      {"2011-01-01 10:00:00 x", "no time of the form"},
      {" ", "but empty"},
      {"2011-03-27 01:30:00", "Europe/London skip"},
      {"1969-12-31 23:59:59", "not within 1970"},
      {"2200-01-01 00:00:00", "not within 1970"},
  };
  const LocalTimeReader reader = Reader("Europe/London");
  for (const auto& [text, why] : cases) {
    const auto read = reader.Read(text);
    EXPECT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.status().message(), HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace fairpoint::server::imports
