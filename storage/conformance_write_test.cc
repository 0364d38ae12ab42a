// What a transaction writes is all there or not at all, whatever its size; what it loads by key is
// exactly what was asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::EntrySpan;
using engine::MemberName;
using engine::MemberSeq;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

class WriteConformance : public Conformance {
 protected:
  static MemberName Name(std::string_view program_id, int number) {
    const std::string digits = std::to_string(number);
    return {base::ProgramId(program_id),
            base::MemberId(std::string(8 - digits.size(), '0') + digits)};
  }
  template <class Row>
  static Row RowAt(const MemberName& name) {
    return RowOf<Row>(name.program_id.value(), name.member_id.value());
  }

  static std::vector<ledger::Member> Members(std::string_view program_id, int count) {
    std::vector<ledger::Member> members;
    for (int i = 0; i < count; ++i) {
      members.push_back(RowAt<ledger::Member>(Name(program_id, i)));
      members.back().available.value = i;
    }
    return members;
  }
  static ledger::Entry Entry(const MemberName& name, int64_t seq, int64_t txn_seq) {
    auto entry = RowAt<ledger::Entry>(name);
    entry.seq = seq;
    entry.txn_seq = txn_seq;
    return entry;
  }
  static ledger::Lot Lot(const MemberName& name, int64_t seq, bool is_open) {
    auto lot = RowAt<ledger::Lot>(name);
    lot.lot_seq = seq;
    lot.is_open = is_open;
    return lot;
  }
};

// Around every chunk's width, so that a row at a seam would be missed.
class WriteConformanceCounts : public WriteConformance,
                               public ::testing::WithParamInterface<int> {};

TEST_P(WriteConformanceCounts, EveryRowIsWrittenReplacedAndFound) {
  engine::WriteSet changes;
  changes.new_members = Members("sample", GetParam());
  ASSERT_OK(Commit(changes));
  engine::WriteSet later;
  later.members = changes.new_members;
  for (auto& member : later.members) member.debt.value = member.available.value + 7;
  ASSERT_OK(Commit(later));

  std::vector<MemberName> names;
  for (const auto& member : later.members) names.push_back({member.program_id, member.member_id});
  std::vector<ledger::Member> found;
  auto session = Writer();
  ASSERT_OK(session->Begin());
  EXPECT_OK(session->LockMembers(names, found));
  EXPECT_THAT(found, ElementsAreArray(later.members));
  EXPECT_OK(Reader()->FindMembers(names, found));
  EXPECT_THAT(found, ElementsAreArray(later.members));
}
INSTANTIATE_TEST_SUITE_P(Counts, WriteConformanceCounts,
                         ::testing::Values(0, 1, 2, 3, 4, 7, 8, 11, 99, 100, 101, 131, 499, 500,
                                           501, 1203));

TEST_F(WriteConformance, KeysOfSeveralProgrammesInAnyOrder) {
  engine::WriteSet changes;
  for (const char* program : {"p1", "p2", "p3"}) {
    for (const auto& member : Members(program, 5)) changes.new_members.push_back(member);
  }
  ASSERT_OK(Commit(changes));
  const std::vector<MemberName> names = {Name("p3", 1), Name("p1", 4), Name("p2", 0),
                                         Name("p1", 2), Name("p9", 1), Name("p1", 99)};
  std::vector<ledger::Member> found;
  EXPECT_OK(Reader()->FindMembers(names, found));
  std::vector<MemberName> got;
  for (const auto& member : found) got.push_back({member.program_id, member.member_id});
  EXPECT_THAT(got, ::testing::UnorderedElementsAre(Name("p1", 2), Name("p1", 4), Name("p2", 0),
                                                   Name("p3", 1)));
}

TEST_F(WriteConformance, LockedMembersComeInAscendingOrder) {
  engine::WriteSet changes;
  changes.new_members = Members("sample", 300);
  std::ranges::reverse(changes.new_members);
  ASSERT_OK(Commit(changes));
  std::vector<MemberName> names;
  for (int i = 0; i < 300; i += 3) names.push_back(Name("sample", i));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  std::vector<ledger::Member> found;
  EXPECT_OK(session->LockMembers(names, found));
  EXPECT_EQ(found.size(), names.size());
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &ledger::Member::member_id));
}

