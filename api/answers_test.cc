#include "api/answers.h"

#include <gtest/gtest.h>

#include "api/members.h"
#include "api/page_token.h"
#include "base/sha256.h"

namespace fairpoint::api {
namespace {

ledger::Entry SomeEntry() {
  ledger::Entry entry;
  entry.program_id = base::ProgramId("sample");
  entry.member_id = base::MemberId("0123456789ABCDE");
  entry.seq = 6;
  entry.txn_seq = 5;
  entry.kind = ledger::EntryKind::kEarn;
  entry.from = ledger::Account::kIssued;
  entry.to = ledger::Account::kPending;
  entry.points = {7};
  entry.lot_seq = 6;
  entry.available_at = base::Instant{2'500'000};
  entry.effective_at = base::Instant{1};
  entry.recorded_at = base::Instant{2};
  entry.order_line = 0;
  entry.available_after = {1};
  entry.pending_after = {2};
  entry.held_after = {3};
  entry.debt_after = {4};
  entry.hash = base::Sha256("x");
  return entry;
}

TEST(EntryToProto, NamesAndTimes) {
  v1::Entry out;
  ToProto(SomeEntry(), out);
  EXPECT_EQ(out.entry_id(), "0123456789ABCDE.6");
  EXPECT_EQ(out.transaction_id(), "0123456789ABCDE.5");
  EXPECT_EQ(out.lot_id(), "0123456789ABCDE.6");
  EXPECT_EQ(out.hold_id(), "");
  EXPECT_EQ(out.reverses_entry_id(), "");
  EXPECT_EQ(out.available_time().seconds(), 2);
  EXPECT_EQ(out.available_time().nanos(), 500'000'000);
  EXPECT_FALSE(out.has_expire_time());
  EXPECT_TRUE(out.has_order_line());
  EXPECT_EQ(out.balance_after().debt(), 4);
  EXPECT_EQ(out.hash(), base::AsBytes(base::Sha256("x")));
}

TEST(EntryToProto, EveryKindAndAccountHasTheProtosNumber) {
  for (int number = 0; number < 256; ++number) {
    EXPECT_EQ(ledger::IsKnown(static_cast<ledger::EntryKind>(number)),
              v1::Entry::Kind_IsValid(number) && number != 0)
        << number;
    EXPECT_EQ(ledger::Name(static_cast<ledger::Account>(number)) != "unknown",
              v1::Account_IsValid(number) && number != 0)
        << number;
    EXPECT_EQ(ledger::IsKnown(static_cast<ledger::MemberState>(number)),
              v1::Member::State_IsValid(number) && number != 0)
        << number;
  }
  EXPECT_EQ(static_cast<int>(ledger::EntryKind::kReturnSpent), v1::Entry::RETURN_SPENT);
  EXPECT_EQ(static_cast<int>(ledger::EntryKind::kTakeBack), v1::Entry::TAKE_BACK);
  EXPECT_EQ(static_cast<int>(ledger::EntryKind::kEndHold), v1::Entry::END_HOLD);
  EXPECT_EQ(static_cast<int>(ledger::Account::kClawedBack), v1::CLAWED_BACK);
  EXPECT_EQ(static_cast<int>(ledger::Account::kDebt), v1::DEBT);
  EXPECT_EQ(static_cast<int>(ledger::MemberState::kFrozen), v1::Member::FROZEN);
}

TEST(Timestamp, BeforeTheEpochNanosStayPositive) {
  google::protobuf::Timestamp out;
  ToProto(base::Instant{-1}, out);
  EXPECT_EQ(out.seconds(), -1);
  EXPECT_EQ(out.nanos(), 999'999'000);
}

TEST(AnswerToProto, TheBalanceIsTheLastEntrys) {
  engine::Answer answer;
  answer.replayed = true;
  answer.member_id = base::MemberId("0123456789ABCDE");
  answer.entries = {SomeEntry(), SomeEntry()};
  answer.entries[1].seq = 7;
  answer.entries[1].available_after = {99};
  v1::PostingResponse out;
  ToProto(answer, true, out);
  EXPECT_TRUE(out.replayed());
  EXPECT_EQ(out.transaction().transaction_id(), "0123456789ABCDE.5");
  EXPECT_EQ(out.transaction().balance().available(), 99);
  EXPECT_EQ(out.transaction().entries_size(), 2);
  v1::PostingResponse without;
  ToProto(answer, false, without);
  EXPECT_EQ(without.transaction().entries_size(), 0);
  EXPECT_EQ(without.transaction().balance().available(), 99);
  EXPECT_EQ(without.transaction().transaction_id(), "0123456789ABCDE.5");
}

TEST(AnswerToProto, EntriesThatNoClientWouldTakeAreOmitted) {
  engine::Answer answer;
  answer.member_id = base::MemberId("0123456789ABCDE");
  answer.entries.assign(20'000, SomeEntry());
  v1::PostingResponse out;
  ToProto(answer, true, out);
  EXPECT_TRUE(out.transaction().entries_omitted());
  EXPECT_EQ(out.transaction().entries_size(), 0);
  EXPECT_EQ(out.transaction().transaction_id(), "0123456789ABCDE.5");
  answer.entries.resize(1'000);
  v1::PostingResponse fits;
  ToProto(answer, true, fits);
  EXPECT_FALSE(fits.transaction().entries_omitted());
  EXPECT_EQ(fits.transaction().entries_size(), 1'000);
}

TEST(AnswerToProto, AnswersWithoutEntriesNameTheMember) {
  engine::Answer answer;
  answer.member_id = base::MemberId("0123456789ABCDE");
  answer.deduct_minor_units = 5;
  v1::ReverseEntryResponse out;
  ToProto(answer, true, "CNY", out);
  EXPECT_EQ(out.transaction().member_id(), "0123456789ABCDE");
  EXPECT_EQ(out.deduct_from_refund().currency(), "CNY");
  EXPECT_EQ(out.deduct_from_refund().minor_units(), 5);
  answer.deduct_minor_units = 0;
  v1::ReverseEntryResponse none;
  ToProto(answer, true, "CNY", none);
  EXPECT_FALSE(none.has_deduct_from_refund());
}

class PageToken : public testing::Test {
 protected:
  const base::Keyring keyring_{{{1, std::string(32, 'k')}}};
  const PageScope scope_{"ListEntries", base::ProgramId("sample"), "0123456789ABCDE+"};
};

TEST_F(PageToken, GivesThePositionBack) {
  for (const int64_t position : {int64_t{0}, int64_t{1}, INT64_MAX}) {
    EXPECT_EQ(ReadPageToken(keyring_, scope_, MakePageToken(keyring_, scope_, position)), position);
  }
}

TEST_F(PageToken, IsGoodForItsRequestOnly) {
  const std::string token = MakePageToken(keyring_, scope_, 7);
  EXPECT_FALSE(
      ReadPageToken(keyring_, {"ListEntries", base::ProgramId("sample"), "other+"}, token));
  EXPECT_FALSE(ReadPageToken(
      keyring_, {"ListEntries", base::ProgramId("sample"), "0123456789ABCDE-"}, token));
  EXPECT_FALSE(
      ReadPageToken(keyring_, {"ListEntries", base::ProgramId("other"), scope_.rest}, token));
  EXPECT_FALSE(ReadPageToken(keyring_, {"Other", base::ProgramId("sample"), scope_.rest}, token));
  EXPECT_FALSE(ReadPageToken(base::Keyring({{1, std::string(32, 'x')}}), scope_, token));
}

TEST_F(PageToken, TamperedOnesAreRefused) {
  const std::string token = MakePageToken(keyring_, scope_, 7);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ReadPageToken(keyring_, scope_, other)) << i;
  }
  EXPECT_FALSE(ReadPageToken(keyring_, scope_, token.substr(1)));
  EXPECT_FALSE(ReadPageToken(keyring_, scope_, "rubbish"));
  EXPECT_FALSE(ReadPageToken(keyring_, scope_, ""));
}

}  // namespace
}  // namespace fairpoint::api
