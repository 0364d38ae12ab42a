// Who was merged, tags, erasure, and what limits on transfers and returns count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using base::Instant;
using base::Points;
using engine::IdentityName;
using engine::MemberName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

class MembersConformance : public Conformance {
 protected:
  static MemberName Name(std::string_view member_id) {
    return {base::ProgramId("sample"), base::MemberId(member_id)};
  }
  static ledger::Member Merged(std::string_view member_id, std::string_view into) {
    auto member = RowOf<ledger::Member>("sample", member_id);
    member.merged_into = base::MemberId(into);
    return member;
  }
  static ledger::MemberTags Tags(std::string_view member_id, std::string_view ciphertext) {
    return {base::ProgramId("sample"), base::MemberId(member_id), std::string(ciphertext)};
  }
  static ledger::Identity Identity(std::string_view lookup_hash, std::string_view member_id) {
    auto identity = RowOf<ledger::Identity>("sample", member_id);
    identity.lookup_hash = lookup_hash;
    return identity;
  }
  static IdentityName NameOf(const ledger::Identity& row) {
    return {row.program_id, row.lookup_hash};
  }
  static ledger::Entry Entry(int64_t seq, ledger::EntryKind kind, int64_t points, int64_t at) {
    auto entry = RowOf<ledger::Entry>("sample", "A");
    entry.seq = seq;
    entry.kind = kind;
    entry.points = Points{points};
    entry.recorded_at = Instant{at};
    return entry;
  }

  std::vector<ledger::MemberTags> TagsOf(const std::vector<MemberName>& names) {
    std::vector<ledger::MemberTags> read(3), written(3);  // emptied by the call
    EXPECT_OK(Reader()->LoadMemberTags(names, read));
    auto session = Writer();
    EXPECT_OK(session->Begin());
    EXPECT_OK(session->LoadMemberTags(names, written));
    EXPECT_EQ(read, written);
    return read;
  }
  std::vector<ledger::Identity> Identities() {
    std::vector<ledger::Identity> found;
    EXPECT_OK(Reader()->ScanIdentities(std::nullopt, 100, found));
    return found;
  }
};

TEST_F(MembersConformance, WhoWasMergedIntoWhom) {
  engine::WriteSet changes;
  changes.new_members = {Merged("A", ""),  Merged("B", "A"), Merged("C", "A"),
                         Merged("D", "B"), Merged("E", ""),  Merged("a", "x")};
  changes.new_members.push_back(RowOf<ledger::Member>("other", "F"));
  changes.new_members.back().merged_into = base::MemberId("A");
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  const auto expect = [&](std::string_view member_id, const auto& expected) {
    std::vector<ledger::Member> found(3);
    EXPECT_OK(session->FindMergedInto(Name(member_id), found));
    EXPECT_THAT(found, expected);
    found.resize(3);
    EXPECT_OK(Reader()->FindMergedInto(Name(member_id), found));
    EXPECT_THAT(found, expected);
  };
  expect("A", ElementsAre(Merged("B", "A"), Merged("C", "A")));
  expect("B", ElementsAre(Merged("D", "B")));
  expect("E", IsEmpty());
  expect("", IsEmpty());  // those who were not are nobody's
  expect("nobody", IsEmpty());
  session->Rollback();

  engine::WriteSet later;
  later.members = {Merged("D", "A"), Merged("C", "")};
  ASSERT_OK(Commit(later));
  ASSERT_OK(session->Begin());
  expect("A", ElementsAre(Merged("B", "A"), Merged("D", "A")));
  expect("B", IsEmpty());
}

TEST_F(MembersConformance, TagsAreWrittenAndReplaced) {
  engine::WriteSet changes;
  for (const Flavour flavour : {Flavour::kEmpty, Flavour::kLow, Flavour::kHigh, Flavour::kSample}) {
    changes.tags.push_back(Filled<ledger::MemberTags>(flavour));
    changes.tags.back().program_id = base::ProgramId("sample");
  }
  changes.tags[1].ciphertext = std::string(8000, '\xfe');
  ASSERT_OK(Commit(changes));
  std::vector<MemberName> names = {Name("nobody")};
  for (const auto& row : changes.tags) names.push_back({row.program_id, row.member_id});
  EXPECT_THAT(TagsOf(names), UnorderedElementsAreArray(changes.tags));

  engine::WriteSet later;
  later.tags = {changes.tags[2], Tags("new", "first")};
  later.tags[0].ciphertext = "second";
  ASSERT_OK(Commit(later));
  changes.tags[2] = later.tags[0];
  changes.tags.push_back(later.tags[1]);
  names.push_back(Name("new"));
  EXPECT_THAT(TagsOf(names), UnorderedElementsAreArray(changes.tags));
}

