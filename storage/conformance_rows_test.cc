// Every row of every table comes back as it was written, and keys are bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::MemberName;
using engine::MemberSeq;

const Flavour kFlavours[] = {Flavour::kEmpty, Flavour::kLow, Flavour::kHigh, Flavour::kSample};

// Rows of all flavours, which differ in their keys.
template <class Row>
std::vector<Row> AllFlavours() {
  std::vector<Row> rows;
  for (const Flavour flavour : kFlavours) rows.push_back(Filled<Row>(flavour));
  return rows;
}

template <class Row>
MemberName MemberOf(const Row& row) {
  return {row.program_id, row.member_id};
}

template <class Row, class Load>
void ExpectEach(const std::vector<Row>& rows, Load&& load) {
  for (const Row& row : rows) {
    std::vector<Row> found(3);  // emptied by the call
    EXPECT_OK(load(row, found));
    EXPECT_EQ(found, std::vector<Row>{row});
  }
}

class RowsConformance : public Conformance {
 protected:
  // Members are found under every name that these rows use.
  void BeginWriter() {
    session_ = Writer();
    ASSERT_OK(session_->Begin());
  }
  std::unique_ptr<engine::WriteSession> session_;
};

TEST_F(RowsConformance, Members) {
  engine::WriteSet changes;
  changes.new_members = AllFlavours<ledger::Member>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.new_members, [&](const auto& row, auto& found) {
    return session_->LockMembers(One(MemberOf(row)), found);
  });
  auto reader = Reader();
  ExpectEach(changes.new_members, [&](const auto& row, auto& found) {
    return reader->FindMembers(One(MemberOf(row)), found);
  });
}

TEST_F(RowsConformance, MembersReplaced) {
  engine::WriteSet changes;
  changes.new_members = AllFlavours<ledger::Member>();
  ASSERT_OK(Commit(changes));
  // Each takes on the values of the next flavour.
  engine::WriteSet later;
  for (size_t i = 0; i < changes.new_members.size(); ++i) {
    ledger::Member row = changes.new_members[(i + 1) % changes.new_members.size()];
    row.program_id = changes.new_members[i].program_id;
    row.member_id = changes.new_members[i].member_id;
    later.members.push_back(row);
  }
  ASSERT_OK(Commit(later));
  auto reader = Reader();
  ExpectEach(later.members, [&](const auto& row, auto& found) {
    return reader->FindMembers(One(MemberOf(row)), found);
  });
}

TEST_F(RowsConformance, MemberKeys) {
  engine::WriteSet changes;
  changes.new_member_keys = AllFlavours<ledger::MemberKey>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.new_member_keys, [&](const auto& row, auto& found) {
    return session_->LoadMemberKeys(One(MemberOf(row)), found);
  });
  auto reader = Reader();
  ExpectEach(changes.new_member_keys, [&](const auto& row, auto& found) {
    return reader->LoadMemberKeys(One(MemberOf(row)), found);
  });
}

TEST_F(RowsConformance, Identities) {
  engine::WriteSet changes;
  changes.new_identities = AllFlavours<ledger::Identity>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  auto reader = Reader();
  const auto name = [](const ledger::Identity& row) {
    return engine::IdentityName{row.program_id, row.lookup_hash};
  };
  ExpectEach(changes.new_identities, [&](const auto& row, auto& found) {
    return session_->FindIdentities(One(name(row)), found);
  });
  ExpectEach(changes.new_identities, [&](const auto& row, auto& found) {
    return reader->FindIdentities(One(name(row)), found);
  });
  ExpectEach(changes.new_identities, [&](const auto& row, auto& found) {
    return session_->LoadIdentitiesOf(One(MemberOf(row)), found);
  });
  ExpectEach(changes.new_identities, [&](const auto& row, auto& found) {
    return reader->LoadIdentitiesOf(One(MemberOf(row)), found);
  });
}

TEST_F(RowsConformance, Entries) {
  engine::WriteSet changes;
  changes.entries = AllFlavours<ledger::Entry>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  auto reader = Reader();
  ExpectEach(changes.entries, [&](const auto& row, auto& found) {
    return session_->LoadEntries(One(engine::EntrySpan{MemberOf(row), row.seq, 1}), found);
  });
  std::vector<ledger::Entry> found;
  EXPECT_OK(reader->ScanEntries({}, std::nullopt, 10, found));
  // The row whose programme and member are empty stands at the open start of a range, which is no
  // name.
  EXPECT_EQ(found.size(), changes.entries.size());
}

TEST_F(RowsConformance, MemberEvents) {
  engine::WriteSet changes;
  changes.events = AllFlavours<ledger::MemberEvent>();
  ASSERT_OK(Commit(changes));
  std::vector<ledger::MemberEvent> found;
  EXPECT_OK(Reader()->ScanEvents({}, std::nullopt, 10, found));
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(changes.events));
}

TEST_F(RowsConformance, Lots) {
  engine::WriteSet changes;
  changes.new_lots = AllFlavours<ledger::Lot>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.new_lots, [&](const auto& row, auto& found) {
    return session_->LoadLots(One(MemberSeq{MemberOf(row), row.lot_seq}), found);
  });
  engine::WriteSet later;
  for (ledger::Lot lot : changes.new_lots) {
    lot.points.value ^= 1;
    lot.is_open = !lot.is_open;
    lot.expires_at = lot.expires_at ? std::nullopt : std::optional(base::Instant{7});
    later.lots.push_back(lot);
  }
  session_->Rollback();
  ASSERT_OK(Commit(later));
  std::vector<ledger::Lot> found;
  EXPECT_OK(Reader()->ScanLots({}, std::nullopt, 10, found));
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(later.lots));
}

