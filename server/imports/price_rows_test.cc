#include "server/imports/price_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/files.h"
#include "server/imports/price_requests.h"
#include "server/imports/testing/made_prices.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Everything that a mapping may name, of one channel.
constexpr char kWholeMapping[] =
    R"(columns { sku: "sku" listing: "item" seq: "n" valid_from: "from" valid_until: "until"
                 currency: "cur" pack: "pack" shipping: "freight" tax_percent: "tax" }
       channels { channel_id: "jd" amount: "price" platform_subsidy: "off" region: "region"
                  store: "store" }
       time_format: "%Y-%m-%d" time_zone: "Asia/Shanghai")";
constexpr char kWholeHeader[] =
    "sku,item,n,from,until,cur,pack,freight,tax,price,off,region,store\n";

// What a reference channel says of a price besides.
constexpr char kListingMapping[] =
    R"(columns { sku: "sku" seq: "n" condition: "state" third_party: "other" confirmed: "sure" }
       channels { channel_id: "jd" amount: "price" government_subsidy: "gov" plan: "plan"
                  newcomers: "new" }
       time_zone: "UTC" currency: "CNY")";
constexpr char kListingHeader[] = "sku,n,state,other,sure,price,gov,plan,new\n";

TEST(PriceRows, OneRowHasPricesOfSeveralChannels) {
  const PriceMapping mapping = MadePriceMapping();
  PriceBook book;
  const std::string text = absl::StrCat("\xEF\xBB\xBF", kMadePriceHeader,
                                        "cup,2026-01-01,\" 25.50 \",26,24.9\r\n"
                                        "mug,2026-01-02,, ,5\r\n");
  ASSERT_TRUE(ReadPriceText(mapping, text, book, "CNY").ok());
  EXPECT_THAT(RejectsOf(book), IsEmpty());
  EXPECT_THAT(PricesOf(mapping, book, book.facts),
              ElementsAre("2 jd cup#1767225600=2550", "2 tm cup#1767225600=2600"));
  EXPECT_THAT(PricesOf(mapping, book, book.offers),
              ElementsAre("2 app cup#1767225600=2490", "3 app mug#1767312000=500"));
  EXPECT_EQ(book.row_count, 2);
  EXPECT_EQ(book.amounts_missing, 2);
}

TEST(PriceRows, ARejectedPriceTakesNothingElseWithIt) {
  const PriceMapping mapping = MadePriceMapping();
  PriceBook book;
  const std::string text = absl::StrCat(kMadePriceHeader,
                                        "a,2026-01-01,0,1,1\n"
                                        "b,2026-01-01,-1,1,1\n"
                                        "c,2026-01-01,$1,3.999,1\n"
                                        "d,2026-01-01,1,1000000000001,1\n"
                                        "e,2026-01-32,1,,1\n"
                                        ",2026-01-01,1,1,1\n"
                                        "g,2026-01-01,1,1\n");
  ASSERT_TRUE(ReadPriceText(mapping, text, book).ok());
  EXPECT_THAT(RejectsOf(book),
              ElementsAre("2 jd: jd: \"0\" is zero", "3 jd: jd: \"-1\" is negative",
                          StartsWith("4 jd: jd: \"$1\" is no decimal number"),
                          "4 tm: tm: \"3.999\" has more than 2 decimals",
                          "5 tm: tm: \"1000000000001\" is too large",
                          "6 jd: day: \"2026-01-32\" is no time of the form %Y-%m-%d",
                          "6 app: day: \"2026-01-32\" is no time of the form %Y-%m-%d",
                          "7 : sku: \"\" is no SKU", StartsWith("8 : has 4 fields")));
  EXPECT_EQ(book.facts.size(), 3U);
  EXPECT_EQ(book.offers.size(), 4U);
  EXPECT_EQ(book.RejectedRowCount(), 7);
}