TEST_F(MembersConformance, AnIdentityGoesToAnotherMember) {
  engine::WriteSet changes;
  changes.new_identities = {Identity("1", "A"), Identity("2", "A"), Identity("3", "B")};
  ASSERT_OK(Commit(changes));
  engine::WriteSet later;
  later.identities = {Identity("2", "B"), Identity("3", "B")};
  later.identities[0].ciphertext = "sealed anew";
  later.identities[1].kind = "phone";
  ASSERT_OK(Commit(later));
  EXPECT_THAT(Identities(), UnorderedElementsAre(changes.new_identities[0], later.identities[0],
                                                 later.identities[1]));
  std::vector<ledger::Identity> found;
  EXPECT_OK(Reader()->LoadIdentitiesOf(One(Name("B")), found));
  EXPECT_THAT(found, UnorderedElementsAreArray(later.identities));
}

TEST_F(MembersConformance, IdentitiesAreDeletedAndMayComeBack) {
  engine::WriteSet changes;
  changes.new_identities = {Identity("1", "A"), Identity("2", "A"), Identity("3", "A")};
  changes.new_identities.push_back(RowOf<ledger::Identity>("other", "A"));
  changes.new_identities.back().lookup_hash = "1";
  ASSERT_OK(Commit(changes));
  engine::WriteSet later;
  later.deleted_identities = {NameOf(changes.new_identities[0]), NameOf(changes.new_identities[2]),
                              NameOf(Identity("absent", "A"))};
  ASSERT_OK(Commit(later));
  EXPECT_THAT(Identities(),
              UnorderedElementsAre(changes.new_identities[1], changes.new_identities[3]));
  ASSERT_OK(Commit(later)) << "what is gone already";
  // Somebody else may have it from now on.
  engine::WriteSet again;
  again.new_identities = {Identity("1", "B")};
  ASSERT_OK(Commit(again));
  EXPECT_EQ(Identities().size(), 3u);
}

TEST_F(MembersConformance, KeysAreDeletedWithTheTags) {
  engine::WriteSet changes;
  for (const char* id : {"A", "B", "C"}) {
    changes.new_member_keys.push_back(RowOf<ledger::MemberKey>("sample", id));
    changes.tags.push_back(Tags(id, "sealed"));
  }
  changes.new_member_keys.push_back(RowOf<ledger::MemberKey>("other", "A"));
  changes.tags.push_back(changes.tags.front());
  changes.tags.back().program_id = base::ProgramId("other");
  ASSERT_OK(Commit(changes));
  engine::WriteSet later;
  later.deleted_member_keys = {Name("A"), Name("C"), Name("absent")};
  ASSERT_OK(Commit(later));
  ASSERT_OK(Commit(later)) << "what is gone already";
  std::vector<MemberName> names = {Name("A"), Name("B"), Name("C")};
  names.push_back({base::ProgramId("other"), base::MemberId("A")});
  std::vector<ledger::MemberKey> keys;
  EXPECT_OK(Reader()->LoadMemberKeys(names, keys));
  EXPECT_THAT(keys, UnorderedElementsAre(changes.new_member_keys[1], changes.new_member_keys[3]));
  EXPECT_THAT(TagsOf(names), UnorderedElementsAre(changes.tags[1], changes.tags[3]));
}

TEST_F(MembersConformance, DeletionsAreUndoneWithTheTransaction) {
  engine::WriteSet changes;
  changes.new_identities = {Identity("1", "A")};
  changes.new_member_keys = {RowOf<ledger::MemberKey>("sample", "A")};
  changes.tags = {Tags("A", "sealed")};
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  engine::WriteSet later;
  later.deleted_identities = {NameOf(changes.new_identities[0])};
  later.deleted_member_keys = {Name("A")};
  ASSERT_OK(session->Write(later));
  std::vector<ledger::MemberKey> keys;
  EXPECT_OK(session->LoadMemberKeys(One(Name("A")), keys));
  EXPECT_THAT(keys, IsEmpty());
  session->Rollback();
  EXPECT_EQ(Identities().size(), 1u);
  EXPECT_EQ(TagsOf({Name("A")}).size(), 1u);
  EXPECT_OK(Reader()->LoadMemberKeys(One(Name("A")), keys));
  EXPECT_EQ(keys.size(), 1u);
}

