#include "api/price_facts.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/price_writes.h"
#include "api/testing/messages.h"
#include "base/error.h"

namespace fairpoint::api {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr char kFact[] = R"(
    channel_id: "tmall" listing_id: "旗舰店 1" sku: "A" source_seq: 7 currency: "CNY" amount: 9900)";
const base::ProgramId kProgram("sample");
const std::string kSource = "feed-1";
const std::string kActor = "office";
const Recorder kBy{kProgram, kSource, kActor};
const Principal kOffice{"office", Role::kOperator, ""};

TEST(PriceFacts, IsRead) {
  const engine::FactToRecord read = FactFromProto(FromText<v1::PriceFact>(kFact), kBy);
  ASSERT_TRUE(read.refused.ok()) << read.refused;
  pricing::PriceFact fact;
  fact.program_id = kProgram;
  fact.sku = "A";
  fact.channel_id = "tmall";
  fact.listing_id = "旗舰店 1";
  fact.source_seq = 7;
  fact.currency = "CNY";
  fact.amount = 9900;
  fact.window.from = pricing::kFromRecording;
  fact.source = "feed-1";
  fact.actor = "office";
  fact.source_key = pricing::SourceKey(fact);
  EXPECT_EQ(read.fact, fact);
  EXPECT_FALSE(read.confirmed);
}

TEST(PriceFacts, AllThatIsSaidComesBack) {
  const auto said = FromText<v1::PriceFact>(std::string(kFact) + R"(
      pack: 3 scope { region: "华东" } plan_id: "88vip" condition: OUTLET third_party: true
      platform_subsidy: 100 government_subsidy: 200 tax_ppm: 130000 shipping: 600
      window { valid_from { seconds: 10 } valid_until { seconds: 20 nanos: 5000 } })");
  const engine::FactToRecord read = FactFromProto(said, kBy);
  ASSERT_TRUE(read.refused.ok()) << read.refused;
  v1::PriceFact told;
  ToProto(read.fact, told);
  EXPECT_TRUE(MessageDifferencer::Equals(told, said)) << told.DebugString();
}

TEST(PriceFacts, AnEmptyOneIsToldAllItLacks) {
  const engine::FactToRecord read = FactFromProto(v1::PriceFact(), kBy);
  EXPECT_EQ(base::ReasonOf(read.refused), "INVALID_FIELDS");
  EXPECT_THAT(WrongFields(read.refused),
              ElementsAre("channel_id", "listing_id", "sku", "source_seq", "currency", "amount"));
}

struct Case {
  const char* text;                // merged over kFact
  std::vector<std::string> wrong;  // none: it is right
};

class FactCases : public testing::TestWithParam<Case> {};

