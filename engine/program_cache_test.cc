#include "engine/program_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;

ledger::ProgramVersion Row(int64_t version, int64_t effective_from, const char* text = "CNY") {
  ledger::ProgramVersion row;
  row.program_id = Brand();
  row.version = version;
  row.effective_from = base::Instant{effective_from};
  row.text = text;
  return row;
}

int64_t VersionAt(const ProgramCache& cache, int64_t at) {
  const ProgramCache::Version version = cache.InForce(Brand(), base::Instant{at});
  return version == nullptr ? 0 : version->version;
}

TEST(ProgramCache, KnowsNothingAtFirst) {
  const ProgramCache cache(testing::ParseProgram);
  EXPECT_EQ(cache.LatestVersion(Brand()), 0);
  EXPECT_EQ(cache.Latest(Brand()), nullptr);
  EXPECT_EQ(VersionAt(cache, INT64_MAX), 0);
}

TEST(ProgramCache, IsInForceFromItsInstantOn) {
  ProgramCache cache(testing::ParseProgram);
  ASSERT_TRUE(cache.Add({Row(1, 100), Row(2, 200)}).ok());
  EXPECT_EQ(VersionAt(cache, 99), 0);
  EXPECT_EQ(VersionAt(cache, 100), 1);
  EXPECT_EQ(VersionAt(cache, 199), 1);
  EXPECT_EQ(VersionAt(cache, 200), 2);
  EXPECT_EQ(cache.LatestVersion(Brand()), 2);
  EXPECT_EQ(cache.Latest(Brand())->version, 2);
  EXPECT_EQ(cache.LatestVersion(base::ProgramId("another")), 0);
  EXPECT_EQ(cache.InForce(base::ProgramId("another"), base::Instant{200}), nullptr);
}

TEST(ProgramCache, TheHighestVersionThatHasBegunIsInForce) {
  ProgramCache cache(testing::ParseProgram);
  // The third comes into force before the second, which then never is.
  ASSERT_TRUE(cache.Add({Row(1, 100), Row(2, 300), Row(3, 200)}).ok());
  EXPECT_EQ(VersionAt(cache, 199), 1);
  EXPECT_EQ(VersionAt(cache, 200), 3);
  EXPECT_EQ(VersionAt(cache, 300), 3);
}

TEST(ProgramCache, TellsWhenAnotherVersionWillBeInForce) {
  ProgramCache cache(testing::ParseProgram);
  ASSERT_TRUE(cache.Add({Row(1, 100), Row(2, 300), Row(3, 200), Row(4, 400)}).ok());
  const auto next = [&cache](int64_t at) {
    const auto found = cache.NextInForce(Brand(), base::Instant{at});
    return found ? found->micros : 0;
  };
  EXPECT_EQ(next(99), 100);
  EXPECT_EQ(next(100), 200);
  EXPECT_EQ(next(199), 200);
  EXPECT_EQ(next(200), 400) << "the second never is";
  EXPECT_EQ(next(400), 0);
  EXPECT_EQ(cache.NextInForce(base::ProgramId("another"), base::Instant{1}), std::nullopt);
}

TEST(ProgramCache, AddsOnlyWhatFollows) {
  ProgramCache cache(testing::ParseProgram);
  ASSERT_TRUE(cache.Add({Row(2, 200)}).ok());
  EXPECT_EQ(cache.LatestVersion(Brand()), 0) << "the first is missing";
  ASSERT_TRUE(cache.Add({Row(1, 100), Row(1, 150), Row(3, 300)}).ok());
  EXPECT_EQ(cache.LatestVersion(Brand()), 1);
  EXPECT_EQ(VersionAt(cache, 100), 1) << "the first 1 stays";
  ASSERT_TRUE(cache.Add({Row(1, 100), Row(2, 200), Row(3, 300)}).ok());
  EXPECT_EQ(cache.LatestVersion(Brand()), 3);
}

TEST(ProgramCache, ATextThatCannotBeReadIsDataLoss) {
  ProgramCache cache(testing::ParseProgram);
  const absl::Status status = cache.Add({Row(1, 100), Row(2, 200, "CNY broken"), Row(3, 300)});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("brand version 2"));
  EXPECT_EQ(cache.LatestVersion(Brand()), 1) << "what came before it is kept";
}

TEST(ProgramCache, NothingIsInForceFromWhenOnItMayBeAVersionThatCannotBeRead) {
  ProgramCache cache(testing::ParseProgram);
  ASSERT_FALSE(cache.Add({Row(1, 100), Row(2, 300, "CNY broken"), Row(3, 200)}).ok());
  EXPECT_EQ(VersionAt(cache, 199), 1);
  EXPECT_EQ(cache.InForce(Brand(), base::Instant{200}), nullptr) << "it may be the third";
  EXPECT_EQ(cache.NextInForce(Brand(), base::Instant{100}), base::Instant{200});
  cache.SetUnreadable(Brand());
  EXPECT_EQ(cache.InForce(Brand(), base::Instant{100}), nullptr);
  EXPECT_EQ(cache.InForceOrLatest(Brand(), base::Instant{100})->version, 1);
  ASSERT_TRUE(cache.Add({Row(2, 300)}).ok());
  EXPECT_EQ(VersionAt(cache, 199), 1) << "it was mended";
}

TEST(ProgramCache, RacingReadersSeeWholeVersions) {
  constexpr int64_t kVersions = 200;
  ProgramCache cache(testing::ParseProgram);
  const auto add_all = [&cache] {
    for (int64_t version = 1; version <= kVersions; ++version)
      ASSERT_TRUE(cache.Add({Row(version, version)}).ok());
  };
  const auto read = [&cache] {
    int64_t seen = 0;
    while (seen < kVersions) {
      const ProgramCache::Version latest = cache.Latest(Brand());
      if (latest == nullptr) continue;
      ASSERT_GE(latest->version, seen) << "never goes back";
      ASSERT_EQ(VersionAt(cache, latest->version), latest->version);
      seen = latest->version;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(add_all);
  for (int i = 0; i < 2; ++i) threads.emplace_back(read);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.LatestVersion(Brand()), kVersions);
}

}  // namespace
}  // namespace fairpoint::engine