TEST_F(WriteConformance, ATakenKeyUndoesEverything) {
  const MemberName name = Name("sample", 1);
  engine::WriteSet first;
  first.new_members = {RowAt<ledger::Member>(name)};
  first.receipts = {RowAt<engine::Receipt>(name)};
  first.new_identities = {RowAt<ledger::Identity>(name)};
  first.entries = {RowAt<ledger::Entry>(name)};
  first.reversals = {RowAt<engine::Reversal>(name)};
  first.new_lots = {RowAt<ledger::Lot>(name)};
  first.new_member_keys = {RowAt<ledger::MemberKey>(name)};
  first.events = {RowAt<ledger::MemberEvent>(name)};
  first.new_holds = {RowAt<ledger::Hold>(name)};
  first.program_versions = {Filled<ledger::ProgramVersion>(Flavour::kSample)};
  first.new_program_heads = {Filled<ledger::ProgramHead>(Flavour::kSample)};
  first.journal = Filled<engine::JournalRow>(Flavour::kSample);
  ASSERT_OK(Commit(first));

  // Each of these alone, beside something new that must not stay.
  auto code = absl::StatusCode::kAlreadyExists;
  const auto expect_taken = [&](auto&& take) {
    engine::WriteSet second;
    second.new_members = {RowAt<ledger::Member>(Name("sample", 2))};
    second.receipts = {RowAt<engine::Receipt>(name)};
    second.receipts.front().request_id = base::RequestId("another");
    take(second);
    EXPECT_EQ(Commit(second).code(), code);
    std::vector<ledger::Member> found;
    EXPECT_OK(Reader()->FindMembers(One(Name("sample", 2)), found));
    EXPECT_THAT(found, IsEmpty());
    std::vector<engine::Receipt> receipts;
    EXPECT_OK(Reader()->ScanReceipts(std::nullopt, 10, receipts));
    EXPECT_THAT(receipts, ElementsAreArray(first.receipts));
  };
  expect_taken([&](auto& set) { set.new_members.push_back(first.new_members.front()); });
  expect_taken([&](auto& set) { set.receipts.push_back(first.receipts.front()); });
  expect_taken([&](auto& set) { set.new_identities = first.new_identities; });
  expect_taken([&](auto& set) { set.entries = first.entries; });
  expect_taken([&](auto& set) { set.reversals = first.reversals; });
  expect_taken([&](auto& set) { set.new_lots = first.new_lots; });
  expect_taken([&](auto& set) { set.new_member_keys = first.new_member_keys; });
  expect_taken([&](auto& set) { set.events = first.events; });
  expect_taken([&](auto& set) { set.new_holds = first.new_holds; });
  expect_taken([&](auto& set) { set.program_versions = first.program_versions; });
  expect_taken([&](auto& set) { set.new_program_heads = first.new_program_heads; });
  code = absl::StatusCode::kOutOfRange;
  expect_taken([&](auto& set) { set.journal = first.journal; });
}

TEST_F(WriteConformance, RollbackLeavesNothingAndTheSessionGoesOn) {
  auto session = Writer();
  session->Rollback();  // harmless
  ASSERT_OK(session->Begin());
  engine::WriteSet changes;
  changes.new_members = Members("sample", 3);
  ASSERT_OK(session->Write(changes));
  std::vector<ledger::Member> found;
  EXPECT_OK(session->LockMembers(One(Name("sample", 1)), found));
  EXPECT_EQ(found.size(), 1u);
  session->Rollback();
  session->Rollback();
  EXPECT_OK(Reader()->ScanMembers({}, 10, found));
  EXPECT_THAT(found, IsEmpty());

  ASSERT_OK(session->Begin());
  ASSERT_OK(session->Write(changes));
  ASSERT_OK(session->Commit());
  EXPECT_OK(Reader()->ScanMembers({}, 10, found));
  EXPECT_EQ(found.size(), 3u);
}

TEST_F(WriteConformance, ASessionThatGoesRollsBack) {
  {
    auto session = Writer();
    ASSERT_OK(session->Begin());
    engine::WriteSet changes;
    changes.new_members = Members("sample", 3);
    ASSERT_OK(session->Write(changes));
  }
  std::vector<ledger::Member> found;
  EXPECT_OK(Reader()->ScanMembers({}, 10, found));
  EXPECT_THAT(found, IsEmpty());
}

