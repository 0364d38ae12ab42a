// A book against a server that fails in every way an import must live with.
#include "server/imports/send_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/imports/order_requests.h"
#include "server/imports/testing/fake_order_server.h"
#include "server/imports/testing/made_book.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Sent {
  Book book;
  Outcome outcome;
  absl::Status status;
};

SendOptions Options() {
  SendOptions options;
  options.program_id = "club";
  options.identity_kind = "card";
  options.currency = "GBP";
  options.stream.window = 8;
  options.stream.patience.first_pause = absl::Milliseconds(1);
  options.stream.patience.longest_pause = absl::Milliseconds(20);
  return options;
}

Sent Send(const FakeOrderServer& server, const std::string& rows,
          const SendOptions& options = Options()) {
  ReadFileResult read;
  EXPECT_TRUE(ReadText(kMadeMapping, kMadeHeader + rows, read).ok());
  Sent sent{std::move(read.book), {}, {}};
  std::ostringstream shown;
  Progress progress(shown, false);
  sent.status = SendBook(server.MakeClient(), options, sent.book, progress, sent.outcome);
  return sent;
}

// Orders A0, A1, ... of a few customers, at one time.
std::string Orders(int count, int customers) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&rows, "A", i, ",2010-12-01 12:00:00,c", i % customers, ",cat,1,2.50\n");
  }
  return rows;
}

// The numbers recorded, of each member, as they were.
std::map<std::string, std::vector<std::string>> RecordedOf(const FakeOrderServer& server) {
  std::map<std::string, std::vector<std::string>> numbers;
  for (const v1::ImportOrdersRequest& request : server.recorded()) {
    const std::string member = request.has_record_return()
                                   ? request.record_return().member().member_id()
                                   : request.record_purchase().member().member_id();
    numbers[member].push_back(NumberOf(request));
  }
  return numbers;
}