TEST_F(RowsConformance, Holds) {
  engine::WriteSet changes;
  changes.new_holds = AllFlavours<ledger::Hold>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.new_holds, [&](const auto& row, auto& found) {
    return session_->LoadHolds(One(MemberSeq{MemberOf(row), row.hold_seq}), found);
  });
  session_->Rollback();
  engine::WriteSet later;
  for (ledger::Hold hold : changes.new_holds) {
    hold.state = ledger::HoldState::kReleased;
    hold.slices.push_back({1, base::Points{2}});
    later.holds.push_back(hold);
  }
  ASSERT_OK(Commit(later));
  std::vector<ledger::Hold> found;
  EXPECT_OK(Reader()->ScanHolds({}, std::nullopt, 10, found));
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(later.holds));
}

TEST_F(RowsConformance, Reversals) {
  engine::WriteSet changes;
  changes.reversals = AllFlavours<engine::Reversal>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.reversals, [&](const auto& row, auto& found) {
    return session_->LoadReversals(One(MemberSeq{MemberOf(row), row.txn_seq}), found);
  });
  std::vector<engine::Reversal> found;
  EXPECT_OK(Reader()->ScanReversals({}, std::nullopt, 10, found));
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(changes.reversals));
}

TEST_F(RowsConformance, Receipts) {
  engine::WriteSet changes;
  changes.receipts = AllFlavours<engine::Receipt>();
  ASSERT_OK(Commit(changes));
  BeginWriter();
  ExpectEach(changes.receipts, [&](const auto& row, auto& found) {
    return session_->LoadReceipts(One(engine::RequestName{row.program_id, row.request_id}), found);
  });
  std::vector<engine::Receipt> found;
  EXPECT_OK(Reader()->LoadReceipts(
      One(engine::RequestName{changes.receipts[0].program_id, changes.receipts[0].request_id}),
      found));
  EXPECT_EQ(found, std::vector<engine::Receipt>{changes.receipts[0]});
  EXPECT_OK(Reader()->ScanReceipts(std::nullopt, 10, found));
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(changes.receipts));
}

TEST_F(RowsConformance, Programs) {
  engine::WriteSet changes;
  changes.new_program_heads = AllFlavours<ledger::ProgramHead>();
  changes.program_versions = AllFlavours<ledger::ProgramVersion>();
  for (auto& version : changes.program_versions)
    version.version = std::max(version.version, INT64_MIN + 1);  // one comes before it
  changes.program_versions.back().text =
      std::string(3 << 20, '\xfe');  // as large as no parameter is by itself
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  BeginWriter();
  ExpectEach(changes.program_versions, [&](const auto& row, auto& found) {
    return reader->LoadProgramVersions(row.program_id, row.version - 1, found);
  });
  ExpectEach(changes.new_program_heads, [&](const auto& row, auto& found) {
    return session_->LockProgramHeads(One(row.program_id), true, found);
  });
  ExpectEach(changes.new_program_heads, [&](const auto& row, auto& found) {
    return session_->LockProgramHeads(One(row.program_id), false, found);
  });
  session_->Rollback();

  engine::WriteSet later;
  later.program_heads = changes.new_program_heads;
  for (auto& head : later.program_heads) head.latest_version ^= 1;
  ASSERT_OK(Commit(later));
  std::vector<ledger::ProgramHead> found;
  std::map<base::ProgramId, std::string> unreadable;
  EXPECT_OK(reader->LoadProgramHeads(found, unreadable));
  EXPECT_THAT(unreadable, ::testing::IsEmpty());
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(later.program_heads));
}

TEST_F(RowsConformance, Journal) {
  for (const Flavour flavour : kFlavours) {
    engine::WriteSet changes;
    changes.journal = Filled<engine::JournalRow>(flavour);
    changes.lane = Filled<engine::JournalLane>(flavour);
    if (flavour == Flavour::kSample) changes.journal->body = std::string(1 << 20, '\0');
    if (flavour == Flavour::kLow) changes.journal->lane_seq = 1;
    ASSERT_OK(Commit(changes));
    const engine::JournalRow& row = *changes.journal;
    std::vector<engine::JournalRow> rows;
    EXPECT_OK(Reader()->ScanJournal(row.lane, row.lane_seq - 1, 10, rows));
    EXPECT_EQ(rows, std::vector<engine::JournalRow>{row});
    engine::LaneLock lock;
    BeginWriter();
    EXPECT_OK(session_->LockLane(changes.lane->lane, lock));
    EXPECT_EQ(lock.lane, *changes.lane);
    session_->Rollback();
  }
  std::vector<engine::JournalLane> lanes;
  std::map<int64_t, std::string> unreadable;
  EXPECT_OK(Reader()->LoadLanes(lanes, unreadable));
  EXPECT_THAT(unreadable, ::testing::IsEmpty());
  EXPECT_EQ(lanes.size(), 4u);
}

TEST_F(RowsConformance, ApiKeys) {
  const auto keys = AllFlavours<engine::ApiKey>();
  for (const engine::ApiKey& key : keys) ASSERT_OK(store_->InsertApiKey(key));
  auto found = store_->LoadApiKeys();
  ASSERT_OK(found.status());
  EXPECT_THAT(*found, ::testing::UnorderedElementsAreArray(keys));
}

}  // namespace
}  // namespace fairpoint::storage::testing
