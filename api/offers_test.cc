#include "api/offers.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/testing/messages.h"

namespace fairpoint::api {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr char kCommon[] = R"(channel_id: "mini" offer_id: "o1" revision: 2 currency: "CNY" )";
const base::ProgramId kProgram("sample");
const std::string kNoSource;
const std::string kActor = "office";
const Recorder kBy{kProgram, kNoSource, kActor};

v1::Offer OfferFrom(const std::string& text) { return FromText<v1::Offer>(kCommon + text); }

TEST(Offers, AreRead) {
  const engine::OfferToRecord read =
      OfferFromProto(OfferFrom(R"(sku: "A" kind: LIST amount: 100 floor_amount: 60)"), kBy);
  ASSERT_TRUE(read.refused.ok()) << read.refused;
  pricing::Offer offer;
  offer.program_id = kProgram;
  offer.sku = "A";
  offer.channel_id = "mini";
  offer.offer_id = "o1";
  offer.revision = 2;
  offer.amount = offer.asked_amount = 100;
  offer.floor_amount = 60;
  offer.window.from = pricing::kFromRecording;
  offer.currency = "CNY";
  offer.actor = "office";
  offer.source_key = pricing::SourceKey(offer);
  EXPECT_EQ(read.offer, offer);
}

TEST(Offers, OfOneThatIsWithdrawnNothingElseIsRead) {
  const engine::OfferToRecord read =
      OfferFromProto(OfferFrom(R"(sku: "A" withdrawn: true amount: -5 level_min: -1)"), kBy);
  ASSERT_TRUE(read.refused.ok()) << read.refused;
  EXPECT_TRUE(read.offer.withdrawn);
  EXPECT_EQ(read.offer.amount, 0);
  EXPECT_EQ(read.offer.currency, "");
  v1::Offer told;
  ToProto(read.offer, told);
  EXPECT_TRUE(told.withdrawn());
  EXPECT_FALSE(told.has_amount());
}

TEST(Offers, AllThatIsSaidComesBack) {
  const std::string window = " window { valid_from { seconds: 1 } valid_until { seconds: 2 } }";
  for (
      const char* const text : {
          R"(sku: "A" kind: LIST amount: 100 per_units: 5 floor_amount: 60 stock: 9)",
          R"(kind: MEMBER level_min: 3 off_bp: 500 scope { store_id: "s" })",
          R"(sku: "A" kind: FLASH plan_id: "gold" off_bp: 9999 scene: "group")",
          R"(sku: "A" kind: LIVE amount: 1 per_units: 1 session_id: "live-7" scope { region: "华东" })",
          R"(sku: "A" kind: INTRODUCTORY newcomers: true exclusion_reason: INTRODUCTORY_CLASS
              amount: 1 per_units: 1)",
      }) {
    const v1::Offer said = OfferFrom(text + window);
    const engine::OfferToRecord read = OfferFromProto(said, kBy);
    EXPECT_TRUE(read.refused.ok()) << read.refused;
    v1::Offer told;
    ToProto(read.offer, told);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(told, said))
        << told.DebugString();
  }
}

TEST(Offers, AnEmptyOneIsToldAllItLacks) {
  EXPECT_THAT(WrongFields(OfferFromProto(v1::Offer(), kBy).refused),
              ElementsAre("channel_id", "offer_id", "revision", "kind", "price", "currency"));
}

struct Case {
  const char* text;
  std::vector<std::string> wrong;  // none: it is right
};

class OfferCases : public testing::TestWithParam<Case> {};

TEST_P(OfferCases, AreJudged) {
  EXPECT_THAT(WrongFields(OfferFromProto(OfferFrom(GetParam().text), kBy).refused),
              ElementsAreArray(GetParam().wrong))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, OfferCases,
    testing::Values(
        Case{R"(sku: "A" kind: LIST amount: 1)", {}},
        Case{R"(sku: "A\001" kind: LIST amount: 1)", {"sku"}},
        Case{R"(sku: "A" kind: LIST amount: 0)", {"amount"}},
        Case{R"(sku: "A" kind: LIST amount: -1)", {"amount"}},
        Case{R"(sku: "A" kind: LIST amount: 100000000000001)", {"amount"}},
        Case{R"(sku: "A" kind: LIST amount: 1 per_units: -1)", {"per_units"}},
        Case{R"(sku: "A" kind: LIST amount: 1 per_units: 2147483648)", {"per_units"}},
        Case{R"(sku: "A" kind: LIST amount: 1 floor_amount: -1)", {"floor_amount"}},
        Case{R"(sku: "A" kind: MEMBER level_min: 0 amount: 1 floor_amount: 1)", {"floor_amount"}},
        Case{R"(sku: "A" kind: LIST off_bp: 500)", {"off_bp"}},
        Case{R"(sku: "A" kind: MEMBER off_bp: 0)", {"off_bp"}},
        Case{R"(sku: "A" kind: MEMBER off_bp: 10000)", {"off_bp"}},
        Case{R"(sku: "A" kind: MEMBER off_bp: 500 per_units: 2)", {"per_units"}},
        Case{R"(sku: "A" kind: MEMBER)", {"price"}}, Case{R"(kind: MEMBER off_bp: 500)", {}},
        Case{R"(kind: MEMBER amount: 5)", {"amount"}},
        Case{R"(sku: "A" kind: 17 amount: 1)", {"kind"}},
        Case{R"(sku: "A" kind: FLASH amount: 1)", {"window.valid_until"}},
        Case{R"(sku: "A" kind: FLASH amount: 1 window { valid_until { seconds: 9 } })", {}},
        Case{R"(sku: "A" kind: LIVE amount: 1)", {"session_id"}},
        Case{R"(sku: "A" kind: LIVE amount: 1 session_id: "a b")", {"session_id"}},
        Case{R"(sku: "A" kind: INTRODUCTORY amount: 1)", {"newcomers"}},
        Case{R"(sku: "A" kind: INTRODUCTORY amount: 1 newcomers: true)", {"exclusion_reason"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 newcomers: false)",
             {"newcomers", "exclusion_reason"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 level_min: 1 exclusion_reason: INTRODUCTORY_CLASS)",
             {"exclusion_reason"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 exclusion_reason: 9)", {"exclusion_reason"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 level_min: -1)", {"level_min"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 level_min: 1001)", {"level_min"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 plan_id: "")", {"plan_id"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 scene: "a b")", {"scene"}},
        Case{R"(sku: "A" kind: MEMBER amount: 1 stock: -1)", {"stock"}},
        Case{R"(sku: "A" kind: LIST amount: 1
                window { valid_from { seconds: 9 } valid_until { seconds: 9 } })",
             {"window.valid_until"}}));

}  // namespace
}  // namespace fairpoint::api
