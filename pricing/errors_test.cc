#include "pricing/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "pricing/testing/world.h"

namespace fairpoint::pricing {
namespace {

using testing::Told;

TEST(PriceErrors, TellWhatAProgramCanActOn) {
  const base::Instant at{0};
  struct Case {
    absl::Status status;
    absl::StatusCode code;
    std::string told;
  };
  using enum absl::StatusCode;
  const std::vector<Case> cases = {
      {ChannelUnknown("f", "c"), kInvalidArgument, "CHANNEL_UNKNOWN channelId=c field=f"},
      {ChannelRoleWrong("f", "c", "PRIVATE"), kInvalidArgument,
       "CHANNEL_ROLE_WRONG channelId=c field=f neededRole=PRIVATE"},
      {PriceCurrencyMismatch("f", "CNY", "EUR"), kInvalidArgument,
       "CURRENCY_MISMATCH expectedCurrency=CNY field=f"},
      {WindowsOverlap("f", 1, 2), kInvalidArgument,
       "WINDOWS_OVERLAP field=f otherSeq=2 sourceSeq=1"},
      {ClockSkew("f", at, at), kInvalidArgument,
       "CLOCK_SKEW at=1970-01-01T00:00:00.000000Z field=f now=1970-01-01T00:00:00.000000Z"},
      {SequenceReused("f", 3, {"a", "b"}), kAlreadyExists,
       "SEQUENCE_REUSED differingFields=a,b field=f sequence=3"},
      {SkuUnknown("f", "s"), kNotFound, "SKU_UNKNOWN field=f sku=s"},
      {FactNotFound("s", 4), kNotFound, "FACT_NOT_FOUND factSeq=4 field=fact_seq sku=s"},
      {ListingNotFound("c", "l"), kNotFound,
       "LISTING_NOT_FOUND channelId=c field=listing_id listingId=l"},
      {ListingNotFound("c", "l", "s"), kNotFound,
       "LISTING_NOT_FOUND channelId=c field=sku listingId=l"},
      {EvidenceNotFound("e"), kNotFound, "EVIDENCE_NOT_FOUND evidenceId=e"},
      {QuoteNotFound("q"), kNotFound, "QUOTE_NOT_FOUND quoteId=q"},
      {CreditNotFound("o", 5), kNotFound, "CREDIT_NOT_FOUND creditSeq=5 orderId=o"},
      {PriceAboveCap(9, 7, 2, "c", "l", at), kFailedPrecondition,
       "PRICE_ABOVE_CAP aboveBy=2 amount=9 at=1970-01-01T00:00:00.000000Z capAmount=7 channelId=c "
       "listingId=l perUnits=2"},
      {OfferSoldOut("o", "s", 6), kFailedPrecondition,
       "OFFER_SOLD_OUT offerId=o sku=s unitsLeft=6"},
      {SnapshotEmpty("f", "c"), kInvalidArgument, "SNAPSHOT_EMPTY channelId=c field=f"},
      {SnapshotSuperseded("f", at, at), kFailedPrecondition,
       "SNAPSHOT_SUPERSEDED at=1970-01-01T00:00:00.000000Z "
       "completeAsOf=1970-01-01T00:00:00.000000Z field=f"},
      {ListingWithdrawn("f", "c", "l", 7, at), kFailedPrecondition,
       "LISTING_WITHDRAWN channelId=c field=f listingId=l sourceSeq=7 "
       "withdrawnFrom=1970-01-01T00:00:00.000000Z"},
      {BookFull("f", "n"), kFailedPrecondition, "BOOK_FULL field=f name=n"},
      {QuoteOfAnother(), kFailedPrecondition, "QUOTE_OF_ANOTHER field=quote_id"},
      {QuoteCommitted("o"), kFailedPrecondition, "QUOTE_COMMITTED orderId=o"},
      {BasketNotSaleable({{"", "", Obstacle::kShippingAboveCap, "c"}}), kFailedPrecondition,
       "BASKET_NOT_SALEABLE channelId=c obstacle=SHIPPING_ABOVE_CAP"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Told(each.status), each.told);
    EXPECT_EQ(each.status.code(), each.code) << each.told;
    EXPECT_FALSE(each.status.message().empty()) << each.told;
    EXPECT_FALSE(base::DetailOf(each.status)->message_zh.empty()) << each.told;
  }
}

TEST(PriceErrors, AWrongFieldIsNamed) {
  const auto detail = base::DetailOf(ChannelUnknown("facts[3].channel_id", "c"));
  ASSERT_EQ(detail->violations.size(), 1U);
  EXPECT_EQ(detail->violations[0].field, "facts[3].channel_id");
}

TEST(PriceErrors, WhatIsNotThereIsNamed) {
  struct Case {
    absl::Status status;
    std::string field, message;
  };
  const std::vector<Case> cases = {
      {SkuUnknown("skus[2]", "s"), "skus[2]", "nothing is known of SKU s"},
      {FactNotFound("s", 4), "fact_seq", "SKU s has no price fact 4 that may still count"},
      {ListingNotFound("c", "l"), "listing_id", "channel c has no listing l"},
      {ListingNotFound("c", "l", "s"), "sku", "listing l of channel c does not have SKU s"},
      {QuoteOfAnother(), "quote_id", "the quote was made for another store"},
  };
  for (const Case& each : cases) {
    const auto detail = base::DetailOf(each.status);
    ASSERT_EQ(detail->violations.size(), 1U) << each.status;
    EXPECT_EQ(detail->violations[0].field, each.field);
    EXPECT_EQ(detail->violations[0].description, each.message);
    EXPECT_EQ(each.status.message(), each.message);
  }
  EXPECT_TRUE(base::DetailOf(QuoteNotFound("q"))->violations.empty());
}

TEST(PriceErrors, ANumberThatWasUsedAndAPriceThatIsTooHighAreFields) {
  const auto reused = base::DetailOf(SequenceReused("source_seq", 3, {"amount", "pack"}));
  ASSERT_EQ(reused->violations.size(), 1U);
  EXPECT_EQ(reused->violations[0].field, "source_seq");
  EXPECT_EQ(reused->violations[0].description,
            "source_seq 3 was recorded before with other content: amount,pack");
  const auto above = base::DetailOf(PriceAboveCap(9, 7, 2, "c", "l", base::Instant{0}));
  ASSERT_EQ(above->violations.size(), 1U);
  EXPECT_EQ(above->violations[0].field, "amount");
  EXPECT_NE(above->violations[0].description.find("9 is 2 above 7"), std::string::npos);
}

TEST(PriceErrors, ABasketNamesEachOfItsLinesThatIsNotSold) {
  const absl::Status status =
      BasketNotSaleable({{"lines[1].sku", "tea", Obstacle::kMembersOnly, ""},
                         {"lines[2].sku", "cup", Obstacle::kChannelStale, "jd"}});
  EXPECT_EQ(Told(status), "BASKET_NOT_SALEABLE field=lines[1].sku obstacle=MEMBERS_ONLY sku=tea");
  const auto detail = base::DetailOf(status);
  ASSERT_EQ(detail->violations.size(), 2U);
  EXPECT_EQ(detail->violations[0].description,
            "MEMBERS_ONLY: its offers are for others: members, a higher tier or a plan");
  EXPECT_EQ(detail->violations[1].field, "lines[2].sku");
  EXPECT_EQ(detail->violations[1].description,
            "CHANNEL_STALE: the feed of a reference channel that lists it is stale (jd)");
}

TEST(PriceErrors, EveryObstacleHasItsName) {
  std::set<std::string_view> names;
  for (int number = 0; number <= static_cast<int>(Obstacle::kOfferSoldOut); ++number)
    EXPECT_TRUE(names.insert(NameOf(static_cast<Obstacle>(number))).second) << number;
  EXPECT_FALSE(names.contains("UNKNOWN"));
}

}  // namespace
}  // namespace fairpoint::pricing
