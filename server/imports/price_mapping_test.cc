#include "server/imports/price_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/files.h"
#include "server/imports/testing/made_prices.h"

namespace fairpoint::server::imports {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string FaultsOf(std::string_view text) {
  return std::string(ReadPriceMapping(text).status().message());
}

TEST(PriceMapping, TheExampleIsWhole) {
  const auto text = ReadFile("examples/three_channel_prices.mapping.textproto");
  ASSERT_TRUE(text.ok()) << text.status();
  const PriceMapping mapping = MadePriceMapping(*text);
  EXPECT_THAT(mapping.sku, ElementsAre("retailer", "sku"));
  EXPECT_EQ(mapping.zone.name(), "America/New_York");
  EXPECT_THAT(mapping.ReferenceChannels(), ElementsAre("store", "amazon"));
  ASSERT_EQ(mapping.channels.size(), 3U);
  EXPECT_EQ(mapping.channels[0].columns.valid_from(), "date");
  EXPECT_EQ(mapping.channels[1].columns.valid_from(), "date_amazon");
  EXPECT_TRUE(mapping.channels[2].is_private);
  EXPECT_EQ(mapping.channels[2].columns.valid_from(), "date");
}

TEST(PriceMapping, NamesAllThatIsMissing) {
  EXPECT_THAT(FaultsOf("minor_digits: 5"),
              AllOf(HasSubstr("columns.sku:"), HasSubstr("currency:"), HasSubstr("channels: name"),
                    HasSubstr("time_zone:"), HasSubstr("minor_digits:")));
  EXPECT_THAT(FaultsOf(R"(sku_columns: "a" columns { sku: "b" currency: "c" } currency: "CNY"
                          channels { channel_id: "a b" offer_id: "x" }
                          channels { kind: PRIVATE amount: "p" shipping: "s" valid_from: "t"
                                     plan: "v" condition: "w" })"),
              AllOf(HasSubstr("columns.sku:"), HasSubstr("currency: give it, or"),
                    HasSubstr("channels[0].channel_id:"), HasSubstr("channels[0].amount:"),
                    HasSubstr("channels[0].seq:"), HasSubstr("channels[0].offer_id: is of PRIVATE"),
                    HasSubstr("channels[1].offer_id: must be"),
                    HasSubstr("channels[1].shipping: is of REFERENCE"),
                    HasSubstr("channels[1].plan: is of REFERENCE"),
                    HasSubstr("channels[1].condition: is of REFERENCE"),
                    Not(HasSubstr("channels[1].seq:"))));
  EXPECT_THAT(FaultsOf(absl::StrCat(kMadePriceMapping,
                                    "channels { channel_id: 'app' kind: PRIVATE offer_id: 'list' "
                                    "amount: 'other' } chanels {}")),
              HasSubstr("chanels"));
  EXPECT_THAT(FaultsOf(absl::StrCat(kMadePriceMapping,
                                    "channels { channel_id: 'app' kind: PRIVATE offer_id: 'list' "
                                    "amount: 'other' }")),
              HasSubstr("channels[3].offer_id: is another's"));
}

TEST(PriceMapping, WhatRowsSayOfAllChannelsIsNotOfOffersWhereTheyHaveNone) {
  const PriceMapping mapping = MadePriceMapping(
      R"(columns { sku: "sku" seq: "n" listing: "item" shipping: "freight" pack: "units"
                   condition: "state" third_party: "seller" confirmed: "sure" }
         channels { channel_id: "jd" amount: "jd" shipping: "jd_freight" condition: "jd_state" }
         channels { channel_id: "app" kind: PRIVATE offer_id: "list" amount: "own" }
         time_zone: "UTC" currency: "CNY")");
  EXPECT_EQ(mapping.channels[0].columns.shipping(), "jd_freight");
  EXPECT_EQ(mapping.channels[0].columns.listing(), "item");
  EXPECT_EQ(mapping.channels[0].columns.condition(), "jd_state");
  EXPECT_EQ(mapping.channels[0].columns.third_party(), "seller");
  EXPECT_EQ(mapping.channels[0].columns.confirmed(), "sure");
  EXPECT_EQ(mapping.channels[1].columns.shipping(), "");
  EXPECT_EQ(mapping.channels[1].columns.listing(), "");
  EXPECT_EQ(mapping.channels[1].columns.condition(), "");
  EXPECT_EQ(mapping.channels[1].columns.third_party(), "");
  EXPECT_EQ(mapping.channels[1].columns.confirmed(), "");
  EXPECT_EQ(mapping.channels[1].columns.pack(), "units");
}

TEST(PriceColumns, AreFoundOrAllThatIsMissingIsNamedOnce) {
  const PriceMapping mapping = MadePriceMapping();
  const auto found = FindPriceColumns(mapping, {"own ", "tm", "jd", "day", "sku", "more"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->sku, ElementsAre(4));
  EXPECT_EQ(found->channels[0].amount, 2U);
  EXPECT_EQ(found->channels[2].amount, 0U);
  EXPECT_EQ(found->channels[2].valid_from, 3U);
  EXPECT_EQ(found->channels[2].shipping, std::nullopt);
  const std::string faults(FindPriceColumns(mapping, {"jd", "jd", "own"}).status().message());
  EXPECT_EQ(faults,
            "there is no column \"sku\"\ntwo columns are named \"jd\"\nthere is no column "
            "\"day\"\nthere is no column \"tm\"\nthe columns are: \"jd\", \"jd\", \"own\"");
}

}  // namespace
}  // namespace fairpoint::server::imports