TEST_F(WriteConformance, OnlyOpenLotsAndHolds) {
  const MemberName a = Name("sample", 1), b = Name("sample", 2), c = Name("sample", 3);
  engine::WriteSet changes;
  for (const MemberName& name : {a, b, c}) {
    for (int64_t seq = 1; seq <= 5; ++seq) {
      changes.new_lots.push_back(Lot(name, seq, seq % 2 == 1));
      auto hold = RowAt<ledger::Hold>(name);
      hold.hold_seq = seq;
      hold.state = static_cast<ledger::HoldState>(1 + (seq % 4));
      changes.new_holds.push_back(hold);
    }
  }
  ASSERT_OK(Commit(changes));
  const std::vector<MemberName> asked = {c, a};
  const auto expect = [&](auto&& session) {
    std::vector<ledger::Lot> lots;
    EXPECT_OK(session->LoadOpenLots(asked, lots));
    EXPECT_THAT(lots, ElementsAre(Lot(a, 1, true), Lot(a, 3, true), Lot(a, 5, true),
                                  Lot(c, 1, true), Lot(c, 3, true), Lot(c, 5, true)));
    std::vector<ledger::Hold> holds;
    EXPECT_OK(session->LoadOpenHolds(asked, holds));
    ASSERT_EQ(holds.size(), 2u);
    EXPECT_EQ(holds[0].member_id, a.member_id);
    EXPECT_EQ(holds[0].hold_seq, 4);
    EXPECT_EQ(holds[1].member_id, c.member_id);
  };
  expect(Reader());
  auto session = Writer();
  ASSERT_OK(session->Begin());
  expect(session);
  // A lot that closes is open no more.
  engine::WriteSet later;
  later.lots = {Lot(a, 3, false), Lot(a, 4, true)};
  ASSERT_OK(session->Write(later));
  std::vector<ledger::Lot> lots;
  EXPECT_OK(session->LoadOpenLots(One(a), lots));
  EXPECT_THAT(lots, ElementsAre(Lot(a, 1, true), Lot(a, 4, true), Lot(a, 5, true)));
}

TEST_F(WriteConformance, LotsByNumber) {
  engine::WriteSet changes;
  std::vector<MemberSeq> asked;
  for (int member = 0; member < 90; ++member) {
    for (int64_t seq = 1; seq <= 2; ++seq)
      changes.new_lots.push_back(Lot(Name("sample", member), seq, true));
    asked.push_back({Name("sample", member), 2});
    asked.push_back({Name("sample", member), 3});  // there is none
  }
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  std::vector<ledger::Lot> found;
  EXPECT_OK(session->LoadLots(asked, found));
  ASSERT_EQ(found.size(), 90u);
  EXPECT_TRUE(std::ranges::all_of(found, [](const ledger::Lot& lot) { return lot.lot_seq == 2; }));
}

TEST_F(WriteConformance, TransactionsAndSpansOfEntries) {
  const MemberName a = Name("sample", 1), b = Name("sample", 2);
  engine::WriteSet changes;
  // Transactions 1-1, 2-200, 201-202 of a; b has its own.
  for (int64_t seq = 1; seq <= 202; ++seq) {
    changes.entries.push_back(Entry(a, seq, seq == 1 ? 1 : seq <= 200 ? 2 : 201));
    changes.entries.push_back(Entry(b, seq, seq));
  }
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  std::vector<ledger::Entry> found;
  for (const int64_t seq : {2, 77, 200}) {
    EXPECT_OK(session->LoadTransaction({a, seq}, found));
    ASSERT_EQ(found.size(), 199u);
    EXPECT_EQ(found.front(), Entry(a, 2, 2));
    EXPECT_EQ(found.back(), Entry(a, 200, 2));
    EXPECT_TRUE(std::ranges::is_sorted(found, {}, &ledger::Entry::seq));
  }
  EXPECT_OK(session->LoadTransaction({a, 202}, found));
  EXPECT_THAT(found, ElementsAre(Entry(a, 201, 201), Entry(a, 202, 201)));
  EXPECT_OK(session->LoadTransaction({a, 203}, found));
  EXPECT_THAT(found, IsEmpty());

  const std::vector<EntrySpan> spans = {
      {b, 5, 2}, {a, 200, 100}, {a, 1, 1}, {b, 300, 5}, {b, 9, 0}};
  EXPECT_OK(session->LoadEntries(spans, found));
  EXPECT_THAT(found, ElementsAre(Entry(a, 1, 1), Entry(a, 200, 2), Entry(a, 201, 201),
                                 Entry(a, 202, 201), Entry(b, 5, 5), Entry(b, 6, 6)));
}

}  // namespace
}  // namespace fairpoint::storage::testing
