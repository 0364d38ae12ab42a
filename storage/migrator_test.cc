#include "storage/migrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/sha256.h"

namespace fairpoint::storage {
namespace {

using ::testing::HasSubstr;

const Migration kKnown[] = {{1, "0001_one", "CREATE one"}, {2, "0002_two", "CREATE two"}};

MigrationRow RowFor(const Migration& migration) {
  return {migration.version, std::string(migration.name), base::Sha256(migration.sql),
          base::Instant{1}};
}

std::string Refusal(const std::vector<MigrationRow>& applied) {
  const absl::Status status = CheckApplied(applied, kKnown);
  if (status.ok()) return "none";
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  return std::string(status.message());
}

TEST(TriggersIn, AreFoundInBothDialects) {
  using Found = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(TriggersIn("CREATE TABLE a (x);\n-- CREATE TRIGGER none\n"
                       "CREATE TRIGGER a_no BEFORE UPDATE ON a BEGIN\n  SELECT 1;\nEND;\n"
                       "CREATE TRIGGER b_no BEFORE DELETE ON a BEGIN\n  SELECT 2;\nEND;\n"),
            (Found{{"a_no", "CREATE TRIGGER a_no BEFORE UPDATE ON a BEGIN\n  SELECT 1;\nEND"},
                   {"b_no", "CREATE TRIGGER b_no BEFORE DELETE ON a BEGIN\n  SELECT 2;\nEND"}}));
  EXPECT_EQ(TriggersIn("CREATE TRIGGER IF NOT EXISTS a_no BEFORE UPDATE ON a FOR EACH ROW\n"
                       "  SIGNAL 'x';\nCREATE TABLE b (x);\n"),
            (Found{{"a_no",
                    "CREATE TRIGGER IF NOT EXISTS a_no BEFORE UPDATE ON a FOR EACH ROW\n"
                    "  SIGNAL 'x'"}}));
  EXPECT_EQ(TriggersIn(MigrationsOf(Dialect::kSqlite).front().sql).size(), 12u);
  EXPECT_EQ(TriggersIn(MigrationsOf(Dialect::kMysql).front().sql).size(), 12u);
}

TEST(CheckApplied, APrefixOfTheKnownOnesIsFine) {
  EXPECT_EQ(Refusal({}), "none");
  EXPECT_EQ(Refusal({RowFor(kKnown[0])}), "none");
  EXPECT_EQ(Refusal({RowFor(kKnown[0]), RowFor(kKnown[1])}), "none");
}

TEST(CheckApplied, ANewerStoreIsRefused) {
  EXPECT_THAT(
      Refusal({RowFor(kKnown[0]), RowFor(kKnown[1]), RowFor({3, "0003_three", "x"})}),
      HasSubstr("is at schema version 3, this program knows 2: run a Fairpoint at least as new"));
}

TEST(CheckApplied, AChangedMigrationIsRefused) {
  EXPECT_THAT(Refusal({RowFor({1, "0001_one", "CREATE one;"})}),
              HasSubstr("a migration was changed after it was applied"));
  EXPECT_THAT(Refusal({RowFor({1, "0001_uno", "CREATE one"})}),
              HasSubstr("was migrated by 0001_uno"));
}

TEST(CheckApplied, AGapIsRefused) {
  EXPECT_THAT(Refusal({RowFor(kKnown[1])}), HasSubstr("has no version 1"));
}

TEST(Migrations, BothDialectsHaveTheSameOnes) {
  const auto sqlite = MigrationsOf(Dialect::kSqlite);
  const auto mysql = MigrationsOf(Dialect::kMysql);
  ASSERT_EQ(sqlite.size(), mysql.size());
  ASSERT_FALSE(sqlite.empty());
  for (size_t i = 0; i < sqlite.size(); ++i) {
    EXPECT_EQ(sqlite[i].version, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(sqlite[i].version, mysql[i].version);
    EXPECT_EQ(sqlite[i].name, mysql[i].name);
  }
}

// A migration that was released is never edited: stores out there remember its checksum. When this
// fails, write a new one instead.
TEST(Migrations, ReleasedOnesStayAsTheyAre) {
  const auto checksum = [](const Migration& migration) {
    return base::ToHex(base::AsBytes(base::Sha256(migration.sql))).substr(0, 16);
  };
  EXPECT_EQ(checksum(MigrationsOf(Dialect::kSqlite)[0]), "d63caeea6bddd886");
  EXPECT_EQ(checksum(MigrationsOf(Dialect::kMysql)[0]), "dfe819e0b6e11cb7");
}

}  // namespace
}  // namespace fairpoint::storage
