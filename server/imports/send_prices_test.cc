// Prices against a server that fails in every way an import must live with.
#include "server/imports/send_prices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/imports/testing/fake_price_server.h"
#include "server/imports/testing/made_prices.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr base::Instant kCompleteAsOf{1'767'300'000 * base::kMicrosPerSecond};

struct Sent {
  PriceBook book;
  PriceOutcome outcome;
  absl::Status status;
};

PriceSendOptions Options() {
  PriceSendOptions options;
  options.program_id = "club";
  options.stream.window = 3;
  options.stream.patience.first_pause = absl::Milliseconds(1);
  options.stream.patience.longest_pause = absl::Milliseconds(20);
  return options;
}

PriceSendOptions Stating(bool is_snapshot) {
  PriceSendOptions options = Options();
  options.complete_as_of = kCompleteAsOf;
  options.is_snapshot = is_snapshot;
  return options;
}

void Send(const FakePriceServer& server, const std::string& rows, const PriceSendOptions& options,
          Sent& sent) {
  const PriceMapping mapping = MadePriceMapping();
  EXPECT_TRUE(ReadPriceText(mapping, kMadePriceHeader + rows, sent.book).ok());
  std::ostringstream shown;
  Progress progress(shown, false);
  const Client client = server.MakeClient();
  sent.status = SendFacts(client, options, mapping, sent.book, progress, sent.outcome);
  if (!sent.status.ok()) return;
  sent.status = SendOffers(client, options, mapping, sent.book, progress, sent.outcome);
}

// SKUs s0, s1, ... with a price in every channel.
std::string Rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) absl::StrAppend(&rows, "s", i, ",2026-01-01,5,6,4\n");
  return rows;
}

