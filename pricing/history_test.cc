#include "pricing/history.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pricing/testing/rows.h"
#include "pricing/testing/world.h"

namespace fairpoint::pricing {
namespace {

using testing::Day;
using testing::Held;
using testing::In;
using testing::kDay;
using testing::Numbered;
using testing::OfferOf;
using testing::Price;
using testing::SomeRules;
using testing::WithdrawalOf;

// "amount of row n since day d", over the days 10 to 20.
std::string Told(const std::optional<LeastOffered>& least) {
  if (!least) return "nothing";
  return absl::StrCat(least->amount, " of ", least->head_seq, " since ",
                      (least->at.micros - Day(0).micros) / kDay,
                      least->carried_in ? ", carried in" : "");
}

PriceFact For(Audience audience, PriceFact fact) {
  fact.audience = std::move(audience);
  return fact;
}

TEST(LeastOfferedInAReferenceChannel, IsOfTheFactsThatCount) {
  PriceFact store = Price(1, 70, Day(12));
  store.scope = {ScopeKind::kStore, "S1"};
  PriceFact outlet = Price(2, 1, Day(12));
  outlet.condition = Condition::kOutlet;
  PriceFact pack = Price(2, 200, Day(12));
  pack.pack = 3;
  PriceFact subsidised = Price(2, 90, Day(12));
  subsidised.platform_subsidy = 30;
  const PriceFact before = Price(1, 100, Day(0));
  struct Case {
    const char* what;
    std::vector<PriceFact> facts;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, "nothing"},
      {"before", {Price(1, 9, Day(0), Day(10))}, "nothing"},
      {"after", {Price(1, 9, Day(20))}, "nothing"},
      {"what held already", {before, Price(2, 110, Day(15))}, "100 of 1 since 10, carried in"},
      {"what began then", {Price(1, 100, Day(10))}, "100 of 1 since 10"},
      {"what came back then",
       {Price(1, 80, Day(0)), Price(2, 100, Day(5), Day(10))},
       "80 of 1 since 10"},
      {"a flash price", {before, Price(2, 60, Day(12), Day(13))}, "60 of 2 since 12"},
      {"one of a pack", {before, pack}, "66 of 2 since 12"},
      {"in some store", {before, store}, "70 of 2 since 12"},
      {"to a plan",
       {before, For({AudienceKind::kPlan, "vip"}, Price(1, 1, Day(12)))},
       "100 of 1 since 10, carried in"},
      {"not compared", {before, outlet}, "100 of 1 since 10, carried in"},
      {"less the subsidy", {before, subsidised}, "60 of 2 since 12"},
      {"elsewhere", {In("tmall", before)}, "nothing"},
      {"withdrawn", {before, WithdrawalOf(1, Day(5))}, "nothing"},
      {"corrected", {Price(1, 1, Day(12)), Price(2, 90, Day(12))}, "90 of 2 since 12"},
      {"a hold that is over was none",
       {before, Held(Day(13), Price(2, 1, Day(12), Day(13)))},
       "1 of 2 since 12"},
      {"one that is not",
       {before, Held(Day(21), Price(2, 1, Day(12)))},
       "100 of 1 since 10, carried in"},
      {"the earlier of two",
       {Price(1, 90, Day(14), Day(15)), Price(2, 90, Day(12), Day(13))},
       "90 of 2 since 12"},
  };
  const Rules rules = SomeRules();
  for (const Case& each : cases) {
    const SkuBook history = SkuBook::OfHistory(Numbered(each.facts), {});
    EXPECT_EQ(
        Told(LeastOfferedIn(history, ChannelBook(), rules, rules.channels[1], Day(10), Day(20))),
        each.told)
        << each.what;
  }
  const SkuBook history = SkuBook::OfHistory(Numbered<PriceFact>({In("tmall", subsidised)}), {});
  EXPECT_EQ(
      Told(LeastOfferedIn(history, ChannelBook(), rules, rules.channels[3], Day(10), Day(20))),
      "90 of 1 since 12")
      << "people do not get that subsidy";
  EXPECT_EQ(LeastOfferedIn(history, ChannelBook(), rules, rules.channels[3], Day(20), Day(20)),
            std::nullopt);
}

Offer Named(const std::string& offer_id, Offer offer) {
  offer.offer_id = offer_id;
  return offer;
}
Offer Percent(int64_t off_bp, Offer offer) {
  offer.offer_id = "percent";
  offer.kind = OfferKind::kFlash;
  offer.amount = 0;
  offer.off_bp = off_bp;
  return offer;
}
Offer ToMembers(Offer offer) {
  offer.offer_id = "members";
  offer.audience.kind = OfferAudienceKind::kMembers;
  return offer;
}
Offer InStore(const std::string& store_id, Offer offer) {
  offer.scope = {ScopeKind::kStore, store_id};
  return offer;
}

TEST(LeastOfferedInOurChannel, IsOfTheOffersToEveryone) {
  Offer by_weight = Named("weight", OfferOf(1, 1'000, Day(12)));
  by_weight.per_units = 13;
  Offer elsewhere = OfferOf(1, 1, Day(12));
  elsewhere.channel_id = "store";
  const Offer list = OfferOf(1, 100, Day(0));
  struct Case {
    const char* what;
    std::vector<Offer> offers;
    std::vector<Offer> wide;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, {}, "nothing"},
      {"begun then", {OfferOf(1, 100, Day(10))}, {}, "100 of 1 since 10"},
      {"the list price", {list}, {}, "100 of 1 since 10, carried in"},
      {"a revision of it",
       {list, OfferOf(2, 80, Day(12)), OfferOf(3, 100, Day(13))},
       {},
       "80 of 2 since 12"},
      {"by weight", {list, by_weight}, {}, "76 of 2 since 12"},
      {"percent of the list",
       {list, Percent(1'000, OfferOf(1, 0, Day(12), Day(14)))},
       {},
       "90 of 2 since 12"},
      {"when that is least",
       {list, Percent(1'000, OfferOf(1, 0, Day(9))), Named("o2", OfferOf(1, 95, Day(15)))},
       {},
       "85 of 2 since 15"},
      {"of no list", {Percent(1'000, OfferOf(1, 0, Day(12)))}, {}, "nothing"},
      {"of a list of another store",
       {InStore("S1", list), InStore("S2", Percent(1'000, OfferOf(1, 0, Day(12))))},
       {},
       "100 of 1 since 10, carried in"},
      {"of all that the channel has",
       {list},
       {Percent(500, OfferOf(1, 0, Day(12)))},
       "95 of 1 since 12"},
      {"for members",
       {list, ToMembers(OfferOf(1, 1, Day(12)))},
       {},
       "100 of 1 since 10, carried in"},
      {"elsewhere", {elsewhere}, {}, "nothing"},
  };
  const Rules rules = SomeRules();
  for (const Case& each : cases) {
    const SkuBook history = SkuBook::OfHistory({}, Numbered(each.offers));
    const ChannelBook channel = ChannelBook::OfHistory({{}, {}, Numbered(each.wide)});
    EXPECT_EQ(Told(LeastOfferedIn(history, channel, rules, rules.channels[0], Day(10), Day(20))),
              each.told)
        << each.what;
  }
}

TEST(LeastOfferedInOurChannel, IsWhatWasChargedUnderTheCaps) {
  PriceFact store = Price(1, 10, Day(0));
  store.scope = {ScopeKind::kStore, "S1"};
  PriceFact plan = For({AudienceKind::kPlan, "vip"}, Price(1, 10, Day(0)));
  PriceFact pack = Price(1, 170, Day(12));
  pack.pack = 2;
  const Offer list = OfferOf(1, 100, Day(0));
  const Offer percent = Percent(1'000, OfferOf(1, 0, Day(0)));
  struct Case {
    const char* what;
    std::vector<PriceFact> facts;
    std::vector<Offer> offers;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"for a week", {Price(1, 80, Day(12), Day(19))}, {list}, "80 of 51 since 12"},
      {"already", {Price(1, 80, Day(0))}, {list}, "80 of 51 since 10, carried in"},
      {"from then on", {Price(1, 80, Day(10))}, {list}, "80 of 51 since 10"},
      {"before", {Price(1, 80, Day(0), Day(10))}, {list}, "100 of 51 since 10"},
      {"after", {Price(1, 80, Day(20))}, {list}, "100 of 51 since 10, carried in"},
      {"not lower", {Price(1, 100, Day(0))}, {list}, "100 of 51 since 10, carried in"},
      {"one of a pack", {pack}, {list}, "85 of 51 since 12"},
      {"some pay less there, not everyone",
       {store, plan},
       {list},
       "100 of 51 since 10, carried in"},
      {"as in the same store", {store}, {InStore("S1", list)}, "10 of 51 since 10, carried in"},
      {"withdrawn",
       {Price(1, 80, Day(0)), WithdrawalOf(1, Day(5))},
       {list},
       "100 of 51 since 10, carried in"},
      {"while it was offered",
       {Price(1, 80, Day(15), Day(16))},
       {OfferOf(1, 100, Day(0), Day(15))},
       "100 of 51 since 10, carried in"},
      {"percent", {Price(1, 85, Day(12))}, {list, percent}, "85 of 51 since 12"},
      {"percent of no list", {Price(1, 85, Day(12))}, {percent}, "nothing"},
  };
  const Rules rules = SomeRules();
  for (const Case& each : cases) {
    const SkuBook history = SkuBook::OfHistory(Numbered(each.facts), Numbered(each.offers, 51));
    EXPECT_EQ(
        Told(LeastOfferedIn(history, ChannelBook(), rules, rules.channels[0], Day(10), Day(20))),
        each.told)
        << each.what;
  }
}

}  // namespace
}  // namespace fairpoint::pricing