TEST_P(FactCases, AreJudged) {
  v1::PriceFact fact = FromText<v1::PriceFact>(kFact);
  fact.MergeFrom(FromText<v1::PriceFact>(GetParam().text));
  EXPECT_THAT(WrongFields(FactFromProto(fact, kBy).refused), ElementsAreArray(GetParam().wrong))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, FactCases,
    testing::Values(
        Case{R"(channel_id: "a b")", {"channel_id"}}, Case{R"(listing_id: "a\nb")", {"listing_id"}},
        Case{R"(listing_id: "\177")", {"listing_id"}},
        Case{R"(sku: "0123456789012345678901234567890123456789012345678901234567890123")", {}},
        Case{R"(sku: "01234567890123456789012345678901234567890123456789012345678901234")",
             {"sku"}},
        Case{"source_seq: -1", {"source_seq"}},  //
        Case{"source_seq: 9223372036854775807", {}}, Case{"amount: -1", {"amount"}},
        Case{"amount: 1", {}}, Case{"amount: 100000000000000", {}},
        Case{"amount: 100000000000001", {"amount"}}, Case{"pack: 1", {}},
        Case{"pack: 2147483647", {}}, Case{"pack: 2147483648", {"pack"}},
        Case{"pack: -1", {"pack"}}, Case{"tax_ppm: 1000000", {}},
        Case{"tax_ppm: 1000001", {"tax_ppm"}}, Case{"tax_ppm: -1", {"tax_ppm"}},
        Case{"platform_subsidy: 9899", {}}, Case{"platform_subsidy: 9900", {"platform_subsidy"}},
        Case{"platform_subsidy: -1", {"platform_subsidy"}},
        Case{"government_subsidy: 9900", {"government_subsidy"}},
        Case{"government_subsidy: -1", {"government_subsidy"}}, Case{"shipping: -1", {"shipping"}},
        Case{"shipping: 100000000000001", {"shipping"}}, Case{R"(currency: "cny")", {"currency"}},
        Case{R"(scope { store_id: "" })", {"scope.store_id"}},
        Case{R"(scope { region: "" })", {"scope.region"}},
        Case{R"(plan_id: "88vip" newcomers: true)", {"newcomers"}},
        Case{R"(plan_id: "a b")", {"plan_id"}}, Case{"newcomers: true", {}},
        Case{"condition: 17", {"condition"}}, Case{"window { valid_until { seconds: 5 } }", {}},
        Case{"window { valid_from { seconds: 5 } valid_until { seconds: 6 } }", {}},
        Case{"window { valid_from { seconds: 6 } valid_until { seconds: 5 } }",
             {"window.valid_until"}},
        Case{"window { valid_from { seconds: 6 } valid_until { seconds: 6 nanos: 999 } }",
             {"window.valid_until"}},
        Case{"window { valid_from { seconds: -1 } }", {"window.valid_from"}},
        Case{"window { valid_until { seconds: 7258118400 } }", {"window.valid_until"}},
        Case{"amount: -5 window { valid_from { seconds: 9 } valid_until { seconds: -9 } }",
             {"amount", "window.valid_until"}}));

// Which windows overlap is for the transaction: it knows what was recorded before.
TEST(PriceFacts, AreEachJudgedAlone) {
  const auto request = FromText<v1::RecordPriceFactsRequest>(R"(
    program_id: "sample"
    facts { channel_id: "c" listing_id: "l" sku: "A" source_seq: 1 currency: "CNY" amount: 5
            window { valid_from { seconds: 10 } valid_until { seconds: 20 } } }
    facts { channel_id: "c" listing_id: "l" sku: "A" source_seq: 0 currency: "CNY" amount: 5
            window { valid_from { seconds: 15 } valid_until { seconds: 25 } } }
    facts { channel_id: "c" listing_id: "l" sku: "A" source_seq: 3 currency: "CNY" amount: 4
            window { valid_from { seconds: 15 } valid_until { seconds: 25 } } })");
  const std::vector<engine::FactToRecord> facts = FactsFromProto(request.facts(), kBy);
  EXPECT_TRUE(facts[0].refused.ok());
  EXPECT_EQ(base::ReasonOf(facts[1].refused), "INVALID_FIELDS");
  EXPECT_TRUE(facts[2].refused.ok());
}

TEST(PriceFacts, ARefusalIsToldInItsPlaceWithItsWholePath) {
  engine::RecordedItem right, wrong;
  right.state = engine::RecordedItem::State::kRecorded;
  right.seq = 5;
  wrong.refused = base::InvalidFields({{"amount", "is wrong"}});
  v1::RecordPriceFactsResponse out;
  ToProto({right, wrong}, "facts", *out.mutable_items());
  EXPECT_EQ(out.items(0).seq(), 5);
  EXPECT_EQ(out.items(0).state(), v1::RecordedItem::RECORDED);
  EXPECT_FALSE(out.items(0).has_error());
  EXPECT_EQ(out.items(1).state(), v1::RecordedItem::REFUSED);
  EXPECT_THAT(out.items(1).error().SerializeAsString(), testing::HasSubstr("facts[1].amount"));
}

TEST(RecordPriceFacts, AloneWhatIsNotOfOneFactRefusesAll) {
  const std::string feed = R"( feed { channel_id: "c" complete_as_of { seconds: 5 } })";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"(program_id: "sample")", {"facts"}},
      {R"(program_id: "Sample" facts { })", {"program_id"}},
      {R"(program_id: "sample" source: "a b" facts { })", {"source"}},
      {R"(program_id: "sample" facts { })", {}},
      {R"(program_id: "sample")" + feed, {}},
  };
  for (const auto& [text, wrong] : cases) {
    const auto request =
        FactsFromProto(FromText<v1::RecordPriceFactsRequest>(text), Origin{.caller = kOffice});
    EXPECT_THAT(WrongFields(request.status()), ElementsAreArray(wrong)) << text;
  }
  v1::RecordPriceFactsRequest many;
  many.set_program_id("sample");
  for (int i = 0; i < 1'001; ++i) many.add_facts();
  EXPECT_THAT(WrongFields(FactsFromProto(many, Origin{.caller = kOffice}).status()),
              ElementsAre("facts"));
}

