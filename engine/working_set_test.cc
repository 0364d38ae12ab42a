#include "engine/working_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kStart;
using ::testing::SizeIs;
using testing::TestKeyring;

const std::string kSecret(base::kSecretBytes, 's');

MemberName Name(const char* member_id) { return {Brand(), base::MemberId(member_id)}; }

ledger::Program PlainProgram() {
  ledger::ProgramVersion version;
  version.program_id = Brand();
  version.version = 1;
  version.text = "CNY";
  return testing::ParseProgram(version).value();
}

struct WorkingSetTest : ::testing::Test {
  // A member as it was loaded, with one open lot of 100 points.
  void Load(const char* member_id) {
    ledger::Ledger ledger;
    ledger.member.program_id = Brand();
    ledger.member.member_id = base::MemberId(member_id);
    ledger.open_loaded = true;
    ledger::Take(PlanOn(ledger, ledger::EarnPoints{base::Points{100}}).value(), ledger);
    set.AddMembers({ledger.member});
    set.AddLots({ledger.lots.at(1)});
    set.MarkOpenLoaded(Name(member_id));
  }
  absl::StatusOr<ledger::Changes> PlanOn(const ledger::Ledger& ledger,
                                         const ledger::Operation& operation) const {
    const auto* reverse = std::get_if<ledger::ReverseEntry>(&operation);
    ledger::TargetTransaction target;
    if (reverse != nullptr)
      target = set.TargetOf({{Brand(), ledger.member.member_id}, reverse->entry_seq});
    ledger::Posting posting;
    posting.request_id = base::RequestId("request");
    return ledger::Plan(ledger, operation, posting, PlainProgram(), &target, kStart);
  }
  ledger::Changes Do(const char* member_id, const ledger::Operation& operation) {
    ledger::Changes changes = PlanOn(*set.Find(Name(member_id)), operation).value();
    set.Take(Name(member_id), changes);
    return changes;
  }
  ledger::MemberChanges Enrol(const char* member_id,
                              const std::vector<ledger::PlainIdentity>& identities) {
    const ledger::EnrollMember enroll{.new_member_id = base::MemberId(member_id),
                                      .new_member_secret = kSecret,
                                      .identities = identities};
    ledger::MemberChanges changes =
        ledger::PlanEnroll(Brand(), enroll, nullptr, {}, TestKeyring(), kStart).value();
    set.Take(changes, kSecret);
    return changes;
  }
  WriteSet Finish() { return set.Finish(lane, kStart, 30); }

  WorkingSet set;
  JournalLane lane{.lane = 4,
                   .lane_seq = 7,
                   .head_hash = base::Sha256("before"),
                   .owner = "worker",
                   .lease_until = {}};
};

TEST_F(WorkingSetTest, ALaterCommandSeesAnEarliersEffect) {
  Load("alice");
  Do("alice", ledger::RedeemPoints{base::Points{60}});
  EXPECT_EQ(set.Find(Name("alice"))->member.available.value, 40);
  EXPECT_FALSE(PlanOn(*set.Find(Name("alice")), ledger::RedeemPoints{base::Points{41}}).ok());
  Do("alice", ledger::RedeemPoints{base::Points{40}});
  EXPECT_EQ(set.Find(Name("alice"))->member.available.value, 0);
  EXPECT_EQ(set.Find(Name("bob")), nullptr);
}

TEST_F(WorkingSetTest, AChangedRowIsWrittenOnceAsItEnds) {
  Load("alice");
  Do("alice", ledger::RedeemPoints{base::Points{10}});
  Do("alice", ledger::HoldPoints{.points = base::Points{20}, .expires_at = {}});
  Do("alice", ledger::ReleaseHold{3});
  const ledger::Member alice = set.Find(Name("alice"))->member;
  const WriteSet rows = Finish();
  ASSERT_THAT(rows.members, SizeIs(1));
  EXPECT_EQ(rows.members.front(), alice);
  EXPECT_EQ(rows.members.front().available.value, 90);
  ASSERT_THAT(rows.lots, SizeIs(1));
  EXPECT_EQ(rows.lots.front().available.value, 90);
  ASSERT_THAT(rows.new_holds, SizeIs(1)) << "it was not there before";
  EXPECT_EQ(rows.new_holds.front().state, ledger::HoldState::kReleased);
  EXPECT_THAT(rows.holds, IsEmpty());
  EXPECT_THAT(rows.new_lots, IsEmpty());
  EXPECT_THAT(rows.new_members, IsEmpty());
  std::vector<int64_t> seqs;
  for (const ledger::Entry& entry : rows.entries) seqs.push_back(entry.seq);
  EXPECT_THAT(seqs, ElementsAre(2, 3, 4));
}