TEST_F(MembersConformance, WhatWasTransferredSince) {
  constexpr auto kOut = ledger::EntryKind::kTransferOut;
  engine::WriteSet changes;
  changes.entries = {Entry(1, kOut, 1, 100), Entry(2, kOut, 10, 199),
                     Entry(3, ledger::EntryKind::kTransferFee, 100, 200),
                     Entry(4, kOut, 1000, 200)};
  // More than is read at a time.
  for (int64_t seq = 5; seq <= 404; ++seq)
    changes.entries.push_back(Entry(seq, ledger::EntryKind::kEarn, 7, 200));
  changes.entries.push_back(Entry(405, kOut, 10000, 200));
  changes.entries.push_back(Entry(406, ledger::EntryKind::kTransferIn, 100000, 201));
  for (const char* id : {"0", "B"}) {
    changes.entries.push_back(Entry(1, kOut, 5, 300));
    changes.entries.back().member_id = base::MemberId(id);
  }
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  const auto since = [&](std::string_view member_id, int64_t at) {
    Points sum{-1};
    EXPECT_OK(session->SumTransferred(Name(member_id), Instant{at}, sum));
    return sum.value;
  };
  EXPECT_EQ(since("A", 200), 11000);
  EXPECT_EQ(since("A", 199), 11010);
  EXPECT_EQ(since("A", 0), 11011);
  EXPECT_EQ(since("A", 201), 0);
  EXPECT_EQ(since("B", 0), 5);
  EXPECT_EQ(since("nobody", 0), 0);
}

TEST_F(MembersConformance, TransfersBeyondAnyNumberAreTheGreatest) {
  engine::WriteSet changes;
  for (int64_t seq = 1; seq <= 2; ++seq)
    changes.entries.push_back(Entry(seq, ledger::EntryKind::kTransferOut, INT64_MAX - 1, 100));
  ASSERT_OK(Commit(changes));
  auto session = Writer();
  ASSERT_OK(session->Begin());
  Points sum;
  EXPECT_OK(session->SumTransferred(Name("A"), Instant{0}, sum));
  EXPECT_EQ(sum.value, INT64_MAX);
}

TEST_F(MembersConformance, HowManyReturnsCameWithoutAReceipt) {
  engine::WriteSet changes;
  int64_t count = 0;
  const auto add = [&](std::string_view member_id, bool without_receipt, int64_t at) {
    checkout::OrderReturn row;
    row.program_id = base::ProgramId("sample");
    row.return_id = std::to_string(++count);
    row.member_id = base::MemberId(member_id);
    row.without_receipt = without_receipt;
    row.effective_at = Instant{at};
    changes.order_returns.push_back(row);
  };
  add("A", true, 100);
  add("A", true, 200);
  add("A", false, 200);
  add("A", true, 300);
  add("B", true, 300);
  add("", true, 300);
  ASSERT_OK(Commit(changes));
  std::vector<checkout::OrderReturn> found;
  EXPECT_OK(Reader()->ScanOrderReturns(std::nullopt, 10, found));
  EXPECT_EQ(found, changes.order_returns);
  auto session = Writer();
  ASSERT_OK(session->Begin());
  const auto since = [&](std::string_view member_id, int64_t at) {
    int64_t returns = -1;
    EXPECT_OK(session->CountReturnsWithoutReceipt(Name(member_id), Instant{at}, returns));
    return returns;
  };
  EXPECT_EQ(since("A", 100), 3);
  EXPECT_EQ(since("A", 101), 2);
  EXPECT_EQ(since("A", 300), 1);
  EXPECT_EQ(since("A", 301), 0);
  EXPECT_EQ(since("B", 0), 1);
  EXPECT_EQ(since("nobody", 0), 0);
}

}  // namespace
}  // namespace fairpoint::storage::testing