TEST(PriceRows, AllThatAMappingMayNameIsSent) {
  const PriceMapping mapping = MadePriceMapping(kWholeMapping);
  PriceBook book;
  const std::string text = absl::StrCat(kWholeHeader,
                                        "cup,J1,7,2026-01-01,2026-02-01, CNY "
                                        ",3,5.5,8.875,100,20.00,,sh-001\n"
                                        "cup,J1,8,,,CNY,,,,99,,east,\n");
  ASSERT_TRUE(ReadPriceText(mapping, text, book, "CNY").ok());
  ASSERT_THAT(RejectsOf(book), IsEmpty());
  const v1::PriceFact fact = FactOf(mapping, book, book.facts[0]);
  EXPECT_EQ(fact.channel_id(), "jd");
  EXPECT_EQ(fact.listing_id(), "J1");
  EXPECT_EQ(fact.source_seq(), 7);
  EXPECT_EQ(fact.pack(), 3);
  EXPECT_EQ(fact.amount(), 10'000);
  EXPECT_EQ(fact.platform_subsidy(), 2'000);
  EXPECT_EQ(fact.shipping(), 550);
  EXPECT_EQ(fact.tax_ppm(), 88'750);
  EXPECT_EQ(fact.currency(), "CNY");
  EXPECT_EQ(fact.scope().store_id(), "sh-001");
  EXPECT_EQ(fact.window().valid_from().seconds(), 1'767'196'800);
  EXPECT_EQ(fact.window().valid_until().seconds(), 1'769'875'200);
  const v1::PriceFact later = FactOf(mapping, book, book.facts[1]);
  EXPECT_EQ(later.scope().region(), "east");
  EXPECT_EQ(later.pack(), 1);
  EXPECT_FALSE(later.has_window());
  EXPECT_EQ(later.condition(), v1::PriceFact::NEW);
  EXPECT_FALSE(later.third_party() || later.confirmed() || later.newcomers());
  EXPECT_EQ(later.plan_id(), "");
  EXPECT_EQ(later.government_subsidy(), 0);
}

TEST(PriceRows, ConditionsSellersAndAudiencesAreSent) {
  const PriceMapping mapping = MadePriceMapping(kListingMapping);
  PriceBook book;
  const std::string text = absl::StrCat(kListingHeader,
                                        "cup,1, clearance ,YES,true,100,15.5, 88vip ,0\n"
                                        "cup,2,Near_Expiry,no,0,100,,,1\n"
                                        "cup,3,,, ,100,,,\n");
  ASSERT_TRUE(ReadPriceText(mapping, text, book, "CNY").ok());
  ASSERT_THAT(RejectsOf(book), IsEmpty());
  const v1::PriceFact fact = FactOf(mapping, book, book.facts[0]);
  EXPECT_EQ(fact.condition(), v1::PriceFact::CLEARANCE);
  EXPECT_TRUE(fact.third_party());
  EXPECT_TRUE(fact.confirmed());
  EXPECT_EQ(fact.government_subsidy(), 1'550);
  EXPECT_EQ(fact.plan_id(), "88vip");
  EXPECT_FALSE(fact.newcomers());
  const v1::PriceFact of_newcomers = FactOf(mapping, book, book.facts[1]);
  EXPECT_EQ(of_newcomers.condition(), v1::PriceFact::NEAR_EXPIRY);
  EXPECT_FALSE(of_newcomers.third_party() || of_newcomers.confirmed());
  EXPECT_EQ(of_newcomers.plan_id(), "");
  EXPECT_TRUE(of_newcomers.newcomers());
  const v1::PriceFact plain = FactOf(mapping, book, book.facts[2]);
  EXPECT_EQ(plain.condition(), v1::PriceFact::NEW);
  EXPECT_FALSE(plain.third_party() || plain.confirmed() || plain.newcomers());
  EXPECT_EQ(plain.government_subsidy(), 0);
}

TEST(PriceRows, UnknownConditionsSellersAndAudiencesAreRejected) {
  const std::pair<const char*, const char*> cases[] = {
      {"cup,1,used,,,1,,,", "state: \"used\" is no condition: NEW, CLEARANCE"},
      {"cup,1,CONDITION_UNSPECIFIED,,,1,,,", "is no condition"},
      {"cup,1,2,,,1,,,", "state: \"2\" is no condition"},
      {"cup,1,,maybe,,1,,,", "other: \"maybe\" is neither true, yes or 1 nor false, no or 0"},
      {"cup,1,,,2,1,,,", "sure: \"2\" is neither true"},
      {"cup,1,,,,1,,,all", "new: \"all\" is neither true"},
      {"cup,1,,,,1,1.00,,", "gov: \"1.00\" is not less than the amount"},
      {"cup,1,,,,1,-1,,", "gov: \"-1\" is negative"},
      {"cup,1,,,,1,,88 vip,", "plan: \"88 vip\" is no plan"},
      {"cup,1,,,,1,,88vip,1", "plan: \"88vip\" and newcomers: one of them at most"},
  };
  for (const auto& [row, reason] : cases) {
    const PriceMapping mapping = MadePriceMapping(kListingMapping);
    PriceBook book;
    const std::string text = absl::StrCat(kListingHeader, row, "\ncup,2,,,,1,,,\n");
    ASSERT_TRUE(ReadPriceText(mapping, text, book, "CNY").ok());
    EXPECT_THAT(RejectsOf(book), ElementsAre(HasSubstr(reason))) << row;
    EXPECT_EQ(book.facts.size(), 1U);
  }
}

TEST(PriceRows, EveryFieldIsChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"cup,,7,,,CNY,,,,1,,,", "item: \"\" is no listing"},
      {"cup,J1,0,,,CNY,,,,1,,,", "n: \"0\" is no sequence number"},
      {"cup,J1,7,2026-02-01,2026-02-01,CNY,,,,1,,,", "is not after the price's beginning"},
      {"cup,J1,7,,,EUR,,,,1,,,", "\"EUR\" is not the programme's currency, CNY"},
      {"cup,J1,7,,,cny,,,,1,,,", "cur: \"cny\" is no currency"},
      {"cup,J1,7,,,CNY,0,,,1,,,", "pack: \"0\" is no whole number of units"},
      {"cup,J1,7,,,CNY,2147483648,,,1,,,", "is no whole number of units"},
      {"cup,J1,7,,,CNY,,-1,,1,,,", "freight: \"-1\" is negative"},
      {"cup,J1,7,,,CNY,,,100.1,1,,,", "tax: \"100.1\" is too large"},
      {"cup,J1,7,,,CNY,,,1.23456,1,,,", "tax: \"1.23456\" has more than 4 decimals"},
      {"cup,J1,7,,,CNY,,,,1,1.00,,", "off: \"1.00\" is not less than the amount"},
      {"cup,J1,7,,,CNY,,,,1,,east,sh-001", "and a region: one of them at most"},
      {"\"c\nup\",J1,7,,,CNY,,,,1,,,", "is no SKU: 1-64 bytes"},
  };
  for (const auto& [row, reason] : cases) {
    const PriceMapping mapping = MadePriceMapping(kWholeMapping);
    PriceBook book;
    ASSERT_TRUE(ReadPriceText(mapping, absl::StrCat(kWholeHeader, row, "\n"), book, "CNY").ok());
    EXPECT_THAT(RejectsOf(book), ElementsAre(HasSubstr(reason))) << row;
    EXPECT_THAT(book.facts, IsEmpty());
  }
}

TEST(PriceRows, TheExampleIsAFileOfPrices) {
  const auto mapping_text = ReadFile("examples/three_channel_prices.mapping.textproto");
  const auto text = ReadFile("examples/prices.csv");
  ASSERT_TRUE(mapping_text.ok() && text.ok());
  const PriceMapping mapping = MadePriceMapping(*mapping_text);
  PriceBook book;
  ASSERT_TRUE(ReadPriceText(mapping, *text, book, "USD").ok());
  EXPECT_THAT(RejectsOf(book), IsEmpty());
  EXPECT_EQ(book.facts.size(), 20U);
  EXPECT_EQ(book.offers.size(), 8U);
  EXPECT_EQ(book.amounts_missing, 2);
  // Clocks were put forward on 8 March.
  EXPECT_EQ(PricesOf(mapping, book, book.facts)[15], "9 amazon SHOP_1/101#1773028800=21950");
  EXPECT_EQ(PricesOf(mapping, book, book.facts)[3], "3 amazon SHOP_1/101#1772427600=23900");
}

}  // namespace
}  // namespace fairpoint::server::imports