TEST_F(WorkingSetTest, ARowThatWasThereIsReplaced) {
  Load("alice");
  ledger::Hold hold;
  hold.program_id = Brand();
  hold.member_id = base::MemberId("alice");
  hold.hold_seq = 1;
  hold.expires_at = kStart + absl::Hours(1);
  hold.points = base::Points{5};
  hold.slices = {{.lot_seq = 1, .points = hold.points}};
  set.AddHolds({hold});
  ledger::Ledger ledger = *set.Find(Name("alice"));
  ledger.member.held = ledger.lots.at(1).held = hold.points;
  ledger.member.available = ledger.lots.at(1).available = base::Points{95};
  set.AddMembers({ledger.member});
  set.AddLots({ledger.lots.at(1)});
  Do("alice", ledger::CaptureHold{.hold_seq = 1, .points = {}});
  const WriteSet rows = Finish();
  ASSERT_THAT(rows.holds, SizeIs(1));
  EXPECT_EQ(rows.holds.front().state, ledger::HoldState::kCaptured);
  EXPECT_THAT(rows.new_holds, IsEmpty());
}

TEST_F(WorkingSetTest, ANewMemberIsInsertedWithWhatItDidSince) {
  const ledger::MemberChanges changes = Enrol("carol", {testing::Card("1")});
  EXPECT_EQ(*set.FindSecret(Name("carol")), kSecret);
  EXPECT_THAT(set.IdentitiesOf(Name("carol")), SizeIs(1));
  EXPECT_EQ(set.identities.at({Brand(), changes.new_identities.front().lookup_hash}),
            Name("carol").member_id);
  Do("carol", ledger::EarnPoints{base::Points{7}});
  Do("carol", ledger::RedeemPoints{base::Points{2}});
  const ledger::MemberChanges frozen =
      ledger::PlanFreeze(set.Find(Name("carol"))->member, {}, kStart).value();
  set.Take(frozen, {});
  EXPECT_EQ(*set.FindSecret(Name("carol")), kSecret);
  const WriteSet rows = Finish();
  ASSERT_THAT(rows.new_members, SizeIs(1));
  EXPECT_EQ(rows.new_members.front().available.value, 5);
  EXPECT_EQ(rows.new_members.front().state, ledger::MemberState::kFrozen);
  EXPECT_THAT(rows.members, IsEmpty());
  EXPECT_THAT(rows.new_member_keys, SizeIs(1));
  EXPECT_THAT(rows.new_identities, SizeIs(1));
  ASSERT_THAT(rows.new_lots, SizeIs(1));
  EXPECT_EQ(rows.new_lots.front().available.value, 5);
  EXPECT_THAT(rows.lots, IsEmpty());
  EXPECT_THAT(rows.events, SizeIs(2));
}

TEST_F(WorkingSetTest, AnEnrolmentThatChangesNothingWritesNothing) {
  Load("alice");
  ledger::MemberChanges nothing;
  nothing.member = set.Find(Name("alice"))->member;
  set.Take(nothing, kSecret);
  EXPECT_FALSE(set.HasChanges());
  EXPECT_THAT(Finish().members, IsEmpty());
  EXPECT_EQ(set.FindSecret(Name("alice")), nullptr);
}

TEST_F(WorkingSetTest, ATransactionIsUndoneByTheNext) {
  Load("alice");
  Do("alice", ledger::RedeemPoints{base::Points{30}});
  EXPECT_THAT(set.TargetOf({Name("alice"), 9}).entries, IsEmpty());
  ASSERT_THAT(set.TargetOf({Name("alice"), 2}).entries, SizeIs(1));
  EXPECT_EQ(set.TargetOf({Name("alice"), 2}).reversed_by_txn_seq, std::nullopt);
  const ledger::Changes undone = Do("alice", ledger::ReverseEntry{.entry_seq = 2, .refund = {}});
  EXPECT_EQ(set.TargetOf({Name("alice"), 2}).reversed_by_txn_seq, undone.operation_first);
  const WriteSet rows = Finish();
  ASSERT_THAT(rows.reversals, SizeIs(1));
  EXPECT_EQ(rows.reversals.front().txn_seq, 2);
  EXPECT_EQ(rows.reversals.front().by_txn_seq, 3);
}

TEST_F(WorkingSetTest, AReversalThatMovesNothingNamesNoTransaction) {
  Load("alice");
  ledger::Changes changes;
  changes.member = set.Find(Name("alice"))->member;
  changes.reversed_txn_seq = 1;
  set.Take(Name("alice"), changes);
  EXPECT_EQ(Finish().reversals.front().by_txn_seq, 0);
}

TEST_F(WorkingSetTest, EntriesOfASpanAreThoseThatAreHere) {
  Load("alice");
  Load("bob");
  for (int i = 0; i < 4; ++i) {
    Do("alice", ledger::RedeemPoints{base::Points{1}});
    Do("bob", ledger::RedeemPoints{base::Points{1}});
  }
  std::vector<int64_t> seqs;
  for (const ledger::Entry& entry : set.EntriesOf({Name("alice"), 3, 2})) {
    EXPECT_EQ(entry.member_id, Name("alice").member_id);
    seqs.push_back(entry.seq);
  }
  EXPECT_THAT(seqs, ElementsAre(3, 4));
  EXPECT_THAT(set.EntriesOf({Name("alice"), 5, 9}), SizeIs(1));
  EXPECT_THAT(set.EntriesOf({Name("alice"), 3, 0}), IsEmpty());
  EXPECT_THAT(set.EntriesOf({Name("carol"), 1, 9}), IsEmpty());
}