TEST(RecordPriceFacts, AStatementIsJudgedApartFromTheFacts) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"", {"feed.channel_id", "feed.complete_as_of"}},
      {R"(channel_id: "c" complete_as_of { seconds: -1 })", {"feed.complete_as_of"}},
      {R"(channel_id: "c" complete_as_of { seconds: 1 } source_seq: 4)", {"feed.source_seq"}},
      {R"(channel_id: "c" complete_as_of { seconds: 1 } source_seq: -4 snapshot: true)",
       {"feed.source_seq"}},
      {R"(channel_id: "c" complete_as_of { seconds: 1 } source_seq: 4 snapshot: true)", {}},
      {R"(channel_id: "c" complete_as_of { seconds: 1 })", {}},
  };
  for (const auto& [text, wrong] : cases) {
    const auto request =
        FactsFromProto(FromText<v1::RecordPriceFactsRequest>(
                           R"(program_id: "sample" facts { } feed { )" + text + " }"),
                       Origin{.caller = kOffice});
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_THAT(WrongFields(request->feed_fault), ElementsAreArray(wrong)) << text;
    EXPECT_EQ(request->feed.has_value(), wrong.empty());
    EXPECT_EQ(request->facts.size(), 1U);
  }
}

TEST(MarkPriceCredit, SaysEitherHowItWasPaidOrWhyNot) {
  const std::string common =
      R"(program_id: "sample" request_id: "0123456789abcdef" order_id: "o" credit_seq: 1 )";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"(state: PAID payment_reference: "p")", {}},
      {"state: FAILED", {}},
      {R"(state: FAILED reason: "账户已注销")", {}},
      {"", {"state"}},
      {"state: DUE", {"state"}},
      {"state: PAID", {"payment_reference"}},
      {R"(state: PAID payment_reference: "p" reason: "r")", {"reason"}},
      {R"(state: FAILED payment_reference: "p")", {"payment_reference"}},
      {"credit_seq: 0 state: FAILED", {"credit_seq"}},
  };
  for (const auto& [text, wrong] : cases) {
    v1::MarkPriceCreditRequest request = FromText<v1::MarkPriceCreditRequest>(common);
    const auto own = FromText<v1::MarkPriceCreditRequest>(text);
    request.MergeFrom(own);
    if (text.starts_with("credit_seq")) request.set_credit_seq(own.credit_seq());
    const auto command = CommandFromProto(request, Origin{.caller = kOffice});
    EXPECT_THAT(WrongFields(command.status()), ElementsAreArray(wrong)) << text;
  }
}

TEST(CommitBasket, NamesAQuoteAndAnOrder) {
  const auto command = CommandFromProto(
      FromText<v1::CommitBasketRequest>(R"(program_id: "sample" request_id: "0123456789abcdef"
                                           quote_id: "0123456789ABCDE" order_id: "o-1")"),
      Origin{.caller = kOffice});
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(std::get<engine::QuoteOwner>(command->member).quote_id, "0123456789ABCDE");
  EXPECT_EQ(command->posting.order_id, "o-1");
  EXPECT_THAT(
      WrongFields(CommandFromProto(v1::CommitBasketRequest(), Origin{.caller = kOffice}).status()),
      ElementsAre("program_id", "request_id", "quote_id", "order_id"));
}

TEST(CommitBasket, DoesNotCallItsOrderOptional) {
  v1::CommitBasketRequest request;
  request.set_order_id("x y");
  const absl::Status status = CommandFromProto(request, Origin{.caller = kOffice}).status();
  EXPECT_EQ(base::DetailOf(status)->violations.back().description,
            "must be 1-64 printable ASCII characters without spaces");
}

}  // namespace
}  // namespace fairpoint::api
