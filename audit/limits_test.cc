// What the verifier does with rows that it cannot read and with very many faults, and what it
// cannot find at all.
#include <algorithm>

#include "audit/testing/story.h"
#include "audit/testing/tamper.h"
#include "audit/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Points;
using testing::HasSubstr;

Report VerifyNow(MemoryStore& store, const VerifyOptions& options = {}) {
  absl::StatusOr<Report> report = Verify(store, options);
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *std::move(report) : Report();
}

// Whoever rewrites the rows, every chain and the journal to its end leaves nothing that
// contradicts. Only a copy of a lane's head kept elsewhere tells: docs/verify.md says so.
TEST(LimitsTest, AStoreRewrittenWhollyIsNotFound) {
  MemoryStore store;
  store.tables = TheStory().tables();
  store.tables.entries.at(At(2)).points = Points{60};
  FixChain(store.tables, Member(), 2);
  for (int64_t seq = 2; seq <= 9; ++seq)
    FixJournal(store.tables, 1, TheStory().entry(seq).lane_seq);
  EXPECT_TRUE(VerifyNow(store).ok) << ToText(VerifyNow(store));
  EXPECT_NE(store.tables.lanes.at(1).head_hash, TheStory().tables().lanes.at(1).head_hash);
}

// Likewise the newest transaction, taken away with its row of the journal.
TEST(LimitsTest, ATailCutWithTheJournalIsNotFound) {
  MemoryStore store;
  store.tables = TheStory().tables();
  const ledger::MemberEvent frozen = store.tables.events.at(At(2));
  store.tables.events.erase(At(2));
  store.tables.receipts.erase({kProgram, frozen.request_id});
  FixProjections(store.tables, Member());
  store.tables.members.at(Member()).state = ledger::MemberState::kActive;
  store.tables.journal.erase({1, frozen.lane_seq});
  FixLane(store.tables, 1, frozen.lane_seq);
  EXPECT_TRUE(VerifyNow(store).ok) << ToText(VerifyNow(store));
}

TEST(LimitsTest, ARowThatCannotBeReadIsNamedByItsNeighbour) {
  for (const size_t page_rows : {1u, 2u, 64u}) {
    MemoryStore store;
    store.tables = TheStory().tables();
    store.unreadable = {At(4)};
    VerifyOptions options;
    options.page_rows = page_rows;
    options.snapshot_members_max = 1;
    const Report report = VerifyNow(store, options);
    EXPECT_FALSE(report.ok);
    EXPECT_FALSE(report.complete);
    EXPECT_EQ(report.findings_total, 1) << ToText(report);
    EXPECT_EQ(report.findings.front(), (Finding{"entry", "sample", "after " + Named(3), "row",
                                                "one that can be read", "a hash of 5 bytes"}));
    EXPECT_EQ(report.members, 2) << "the neighbours were not looked at";
  }
}

TEST(LimitsTest, HeadsPastAllCountingAreFindings) {
  MemoryStore store;
  Workload workload(store, 3, /*workers=*/2);
  workload.Publish(kProgram, 1);
  for (int i = 0; i < 9; ++i) workload.Enroll(kProgram);
  workload.Random(40, 3);
  ASSERT_EQ(store.tables.lanes.size(), 2u);
  for (auto& [number, lane] : store.tables.lanes) lane.lane_seq = INT64_MAX;
  const Report report = VerifyNow(store);
  EXPECT_GE(report.findings_total, 2) << ToText(report);
  EXPECT_EQ(report.findings.front().record, "journal row");
}

// Numbers of rows that no row can have, in a row of the journal that is otherwise as it must be.
TEST(LimitsTest, LeavesOfImpossibleNumbersAreFindings) {
  MemoryStore store;
  store.tables = TheStory().tables();
  engine::JournalRow& row = store.tables.journal.at({1, TheStory().entry(2).lane_seq});
  std::vector<engine::JournalLeaf> leaves;
  ASSERT_TRUE(DecodeLeaves(row.body, leaves));
  for (const auto table : {engine::JournalTable::kEntry, engine::JournalTable::kProgramVersion}) {
    leaves.push_back(leaves.front());
    leaves.back().table = table;
    leaves.back().seq = INT64_MIN;
  }
  row.body = EncodeLeaves(leaves);
  FixLane(store.tables, 1, row.lane_seq);
  store.tables.entries.at(At(3)).lane_seq = INT64_MIN;
  const Report report = VerifyNow(store);
  EXPECT_TRUE(report.complete);
  EXPECT_GE(report.findings_total, 3) << ToText(report);
}

// Those before and after it are, and so are its own entries.
TEST(LimitsTest, AMemberThatCannotBeReadHidesNoOther) {
  MemoryStore store;
  Workload workload(store, 3);
  workload.Publish(kProgram, 1);
  for (int i = 0; i < 9; ++i) {
    const base::MemberId member = workload.Enroll(kProgram);
    workload.Do(kProgram, member, ledger::EarnPoints{Points{5}});
  }
  std::vector<engine::MemberName> names;
  names.reserve(store.tables.members.size());
  for (auto& [name, member] : store.tables.members) names.push_back(name);
  store.unreadable_members = {names[0], names[4], names[8]};
  for (const size_t i : {1u, 3u, 5u, 7u}) store.tables.members.at(names[i]).debt = Points{1};
  store.tables.entries.at({names[4], 1}).actor = "forged";
  std::vector<std::string> expected;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i != 2 && i != 6) expected.push_back(names[i].member_id.value());
  }
  for (const size_t members_max : {1u, 2u, 5u, 100u}) {
    VerifyOptions options;
    options.snapshot_members_max = members_max;
    const Report report = VerifyNow(store, options);
    EXPECT_FALSE(report.complete);
    EXPECT_EQ(report.members, 6);
    EXPECT_EQ(report.entries, 9);
    std::vector<std::string> found;
    for (const Finding& finding : report.findings) {
      if (finding.record == "member") found.push_back(finding.name);
    }
    EXPECT_EQ(found, expected) << ToText(report);
    EXPECT_EQ(report.identities, 9);
    EXPECT_EQ(std::ranges::count(report.findings, "identity", &Finding::record), 0)
        << "a member who cannot be read is there";
    EXPECT_THAT(report.findings,
                testing::Contains(Finding{"member", "sample", names[4].member_id.value(), "row",
                                          "one that can be read", "a hash of 4 bytes"}));
    EXPECT_THAT(report.findings,
                testing::Contains(testing::Field(
                    &Finding::name, base::ToString(base::EntryName{names[4].member_id, 1}))));
  }
}

