// Baskets in a group: a quote that comes while others are charged, and one that was kept already.
#include <gtest/gtest.h>

#include <string>

#include "engine/testing/world.h"
#include "pricing/testing/rows.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;
using testing::Elsewhere;
using testing::kStart;
using testing::ReasonOf;
using testing::World;

constexpr char kOne[] = "000000000000001";
constexpr char kOther[] = "000000000000002";

Command Of(PriceOperation operation) {
  Command command = testing::Ask("", Nobody(), {});
  command.operation = std::move(operation);
  return command;
}

Command FactOf(const std::string& sku) {
  pricing::PriceFact fact = pricing::testing::Price(1, 900, kStart);
  fact.program_id = Brand();
  fact.sku = sku;
  return Of(RecordPriceFacts{.facts = {{.fact = fact, .refused = {}}}, .feed = {}});
}

Command OfferOf(const std::string& sku) {
  pricing::Offer offer = pricing::testing::OfferOf(1, 800, kStart);
  offer.program_id = Brand();
  offer.sku = sku;
  offer.source_key = pricing::SourceKey(offer);
  return Of(RecordOffers{.offers = {{.offer = offer, .refused = {}}}});
}

// For 700, while everything elsewhere costs 600 by now.
Command QuoteOf(const std::string& id, const std::string& sku) {
  pricing::Evidence quote;
  quote.program_id = Brand();
  quote.evidence_id = id;
  quote.program_version = 1;
  quote.priced_at = kStart;
  quote.expires_at = kStart + absl::Hours(1);
  quote.total = 700;
  quote.body.shopper.channel_id = "app";
  pricing::EvidenceLine& line = quote.body.lines.emplace_back();
  line.sku = sku;
  line.quantity = 1;
  line.offered = 700;
  line.amount = 700;
  return Of(KeepQuote{quote});
}

Command CommitOf(const std::string& quote_id) {
  Command command = testing::Ask("commit-" + quote_id, QuoteOwner{quote_id}, {});
  command.operation = checkout::Operation(
      checkout::CommitBasket{.quote_id = quote_id, .order_id = "order-" + quote_id});
  return command;
}

struct GroupBasketsTest : ::testing::Test {
  GroupBasketsTest() {
    for (const char* const sku : {"tea", "cup"}) {
      EXPECT_TRUE(world.Do(FactOf(sku)).ok());
      EXPECT_TRUE(world.Do(OfferOf(sku)).ok());
    }
  }
  World world{"CNY shop"};
};

// Its SKU was not locked when it came: nothing may be charged for it by what was not looked at.
TEST_F(GroupBasketsTest, AQuoteThatIsKeptAfterTheLocksIsLookedAtAnew) {
  EXPECT_TRUE(world.Do(QuoteOf(kOne, "tea")).ok());
  pricing::PriceFact fall = pricing::testing::Price(2, 600, kStart);
  fall.program_id = Brand();
  fall.sku = "cup";
  EXPECT_TRUE(
      world.Do(Of(RecordPriceFacts{.facts = {{.fact = fall, .refused = {}}}, .feed = {}})).ok());
  world.Start({CommitOf(kOne), CommitOf(kOther)});
  world.StepTo("load");
  EXPECT_TRUE(Elsewhere(world, QuoteOf(kOther, "cup")).ok());
  world.Run();
  const auto& told = world.answers.at(std::string("commit-") + kOther).front();
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->prices->evidence.total, 600);
  EXPECT_EQ(told->prices->evidence.body.lines[0].head_version, 3);
  EXPECT_EQ(ReasonOf(world.answers.at(std::string("commit-") + kOne).front()), "");
}

TEST_F(GroupBasketsTest, AQuoteWhoseCommitWasNotAnsweredIsKeptOnce) {
  world.Strike("commit", FakeFault::kReplyLost);
  EXPECT_EQ(ReasonOf(world.Do(QuoteOf(kOne, "tea"))), "");
  EXPECT_EQ(world.strikes_left(), 0U);
  EXPECT_EQ(ReasonOf(world.Do(CommitOf(kOne))), "");
}

}  // namespace
}  // namespace fairpoint::engine