TEST(SendBook, SendsWhatTheFileSays) {
  const FakeOrderServer server;
  const Sent sent = Send(server,
                         "A1,2011-07-01 12:00:00,ann,cat,6,2.55\n"
                         "A1,2011-07-01 12:00:00,ann,dog,1,1\n"
                         "C1,2011-07-02 12:00:00,ann,cat,-3,2.55\n");
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  const auto recorded = server.recorded();
  ASSERT_THAT(recorded, SizeIs(2));
  const v1::RecordPurchaseRequest& purchase = recorded[0].record_purchase();
  EXPECT_TRUE(recorded[0].omit_entries());
  EXPECT_EQ(purchase.program_id(), "club");
  EXPECT_EQ(purchase.request_id(), RequestIdOf("club", false, "A1"));
  EXPECT_THAT(purchase.request_id(), SizeIs(44));
  EXPECT_EQ(purchase.member().member_id(), "member-ann");
  EXPECT_EQ(purchase.currency(), "GBP");
  EXPECT_EQ(purchase.effective_time().seconds(), 1'309'518'000);
  ASSERT_EQ(purchase.lines_size(), 2);
  EXPECT_EQ(purchase.lines(0).quantity(), 6);
  EXPECT_EQ(purchase.lines(0).amount_minor_units(), 1530);
  EXPECT_FALSE(purchase.has_source());
  const v1::RecordReturnRequest& back = recorded[1].record_return();
  EXPECT_EQ(back.request_id(), RequestIdOf("club", true, "C1"));
  EXPECT_EQ(back.without_receipt().match(), v1::ReturnWithoutReceipt::LATEST);
  EXPECT_EQ(back.without_receipt().items(0).units(), 3);
  EXPECT_EQ(sent.outcome.answered.points_earned, 16);
  EXPECT_EQ(sent.outcome.answered.points_taken_back, 1);
  EXPECT_EQ(sent.outcome.answered.units_matched, 1);
  EXPECT_EQ(sent.outcome.answered.units_unmatched, 2);
  ASSERT_THAT(sent.outcome.unmatched, SizeIs(1));
  EXPECT_EQ(sent.outcome.unmatched[0].row, 4U);
  EXPECT_EQ(sent.book.texts[sent.outcome.unmatched[0].reason],
            "no earlier purchase of SKU cat: 2 units unmatched");
}

TEST(SendBook, ASecondTimeNothingChanges) {
  const FakeOrderServer server;
  const Sent first = Send(server, Orders(50, 7));
  const Sent second = Send(server, Orders(50, 7));
  ASSERT_TRUE(second.status.ok()) << second.status;
  EXPECT_EQ(first.outcome.answered.orders_new, 50);
  EXPECT_EQ(first.outcome.members_new, 7);
  EXPECT_EQ(second.outcome.answered.orders_new, 0);
  EXPECT_EQ(second.outcome.answered.orders_replayed, 50);
  EXPECT_EQ(second.outcome.answered.points_earned, first.outcome.answered.points_earned);
  EXPECT_EQ(second.outcome.members_new, 0);
  EXPECT_THAT(server.recorded(), SizeIs(50));
}

TEST(SendBook, GoesOnAfterEveryBreakAndKeepsTheOrderOfEachMember) {
  Troubles troubles;
  troubles.breaks_before = {{"A0", 2}, {"A13", 1}, {"A59", 1}};
  troubles.breaks_after = {{"A3", 1}, {"A30", 1}, {"A58", 2}};
  troubles.refused_for_now = {{"A1", 1}, {"A20", 3}, {"A57", 2}};
  troubles.enrolments_refused_for_now = 3;
  const FakeOrderServer server(troubles);
  const Sent sent = Send(server, Orders(60, 4));
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_THAT(sent.book.rejects, IsEmpty());
  EXPECT_EQ(sent.outcome.answered.purchases, 60);
  EXPECT_EQ(sent.outcome.answered.points_earned, 120);
  std::map<std::string, std::vector<std::string>> wanted;
  for (int i = 0; i < 60; ++i) {
    wanted[absl::StrCat("member-c", i % 4)].push_back(absl::StrCat("A", i));
  }
  EXPECT_EQ(RecordedOf(server), wanted);
}

TEST(SendBook, WhatTheServerRefusesIsRejectedAndTheRestGoesOn) {
  Troubles troubles;
  troubles.refused = {"A2"};
  troubles.members["c1"] = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no such card");
  const FakeOrderServer server(troubles);
  const Sent sent = Send(server, Orders(6, 3));
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_THAT(RejectsOf(sent.book),
              ElementsAre(HasSubstr("3 A1: the customer cannot be a member"),
                          HasSubstr("4 A2: ORDER_EXISTS: because ORDER_EXISTS"),
                          HasSubstr("6 A4: the customer cannot be a member")));
  EXPECT_EQ(sent.book.counts.rows_rejected, 3);
  EXPECT_EQ(sent.book.counts.orders_rejected, 3);
  EXPECT_EQ(sent.outcome.customers_refused, 1);
  EXPECT_EQ(sent.outcome.answered.purchases, 3);
}

TEST(SendBook, GivesUpOnAServerThatStaysAway) {
  Troubles troubles;
  troubles.breaks_before["A3"] = 1'000'000;
  const FakeOrderServer server(troubles);
  SendOptions options = Options();
  options.stream.patience.give_up_after = absl::Milliseconds(200);
  const Sent sent = Send(server, Orders(6, 1), options);
  EXPECT_TRUE(absl::IsUnavailable(sent.status)) << sent.status;
  EXPECT_EQ(sent.outcome.answered.purchases, 3);
}

TEST(SendBook, GivesUpOnAServerThatKeepsRefusing) {
  Troubles troubles;
  troubles.refused_for_now["A3"] = 1'000'000;
  const FakeOrderServer server(troubles);
  SendOptions options = Options();
  options.stream.patience.give_up_after = absl::Milliseconds(200);
  const Sent sent = Send(server, Orders(6, 6), options);
  EXPECT_THAT(std::string(sent.status.message()), HasSubstr("keeps refusing: because QUEUE"));
  EXPECT_EQ(sent.outcome.answered.purchases, 5);
}

TEST(SendBook, ARefusalOfTheCallerIsTheEnd) {
  Troubles troubles;
  troubles.stream_refused = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you");
  const FakeOrderServer server(troubles);
  const Sent sent = Send(server, Orders(6, 6));
  EXPECT_EQ(ExitCodeOf(sent.status), 1);
  EXPECT_THAT(std::string(sent.status.message()), HasSubstr("not you"));
}

TEST(SendBook, SaysAtOnceThatNobodyAnswers) {
  ReadFileResult read;
  ASSERT_TRUE(ReadText(kMadeMapping, kMadeHeader + Orders(3, 3), read).ok());
  ClientFlags flags;
  flags.server = "127.0.0.1:1";
  const absl::StatusOr<Client> client = Client::Make(flags);
  ASSERT_TRUE(client.ok());
  std::ostringstream shown;
  Progress progress(shown, false);
  Outcome outcome;
  const absl::Status sent = SendBook(*client, Options(), read.book, progress, outcome);
  EXPECT_EQ(ExitCodeOf(sent), 2);
  EXPECT_THAT(std::string(sent.message()), HasSubstr("no server answers"));
}

TEST(RequestId, TellsProgrammeKindAndNumberApart) {
  EXPECT_EQ(RequestIdOf("p", false, "A1"), RequestIdOf("p", false, "A1"));
  EXPECT_NE(RequestIdOf("p", false, "A1"), RequestIdOf("p", true, "A1"));
  EXPECT_NE(RequestIdOf("p", false, "A1"), RequestIdOf("q", false, "A1"));
  EXPECT_NE(RequestIdOf("p", false, "A1"), RequestIdOf("p", false, "A2"));
}

}  // namespace
}  // namespace fairpoint::server::imports