// Everything but that one column is compared.
TEST(LimitsTest, HeadsThatCannotBeReadAreNamedAndHideNothing) {
  MemoryStore store;
  store.tables = TheStory().tables();
  store.unreadable_programs = {{kProgram, "a hash of 3 bytes"}};
  store.unreadable_lanes = {{1, "a hash of 2 bytes"}};
  Report report = VerifyNow(store);
  EXPECT_FALSE(report.ok);
  EXPECT_TRUE(report.complete);
  EXPECT_THAT(report.findings,
              testing::ElementsAre(Finding{"programme", "sample", "", "head_hash",
                                           "one that can be read", "a hash of 3 bytes"},
                                   Finding{"lane", "", "1", "head_hash", "one that can be read",
                                           "a hash of 2 bytes"}));
  EXPECT_EQ(report.program_versions, 2);
  EXPECT_EQ(report.journal_rows, 12);

  store.tables.program_heads.at(kProgram).latest_version = 3;
  store.tables.lanes.at(1).lane_seq = 11;
  store.tables.receipts.at(RequestAt(2)).outcome = 77;
  report = VerifyNow(store);
  std::vector<std::string> found;
  found.reserve(report.findings.size());
  for (const Finding& finding : report.findings) found.push_back(finding.record + finding.what);
  const std::vector<std::string> expected = {"programmelatest_version", "journal rowrow",
                                             "receipthash, by the journal's row " + JournalAt(2)};
  EXPECT_THAT(found, testing::IsSupersetOf(expected)) << ToText(report);
}

TEST(LimitsTest, AHeadThatCanNoLongerBeReadIsNamed) {
  MemoryStore store;
  store.tables = TheStory().tables();
  store.before_scan = [&] { store.unreadable_lanes = {{1, "a hash of 2 bytes"}}; };
  const Report report = VerifyNow(store);
  EXPECT_THAT(report.findings,
              testing::ElementsAre(Finding{"lane", "", "1", "head_hash", "one that can be read",
                                           "a hash of 2 bytes"}));
}

TEST(LimitsTest, VersionsWithoutTheirProgrammeAreFollowed) {
  MemoryStore store;
  store.tables = TheStory().tables();
  store.tables.program_heads.erase(kProgram);
  Report report = VerifyNow(store);
  EXPECT_EQ(report.findings_total, 1) << ToText(report);
  EXPECT_EQ(report.program_versions, 2);
  store.tables.program_versions.at({kProgram, 2}).actor = "forged";
  report = VerifyNow(store);
  EXPECT_THAT(report.findings,
              testing::Contains(testing::AllOf(
                  testing::Field(&Finding::record, "programme version"),
                  testing::Field(&Finding::name, "2"), testing::Field(&Finding::what, "hash"))));
}

TEST(LimitsTest, EveryPassDescribesItsFirstFindingsAndCountsAll) {
  MemoryStore store;
  Workload workload(store, 3);
  workload.Publish(kProgram, 1);
  for (int i = 0; i < 30; ++i) workload.Enroll(kProgram);
  for (auto& [name, member] : store.tables.members) member.debt = Points{1};
  for (auto& [name, receipt] : store.tables.receipts) receipt.outcome = 77;
  VerifyOptions options;
  options.findings_per_pass_max = 5;
  const Report report = VerifyNow(store, options);
  const auto count = [&report](const char* record) {
    return std::ranges::count(report.findings, std::string(record), &Finding::record);
  };
  EXPECT_EQ(count("member"), 5);
  EXPECT_EQ(count("receipt"), 5);
  EXPECT_EQ(report.findings.size(), 10u);
  // Of the members, their sum, and the receipts as far as they were looked for.
  EXPECT_GE(report.findings_total, 30 + 1 + 5);
  EXPECT_THAT(ToText(report),
              HasSubstr("  and " + std::to_string(report.findings_total - 10) + " more\n"));
}

// One wrong entry spoils what follows from it; the rest of the list is for others.
TEST(LimitsTest, OneMemberDoesNotFillTheList) {
  MemoryStore store;
  store.tables = TheStory().tables();
  for (int64_t seq = 1; seq <= 9; ++seq) store.tables.entries.at(At(seq)).hash = {};
  store.tables.members.at(TheStory().neighbour).debt = Points{1};
  VerifyOptions options;
  options.findings_per_member_max = 3;
  const Report report = VerifyNow(store, options);
  ASSERT_GE(report.findings.size(), 4u);
  EXPECT_EQ(report.findings[2].name, Named(2));
  EXPECT_THAT(report.findings,
              testing::Contains(Finding{"member", "sample", TheStory().neighbour.member_id.value(),
                                        "debt", "0", "1"}));
}

}  // namespace
}  // namespace fairpoint::audit
