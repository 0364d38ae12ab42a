// What the verifier asks beside pages: heads that cannot be read, and rows whose head is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

class HeadsConformance : public Conformance {
 protected:
  // A MariaDB pads a hash that is too short, unless the column is made to hold any.
  void Shorten(std::string_view table, std::string_view where) {
    if (under_test_->dialect() == Dialect::kMysql) {
      ASSERT_OK(Run(Text("ALTER TABLE ", table, " MODIFY head_hash VARBINARY(64) NOT NULL")));
    }
    ASSERT_OK(Run(Text("UPDATE ", table, " SET head_hash = x'0102' WHERE ", where)));
  }
};

TEST_F(HeadsConformance, AProgrammeWhoseHeadCannotBeReadIsNamedAndHidesNoOther) {
  engine::WriteSet changes;
  for (const char* id : {"a", "b", "c"}) {
    changes.new_program_heads.push_back(Filled<ledger::ProgramHead>(Flavour::kSample));
    changes.new_program_heads.back().program_id = base::ProgramId(id);
  }
  ASSERT_OK(Commit(changes));
  Shorten("program", "program_id = x'62'");
  changes.new_program_heads[1].head_hash = base::kZeroHash;
  std::vector<ledger::ProgramHead> found;
  std::map<base::ProgramId, std::string> unreadable;
  ASSERT_OK(Reader()->LoadProgramHeads(found, unreadable));
  EXPECT_EQ(found, changes.new_program_heads);
  EXPECT_THAT(unreadable,
              ElementsAre(Pair(base::ProgramId("b"),
                               HasSubstr("table program, row (b): column head_hash does not"))));
  // Nobody writes on it.
  auto writer = Writer();
  ASSERT_OK(writer->Begin());
  EXPECT_EQ(writer->LockProgramHeads(One(base::ProgramId("b")), false, found).code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(HeadsConformance, ALaneWhoseHeadCannotBeReadIsNamedAndLeftAlone) {
  std::vector<engine::JournalLane> lanes;
  for (int64_t lane = 1; lane <= 3; ++lane) {
    engine::WriteSet changes;
    changes.lane = Filled<engine::JournalLane>(Flavour::kSample);
    changes.lane->lane = lane;
    changes.lane->lease_until = base::Instant{0};
    ASSERT_OK(Commit(changes));
    lanes.push_back(*changes.lane);
  }
  Shorten("journal_lane", "lane = 1");
  lanes[0].head_hash = base::kZeroHash;
  std::vector<engine::JournalLane> found;
  std::map<int64_t, std::string> unreadable;
  ASSERT_OK(Reader()->LoadLanes(found, unreadable));
  EXPECT_EQ(found, lanes);
  EXPECT_THAT(unreadable,
              ElementsAre(Pair(1, HasSubstr("table journal_lane, row (1): column head_hash"))));
  EXPECT_EQ(store_->LeaseLane("one", 60).value_or(-1), 2);
  engine::LaneLock lock;
  auto writer = Writer();
  ASSERT_OK(writer->Begin());
  EXPECT_EQ(writer->LockLane(1, lock).code(), absl::StatusCode::kDataLoss);
}

// A head that was set back: not a race, which ALREADY_EXISTS would be.
TEST_F(HeadsConformance, ARowOfTheJournalThatIsThereAlreadyIsToldFromARace) {
  engine::WriteSet changes;
  changes.journal = Filled<engine::JournalRow>(Flavour::kSample);
  ASSERT_OK(Commit(changes));
  const absl::Status again = Commit(changes);
  EXPECT_EQ(again.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(again.message()), HasSubstr(Text("lane ", changes.journal->lane)));
  // Of what is written before it, a taken key is one.
  changes.receipts = {Filled<engine::Receipt>(Flavour::kSample)};
  engine::WriteSet receipt;
  receipt.receipts = changes.receipts;
  ASSERT_OK(Commit(receipt));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(HeadsConformance, LanesOfTheJournalsRows) {
  auto reader = Reader();
  const auto after = [&](std::optional<int64_t> lane) {
    std::optional<int64_t> next = 77;
    EXPECT_OK(reader->FindNextLane(lane, next));
    return next;
  };
  EXPECT_EQ(after(std::nullopt), std::nullopt);
  for (const int64_t lane : {kLeast, int64_t{0}, int64_t{3}, kMost}) {
    for (const int64_t seq : {kLeast, int64_t{1}, kMost}) {
      engine::WriteSet changes;
      changes.journal = Filled<engine::JournalRow>(Flavour::kSample);
      changes.journal->lane = lane;
      changes.journal->lane_seq = seq;
      ASSERT_OK(Commit(changes));
    }
  }
  EXPECT_EQ(after(std::nullopt), kLeast);
  EXPECT_EQ(after(kLeast), 0);
  EXPECT_EQ(after(0), 3);
  EXPECT_EQ(after(1), 3);
  EXPECT_EQ(after(3), kMost);
  EXPECT_EQ(after(kMost), std::nullopt);
}

TEST_F(HeadsConformance, ProgrammesOfVersions) {
  auto reader = Reader();
  const auto after = [&](const std::optional<base::ProgramId>& id) {
    std::optional<base::ProgramId> next = base::ProgramId("none");
    EXPECT_OK(reader->FindNextProgram(id, next));
    return next;
  };
  EXPECT_EQ(after(std::nullopt), std::nullopt);
  engine::WriteSet changes;
  for (const char* id : {"", "a", "ab", "b"}) {
    for (int64_t version = 1; version <= 2; ++version) {
      changes.program_versions.push_back(Filled<ledger::ProgramVersion>(Flavour::kSample));
      changes.program_versions.back().program_id = base::ProgramId(id);
      changes.program_versions.back().version = version;
    }
  }
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(after(std::nullopt), base::ProgramId(""));
  EXPECT_EQ(after(base::ProgramId("")), base::ProgramId("a"));
  EXPECT_EQ(after(base::ProgramId("a")), base::ProgramId("ab"));
  EXPECT_EQ(after(base::ProgramId("aa")), base::ProgramId("ab"));
  EXPECT_EQ(after(base::ProgramId("b")), std::nullopt);
}

TEST_F(HeadsConformance, IdentitiesInPages) {
  engine::WriteSet changes;
  for (const char* program : {"a", "ab", "b"}) {
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      changes.new_identities.push_back(RowOf<ledger::Identity>(program, "member"));
      changes.new_identities.back().lookup_hash = std::string(32, byte);
    }
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  for (const size_t limit : {1U, 2U, 9U, 10U}) {
    std::vector<ledger::Identity> joined, page;
    std::optional<engine::IdentityName> after;
    do {
      ASSERT_OK(reader->ScanIdentities(after, limit, page));
      joined.insert(joined.end(), page.begin(), page.end());
      if (!page.empty())
        after = engine::IdentityName{page.back().program_id, page.back().lookup_hash};
    } while (page.size() == limit);
    EXPECT_EQ(joined, changes.new_identities);
  }
}

}  // namespace
}  // namespace fairpoint::storage::testing