TEST(SendPrices, FactsThenStatementsThenOffersAndAgainNothingIsNew) {
  const FakePriceServer server;
  Sent first;
  Send(server, Rows(1'300), Stating(false), first);
  ASSERT_TRUE(first.status.ok()) << first.status;
  EXPECT_EQ(first.outcome.facts.recorded, 2'600);
  EXPECT_EQ(first.outcome.offers.recorded, 1'300);
  EXPECT_THAT(server.recorded(), SizeIs(3'900));
  EXPECT_THAT(server.statements(), ElementsAre("jd", "tm"));
  EXPECT_EQ(first.outcome.feeds_stated, 2);
  Sent again;
  Send(server, Rows(1'300), Options(), again);
  EXPECT_EQ(again.outcome.facts.recorded, 0);
  EXPECT_EQ(again.outcome.facts.duplicate, 2'600);
  EXPECT_EQ(again.outcome.offers.duplicate, 1'300);
  EXPECT_EQ(again.outcome.feeds_stated, 0);
  EXPECT_THAT(server.statements(), SizeIs(2));
}

TEST(SendPrices, WhatIsRefusedForNowIsSentAgain) {
  const FakePriceServer server({.refused_for_now = {{"s7", 5}, {"s900", 1}},
                                .held = {"s8"},
                                .clamped = {"s9"},
                                .calls_unavailable = 2});
  Sent sent;
  Send(server, Rows(1'000), Stating(false), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_THAT(sent.book.rejects, IsEmpty());
  // What a message had recorded before it came again counts as recorded.
  EXPECT_EQ(sent.outcome.facts.duplicate, 0);
  EXPECT_EQ(sent.outcome.facts.held, 2);
  EXPECT_EQ(sent.outcome.offers.clamped, 1);
  EXPECT_EQ(sent.outcome.offers.recorded + sent.outcome.offers.held, 999);
  EXPECT_EQ(sent.outcome.feeds_stated, 2);
}

TEST(SendPrices, NothingOfAFileThatIsVouchedForIsHeld) {
  const FakePriceServer server({.held = {"s1"}});
  PriceSendOptions options = Options();
  options.is_confirmed = true;
  Sent sent;
  Send(server, "s1,2026-01-01,5,6,\n", options, sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_EQ(sent.outcome.facts.held, 0);
  EXPECT_EQ(sent.outcome.facts.recorded, 2);
}

TEST(SendPrices, ANumberOfTheSourcesOwnIsNotCalledADate) {
  PriceMapping mapping = MadePriceMapping();
  PriceBook book;
  PriceCounts counts;
  const FilePrice price;
  v1::RecordedItem item;
  item.set_state(v1::RecordedItem::REFUSED);
  google::rpc::ErrorInfo info;
  info.set_reason("SEQUENCE_REUSED");
  item.mutable_error()->set_code(6);
  item.mutable_error()->add_details()->PackFrom(info);
  EXPECT_TRUE(TakeItem(item, price, mapping, book, counts));
  mapping.channels[0].columns.set_seq("number");
  EXPECT_TRUE(TakeItem(item, price, mapping, book, counts));
  EXPECT_THAT(RejectsOf(book)[0], HasSubstr("valid_from"));
  EXPECT_THAT(RejectsOf(book)[1], Not(HasSubstr("valid_from")));
}

TEST(SendPrices, ARefusedPriceIsARejectAndItsFeedIsNotSaidToBeComplete) {
  const FakePriceServer server({.refused = {"s3"}});
  Sent sent;
  Send(server, absl::StrCat(Rows(3), "s3,2026-01-01,5,,\n"), Stating(false), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  ASSERT_THAT(RejectsOf(sent.book), ElementsAre(StartsWith("5 jd: SEQUENCE_REUSED")));
  EXPECT_THAT(RejectsOf(sent.book)[0], HasSubstr("rows are numbered by valid_from"));
  EXPECT_EQ(sent.outcome.facts.refused, 1);
  EXPECT_THAT(server.statements(), ElementsAre("tm"));
  EXPECT_THAT(sent.outcome.feeds_withheld, ElementsAre(HasSubstr("jd: rows with prices of it")));
  PriceSendOptions despite = Stating(true);
  despite.despite_rejects = true;
  Sent again;
  Send(server, absl::StrCat(Rows(3), "s3,2026-01-01,5,,\n"), despite, again);
  EXPECT_THAT(server.statements(), ElementsAre("tm", "tm snapshot of 3", "jd"));
  EXPECT_THAT(again.outcome.feeds_withheld, IsEmpty());
}

TEST(SendPrices, ASnapshotThatIsInterruptedBeginsAgain) {
  const FakePriceServer server({.breaks_after = {{"s600", 1}, {"s1100", 2}}});
  Sent sent;
  Send(server, Rows(1'200), Stating(true), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_THAT(server.statements(), ElementsAre("jd snapshot of 1200", "tm snapshot of 1200"));
  EXPECT_EQ(sent.outcome.feeds_stated, 2);
  EXPECT_EQ(sent.outcome.listings_withdrawn, 4);
  const PriceCounts& facts = sent.outcome.facts;
  EXPECT_EQ(facts.recorded + facts.duplicate, 2'400);
  EXPECT_THAT(server.recorded(), SizeIs(3'600));
}

TEST(SendPrices, ASnapshotInWhichSomethingIsRefusedForNowBeginsAgain) {
  const FakePriceServer server({.refused_for_now = {{"s3", 2}}, .refused = {"t0"}});
  Sent sent;
  Send(server, absl::StrCat(Rows(600), "t0,2026-01-01,,5,\n"), Stating(true), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_EQ(sent.outcome.facts.recorded + sent.outcome.facts.duplicate, 1'200);
  // What was refused in another channel's stream does not spoil this one's.
  EXPECT_THAT(server.statements(), ElementsAre("jd snapshot of 600"));
  EXPECT_THAT(sent.outcome.feeds_withheld, ElementsAre(HasSubstr("tm: rows with prices of it")));
}

TEST(SendPrices, WithoutASnapshotOnlyWhatHasNoAnswerIsSentAgain) {
  const FakePriceServer server({.breaks_after = {{"s600", 1}}});
  Sent sent;
  Send(server, Rows(1'200), Stating(false), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_EQ(sent.outcome.facts.recorded + sent.outcome.facts.duplicate, 2'400);
  EXPECT_THAT(server.statements(), ElementsAre("jd", "tm"));
  EXPECT_EQ(server.stream_count(), 3);
}

TEST(SendPrices, AChannelThatTheFileDoesNotNameIsNoSnapshot) {
  const FakePriceServer server;
  Sent sent;
  Send(server, "s0,2026-01-01,5,,\n", Stating(true), sent);
  ASSERT_TRUE(sent.status.ok()) << sent.status;
  EXPECT_THAT(server.statements(), ElementsAre("jd snapshot of 1"));
  EXPECT_THAT(sent.outcome.feeds_withheld, ElementsAre("tm: the file has no price of it"));
}

TEST(SendPrices, AServerThatRefusesTheCallerIsAskedOnce) {
  const FakePriceServer server(
      {.stream_refused = {grpc::StatusCode::PERMISSION_DENIED, "not with this key"}});
  Sent sent;
  Send(server, Rows(1), Stating(false), sent);
  EXPECT_TRUE(absl::IsAborted(sent.status)) << sent.status;
  EXPECT_EQ(server.stream_count(), 1);
  EXPECT_THAT(server.recorded(), IsEmpty());
}

}  // namespace
}  // namespace fairpoint::server::imports
