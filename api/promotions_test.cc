#include "api/promotions.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/testing/messages.h"

namespace fairpoint::api {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr char kCommon[] =
    R"(channel_id: "tmall" promotion_id: "p1" source_seq: 2 currency: "CNY" )";
const base::ProgramId kProgram("sample");
const std::string kSource = "feed-1";
const std::string kActor = "office";
const Recorder kBy{kProgram, kSource, kActor};

v1::ChannelPromotion PromotionFrom(const std::string& text) {
  return FromText<v1::ChannelPromotion>(kCommon + text);
}

TEST(Promotions, AllThatIsSaidComesBack) {
  const std::string common = R"( scope { store_id: "s" } newcomers: true order: -3 times_max: 2
      exclusive_group: "g" window { valid_from { seconds: 1 } valid_until { seconds: 2 } })";
  for (const char* const text : {
           R"(skus: ["A", "B"]
              threshold { steps { threshold: 300 reduction: 50 } steps { threshold: 500 reduction: 90 } })",
           "threshold { steps { threshold: 300 reduction: 50 } repeats: true }",
           "percent { off_bp: 1000 reduction_max: 5000 }",
           "nth_item { nth: 2 off_bp: 10000 mixed: true }",
           "identical_gift { buy: 2 get: 1 }",
           R"(bundle { parts { sku: "A" quantity: 1 } parts { sku: "B" quantity: 2 } amount: 99 })",
       }) {
    const v1::ChannelPromotion said = PromotionFrom(text + common);
    const engine::PromotionToRecord read = PromotionFromProto(said, kBy);
    EXPECT_TRUE(read.refused.ok()) << read.refused;
    EXPECT_EQ(read.promotion.source_key, pricing::SourceKey(read.promotion));
    EXPECT_EQ(read.promotion.source, "feed-1");
    v1::ChannelPromotion told;
    ToProto(read.promotion, told);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(told, said))
        << told.DebugString();
  }
}

TEST(Promotions, SkusAndPartsComeInOneOrder) {
  const auto one =
      PromotionFromProto(PromotionFrom(R"(skus: ["B", "A"] percent { off_bp: 1 })"), kBy);
  EXPECT_THAT(one.promotion.terms.skus, ElementsAre("A", "B"));
  const auto two = PromotionFromProto(
      PromotionFrom(R"(bundle { parts { sku: "B" quantity: 1 } parts { sku: "A" quantity: 2 }
                  amount: 9 })"),
      kBy);
  EXPECT_THAT(two.promotion.terms.bundle,
              ElementsAre(pricing::BundlePart{"A", 2}, pricing::BundlePart{"B", 1}));
}

TEST(Promotions, OfOneThatIsWithdrawnNothingElseIsRead) {
  const auto read =
      PromotionFromProto(PromotionFrom("withdrawn: true percent { off_bp: -1 }"), kBy);
  EXPECT_TRUE(read.refused.ok()) << read.refused;
  EXPECT_EQ(read.promotion.terms, pricing::PromotionTerms());
}

TEST(Promotions, AnEmptyOneIsToldAllItLacks) {
  EXPECT_THAT(WrongFields(PromotionFromProto(v1::ChannelPromotion(), kBy).refused),
              ElementsAre("channel_id", "promotion_id", "source_seq", "terms", "currency"));
}

TEST(Promotions, NameUpTo2000Skus) {
  v1::ChannelPromotion promotion = PromotionFrom("percent { off_bp: 1 }");
  for (int i = 0; i < 2'000; ++i) promotion.add_skus(absl::StrCat("s", i));
  EXPECT_TRUE(PromotionFromProto(promotion, kBy).refused.ok());
  promotion.add_skus("one more");
  EXPECT_THAT(WrongFields(PromotionFromProto(promotion, kBy).refused), ElementsAre("skus"));
}

struct Case {
  const char* text;
  std::vector<std::string> wrong;  // none: it is right
};

class PromotionCases : public testing::TestWithParam<Case> {};

TEST_P(PromotionCases, AreJudged) {
  EXPECT_THAT(WrongFields(PromotionFromProto(PromotionFrom(GetParam().text), kBy).refused),
              ElementsAreArray(GetParam().wrong))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, PromotionCases,
    testing::Values(
        Case{"threshold { }", {"threshold.steps"}},
        Case{"threshold { steps { threshold: 2 reduction: 1 } }", {}},
        Case{"threshold { steps { threshold: 2 reduction: 2 } }", {"threshold.steps[0].reduction"}},
        Case{"threshold { steps { threshold: 0 reduction: -1 } }",
             {"threshold.steps[0].threshold", "threshold.steps[0].reduction"}},
        Case{
            "threshold { steps { threshold: 9 reduction: 1 } steps { threshold: 9 reduction: 2 } }",
            {"threshold.steps[1].threshold"}},
        Case{
            "threshold { steps { threshold: 8 reduction: 2 } steps { threshold: 9 reduction: 2 } }",
            {"threshold.steps[1].reduction"}},
        Case{"threshold { repeats: true steps { threshold: 8 reduction: 1 }"
             " steps { threshold: 9 reduction: 2 } }",
             {"threshold.repeats"}},
        Case{"percent { off_bp: 0 }", {"percent.off_bp"}},
        Case{"percent { off_bp: 10000 }", {"percent.off_bp"}},
        Case{"percent { off_bp: 1 reduction_max: -1 }", {"percent.reduction_max"}},
        Case{"nth_item { nth: 1 off_bp: 1 }", {"nth_item.nth"}},
        Case{"nth_item { nth: 0 off_bp: 10001 }", {"nth_item.nth", "nth_item.off_bp"}},
        Case{"identical_gift { buy: 0 get: -1 }", {"identical_gift.buy", "identical_gift.get"}},
        Case{"identical_gift { buy: 2147483648 get: 1 }", {"identical_gift.buy"}},
        Case{"percent { off_bp: 1 } times_max: -1", {"times_max"}},
        Case{"percent { off_bp: 1 } times_max: 2147483647", {}},
        Case{"percent { off_bp: 1 } times_max: 2147483648", {"times_max"}},
        Case{"bundle { amount: 0 }", {"bundle.amount", "bundle.parts"}},
        Case{
            R"(bundle { amount: 1 parts { sku: "A" quantity: 1 } parts { sku: "A" quantity: 1 } })",
            {"bundle.parts[1].sku"}},
        Case{R"(bundle { amount: 1 parts { quantity: 0 } })",
             {"bundle.parts[0].sku", "bundle.parts[0].quantity"}},
        Case{R"(skus: "A" bundle { amount: 1 parts { sku: "A" quantity: 1 } })", {"skus"}},
        Case{R"(skus: "A" skus: "A" percent { off_bp: 1 })", {"skus"}},
        Case{R"(skus: "A" skus: "" percent { off_bp: 1 })", {"skus[1]"}},
        Case{"times_max: -1 percent { off_bp: 1 }", {"times_max"}},
        Case{R"(exclusive_group: "a b" percent { off_bp: 1 })", {"exclusive_group"}},
        Case{R"(plan_id: "p" newcomers: true percent { off_bp: 1 })", {"newcomers"}},
        Case{R"(percent { off_bp: 1 } window { valid_from { seconds: 2 } valid_until { } })",
             {"window.valid_until"}}));

}  // namespace
}  // namespace fairpoint::api