TEST_F(WorkingSetTest, AProgrammesHeadIsInsertedOnceAndReplacedLater) {
  ledger::PublishProgram publish;
  publish.program.program_id = Brand();
  set.Take(ledger::PlanPublish(publish, nullptr, nullptr, {}, kStart).value());
  EXPECT_EQ(set.program_heads.at(Brand()).latest_version, 1);
  ASSERT_NE(set.FindProgramVersion(Brand(), 1), nullptr);
  EXPECT_EQ(set.FindProgramVersion(Brand(), 2), nullptr);
  const ledger::ProgramHead head = set.program_heads.at(Brand());
  WriteSet rows = Finish();
  EXPECT_THAT(rows.new_program_heads, SizeIs(1));
  EXPECT_THAT(rows.program_heads, IsEmpty());
  EXPECT_THAT(rows.program_versions, SizeIs(1));

  WorkingSet next;
  next.Take(ledger::PlanPublish(publish, &head, nullptr, {}, kStart).value());
  rows = next.Finish(lane, kStart, 30);
  EXPECT_THAT(rows.new_program_heads, IsEmpty());
  ASSERT_THAT(rows.program_heads, SizeIs(1));
  EXPECT_EQ(rows.program_heads.front().latest_version, 2);
}

TEST_F(WorkingSetTest, TheJournalListsEveryAppendedRow) {
  Load("alice");
  Enrol("carol", {testing::Card("1")});
  Do("alice", ledger::RedeemPoints{base::Points{30}});
  Do("alice", ledger::ReverseEntry{.entry_seq = 2, .refund = {}});
  ledger::PublishProgram publish;
  publish.program.program_id = Brand();
  set.Take(ledger::PlanPublish(publish, nullptr, nullptr, {}, kStart).value());
  Receipt receipt;
  receipt.program_id = Brand();
  receipt.request_id = base::RequestId("request");
  set.Take(receipt);
  EXPECT_EQ(set.receipts.at({Brand(), receipt.request_id}), receipt);
  EXPECT_TRUE(set.HasChanges());

  const WriteSet rows = Finish();
  ASSERT_TRUE(rows.journal && rows.lane);
  EXPECT_EQ(rows.journal->lane, 4);
  EXPECT_EQ(rows.journal->lane_seq, 8);
  EXPECT_EQ(rows.journal->recorded_at, kStart);
  EXPECT_EQ(rows.journal->prev_hash, lane.head_hash);
  EXPECT_EQ(rows.journal->hash, HashOf(*rows.journal));
  JournalLane next = lane;
  next.lane_seq = 8;
  next.head_hash = rows.journal->hash;
  next.lease_until = kStart + absl::Seconds(30);
  EXPECT_EQ(*rows.lane, next);

  using Leaf = std::tuple<JournalTable, std::string, int64_t, base::Hash>;
  std::vector<JournalLeaf> listed;
  ASSERT_TRUE(DecodeLeaves(rows.journal->body, listed));
  std::vector<Leaf> leaves;
  for (const JournalLeaf& leaf : listed) {
    EXPECT_EQ(leaf.program_id, Brand().value());
    leaves.emplace_back(leaf.table, leaf.key, leaf.seq, leaf.hash);
  }
  EXPECT_THAT(
      leaves,
      ElementsAre(Leaf{JournalTable::kEntry, "alice", 2, HashOf(rows.entries.at(0))},
                  Leaf{JournalTable::kEntry, "alice", 3, HashOf(rows.entries.at(1))},
                  Leaf{JournalTable::kMemberEvent, "carol", 1, HashOf(rows.events.at(0))},
                  Leaf{JournalTable::kReceipt, "request", 0, HashOf(rows.receipts.at(0))},
                  Leaf{JournalTable::kProgramVersion, "", 1, HashOf(rows.program_versions.at(0))},
                  Leaf{JournalTable::kReversal, "alice", 2, HashOf(rows.reversals.at(0))}));
  EXPECT_FALSE(set.HasChanges());
  EXPECT_EQ(set.Find(Name("alice")), nullptr);
  const auto expect_place = [](const auto& appended) {
    for (const auto& row : appended) {
      EXPECT_EQ(row.lane, 4);
      EXPECT_EQ(row.lane_seq, 8);
    }
  };
  expect_place(rows.entries);
  expect_place(rows.events);
  expect_place(rows.receipts);
  expect_place(rows.program_versions);
  expect_place(rows.reversals);
}

TEST_F(WorkingSetTest, ASecretThatCannotBeUnwrappedIsDataLoss) {
  ledger::MemberKey key{.program_id = Brand(),
                        .member_id = Name("alice").member_id,
                        .key_version = 1,
                        .wrapped = TestKeyring().Wrap(Brand(), Name("alice").member_id, kSecret)};
  ASSERT_TRUE(set.AddSecrets({key}, TestKeyring()).ok());
  EXPECT_EQ(*set.FindSecret(Name("alice")), kSecret);
  key.key_version = 2;
  EXPECT_EQ(set.AddSecrets({key}, TestKeyring()).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fairpoint::engine
