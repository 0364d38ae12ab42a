// A request that was made before: the same answer for the same content, a refusal for another, in
// one transaction or years apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/errors.h"
#include "engine/testing/world.h"

namespace fairpoint::engine {
namespace {

using testing::Ask;
using testing::Brand;
using testing::Earn;
using testing::Enrol;
using testing::ExpectJournalHolds;
using testing::History;
using testing::Id;
using testing::Phone;
using testing::Publish;
using testing::ReadHistory;
using testing::ReasonOf;
using testing::Redeem;
using testing::World;

std::string DifferingIn(const absl::StatusOr<Answer>& answer) {
  EXPECT_EQ(ReasonOf(answer), "REQUEST_ID_REUSED");
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kAlreadyExists);
  const auto detail = base::DetailOf(answer.status());
  return detail ? detail->metadata.at(kDifferingFieldNumbers) : "no detail";
}

void ExpectSame(const Answer& first, const Answer& again) {
  EXPECT_FALSE(first.replayed);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.member_id, first.member_id);
  EXPECT_EQ(again.created, first.created);
  EXPECT_EQ(again.deduct_minor_units, first.deduct_minor_units);
  EXPECT_EQ(again.event_seq, first.event_seq);
  // Within one transaction the first answer's rows are not yet in their lanes.
  ASSERT_EQ(again.entries.size(), first.entries.size());
  for (size_t i = 0; i < first.entries.size(); ++i)
    EXPECT_EQ(again.entries[i].hash, first.entries[i].hash);
  EXPECT_EQ(again.program_version.hash, first.program_version.hash);
}

// Every kind of write, in an order in which each succeeds.
std::vector<Command> EveryKind() {
  const MemberRef alice = Id("alice");
  return {Enrol("enrol", "alice", {testing::Card("1"), Phone("138")}),
          Earn("earn", alice, 100),
          Redeem("redeem", alice, 10),
          Ask("hold-1", alice, ledger::HoldPoints{.points = base::Points{20}, .expires_at = {}}),
          Ask("hold-2", alice, ledger::HoldPoints{.points = base::Points{30}, .expires_at = {}}),
          Ask("capture", alice, ledger::CaptureHold{3, base::Points{15}}),
          Ask("release", alice, ledger::ReleaseHold{4}),
          Ask("reverse", alice, ledger::ReverseEntry{.entry_seq = 2, .refund = {}}),
          Ask("settle", alice, ledger::Settle{}),
          Ask("freeze", alice, ledger::FreezeMember{}),
          Ask("unfreeze", alice, ledger::UnfreezeMember{}),
          Earn("earn-by-phone", Phone("138"), 5)};
}

TEST(Replay, OfEveryKindGivesTheFirstAnswer) {
  World world;
  std::vector<Answer> first;
  for (const Command& command : EveryKind()) {
    const auto answer = world.Do(command);
    ASSERT_EQ(ReasonOf(answer), "") << command.posting.request_id.value();
    first.push_back(*answer);
  }
  const History before = ReadHistory(world.store);
  world.store.SetClock(testing::kStart + absl::Hours(1000));
  // One by one, and all in one transaction, from a server that has just begun.
  for (size_t i = 0; i < first.size(); ++i) {
    SCOPED_TRACE(EveryKind()[i].posting.request_id.value());
    const auto again = world.Do(EveryKind()[i]);
    ASSERT_EQ(ReasonOf(again), "");
    ExpectSame(first[i], *again);
  }
  world.Restart();
  const auto all = world.DoAll(EveryKind());
  for (size_t i = 0; i < first.size(); ++i) ExpectSame(first[i], *all[i]);
  EXPECT_EQ(world.store.last_commit(), before.journal.back().lane_seq + 2)
      << "commits beside the journal are the leases of two lanes";
  EXPECT_EQ(ReadHistory(world.store).receipts, before.receipts);
}

TEST(Replay, WithinOneTransaction) {
  World world;
  std::vector<Command> twice;
  for (const Command& command : EveryKind()) {
    twice.push_back(command);
    twice.push_back(command);
  }
  // The member must be there before others of the transaction can be about it.
  ASSERT_EQ(ReasonOf(world.Do(EveryKind().front())), "");
  twice.erase(twice.begin(), twice.begin() + 2);
  const auto answers = world.DoAll(twice);
  for (size_t i = 0; i < answers.size(); i += 2) {
    SCOPED_TRACE(twice[i].posting.request_id.value());
    ASSERT_EQ(ReasonOf(answers[i]), "");
    ASSERT_EQ(ReasonOf(answers[i + 1]), "");
    ExpectSame(*answers[i], *answers[i + 1]);
  }
  EXPECT_EQ(ReadHistory(world.store).receipts.size(), 13U);
  ExpectJournalHolds(ReadHistory(world.store));
}

TEST(Replay, OfAPublication) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Publish("p-2", "CNY two"))), "");
  ASSERT_EQ(ReasonOf(world.Do(Publish("p-3", "CNY three"))), "");
  for (const char* request_id : {"p-2", "p-3"}) {
    const auto again =
        world.Do(Publish(request_id, request_id[2] == '2' ? "CNY two" : "CNY three"));
    ASSERT_EQ(ReasonOf(again), "");
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->program_version.version, request_id[2] - '0');
    EXPECT_EQ(again->program_version.text, request_id[2] == '2' ? "CNY two" : "CNY three");
  }
  EXPECT_EQ(DifferingIn(world.Do(Publish("p-2", "CNY four"))), "4");
  EXPECT_EQ(ReadHistory(world.store).versions.size(), 3U);
}

TEST(Replay, OfOtherContentIsRefusedByName) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("enrol", "alice", {Phone("138")}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Earn("earn", Id("alice"), 100))), "");
  ASSERT_EQ(ReasonOf(world.Do(Earn("by-phone", Phone("138"), 100))), "");
  const int64_t before = world.store.last_commit();
  EXPECT_EQ(DifferingIn(world.Do(Earn("earn", Id("alice"), 101))), "3");
  EXPECT_EQ(DifferingIn(world.Do(Earn("earn", Id("bob"), 101))), "1,3");
  EXPECT_EQ(DifferingIn(world.Do(Earn("earn", Phone("138"), 100))), "1,2");
  EXPECT_EQ(DifferingIn(world.Do(Redeem("earn", Id("alice"), 100))), "") << "another operation";
  EXPECT_EQ(DifferingIn(world.Do(Earn("by-phone", Phone("139"), 100))), "2");
  EXPECT_EQ(DifferingIn(world.Do(Enrol("enrol", "bob", {Phone("139")}))), "2");
  const auto by_id_or_phone = world.DoAll({Earn("x", Id("alice"), 1), Earn("x", Phone("138"), 1)});
  EXPECT_EQ(ReasonOf(by_id_or_phone[0]), "");
  EXPECT_EQ(DifferingIn(by_id_or_phone[1]), "1,2");
  EXPECT_EQ(world.store.last_commit(), before + 1);
}

TEST(Replay, ARefusalLeavesNothingToReplay) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("enrol", "alice", {testing::Card("1")}))), "");
  EXPECT_EQ(ReasonOf(world.Do(Redeem("r-1", Id("alice"), 1))), "INSUFFICIENT_POINTS");
  const auto answer = world.Do(Earn("r-1", Id("alice"), 9));
  ASSERT_EQ(ReasonOf(answer), "");
  EXPECT_FALSE(answer->replayed);
}

TEST(Replay, SettleNeedsNoRequestId) {
  World world;
  ASSERT_EQ(ReasonOf(world.Do(Enrol("enrol", "alice", {testing::Card("1")}))), "");
  ASSERT_EQ(ReasonOf(world.Do(Earn("earn", Id("alice"), 9))), "");
  ASSERT_EQ(
      ReasonOf(world.Do(Ask("hold", Id("alice"),
                            ledger::HoldPoints{.points = base::Points{2}, .expires_at = {}}))),
      "");
  const size_t receipts = ReadHistory(world.store).receipts.size();
  world.store.SetClock(testing::kStart + absl::Hours(1));
  for (const int64_t expected : {1, 0}) {
    const auto answer = world.Do(Ask("", Id("alice"), ledger::Settle{}));
    ASSERT_EQ(ReasonOf(answer), "");
    EXPECT_FALSE(answer->replayed);
    EXPECT_EQ(answer->settled_entries, expected);
    EXPECT_TRUE(answer->entries.empty());
  }
  EXPECT_EQ(ReadHistory(world.store).receipts.size(), receipts);
  EXPECT_EQ(ReadHistory(world.store).Member("alice").available.value, 9);
}

// After erasure the member's secret is gone, and its identities.
TEST(Replay, OfAnErasedPersonComparesTheRest) {
  World world;
  const Command original = Earn("earn", Phone("138"), 7);
  ledger::Member member;
  member.program_id = Brand();
  member.member_id = base::MemberId("gone");
  member.event_seq = 1;
  const RequestHashes hashes = HashesOf(original.digest, "a secret");
  WriteSet rows;
  rows.new_members.push_back(member);
  Receipt& receipt = rows.receipts.emplace_back();
  receipt.program_id = Brand();
  receipt.request_id = original.posting.request_id;
  receipt.kind = ledger::OperationKind::kEarnPoints;
  receipt.member_id = member.member_id;
  receipt.request_hash = hashes.request_hash;
  receipt.field_hashes = hashes.field_hashes;
  const std::unique_ptr<WriteSession> session = std::move(world.store.OpenWriteSession()).value();
  ASSERT_TRUE(session->Begin().ok());
  ASSERT_TRUE(session->Write(rows).ok());
  ASSERT_TRUE(session->Commit().ok());

  for (const char* number : {"138", "139"}) {
    const auto again = world.Do(Earn("earn", Phone(number), 7));
    ASSERT_EQ(ReasonOf(again), "") << "who was named can no longer be told";
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->member_id, member.member_id);
  }
  EXPECT_EQ(DifferingIn(world.Do(Earn("earn", Phone("138"), 8))), "3");
}

TEST(Replay, ABrokenReceiptIsNotAnswered) {
  World world;
  Receipt receipt;
  receipt.program_id = Brand();
  receipt.request_id = base::RequestId("publish-x");
  receipt.kind = ledger::OperationKind::kPublishProgram;
  receipt.request_hash = HashesOf(Publish("publish-x").digest, {}).request_hash;
  receipt.first_seq = 9;  // there is no such version
  WriteSet rows;
  rows.receipts.push_back(receipt);
  receipt.request_id = base::RequestId("earn-x");
  receipt.kind = ledger::OperationKind::kEarnPoints;
  receipt.request_hash = HashesOf(Earn("earn-x", Id("alice"), 1).digest, {}).request_hash;
  receipt.entry_count = 1;  // nor such an entry
  rows.receipts.push_back(receipt);
  const std::unique_ptr<WriteSession> session = std::move(world.store.OpenWriteSession()).value();
  ASSERT_TRUE(session->Begin().ok());
  ASSERT_TRUE(session->Write(rows).ok());
  ASSERT_TRUE(session->Commit().ok());
  for (const Command& command : {Publish("publish-x"), Earn("earn-x", Id("alice"), 1)}) {
    const auto answer = world.Do(command);
    EXPECT_EQ(ReasonOf(answer), "STORED_DATA_BROKEN");
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace fairpoint::engine
