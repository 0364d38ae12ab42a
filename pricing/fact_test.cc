#include "pricing/fact.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/rules.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing {
namespace {

using testing::Minute;
using testing::OfferOf;
using testing::Price;
using testing::PromotionOf;

// How one field may differ, and what else that changes. Empty `name`: nothing a repetition is
// judged by.
template <class Row>
struct Change {
  const char* field;
  std::function<void(Row&)> change;
  std::string name;
  bool is_key = false;
};

template <class Row>
void ExpectEach(const Row& row, const std::vector<Change<Row>>& changes) {
  std::set<std::string> seen = {Canonical(row)};
  EXPECT_TRUE(SaysTheSame(row, row));
  for (const Change<Row>& each : changes) {
    Row other = row;
    each.change(other);
    EXPECT_TRUE(seen.insert(Canonical(other)).second) << each.field << " is not hashed";
    EXPECT_NE(HashOf(other), HashOf(row)) << each.field;
    EXPECT_EQ(SourceKey(other) != SourceKey(row), each.is_key) << each.field;
    const std::vector<std::string> names = DifferencesOf(row, other);
    EXPECT_EQ(names, each.name.empty() ? std::vector<std::string>{} : std::vector{each.name});
    EXPECT_EQ(SaysTheSame(row, other), each.name.empty()) << each.field;
  }
  Row elsewhere = row;
  elsewhere.hash = base::Sha256("other");
  elsewhere.lane = 9;
  elsewhere.lane_seq = 9;
  EXPECT_EQ(Canonical(elsewhere), Canonical(row));
  EXPECT_EQ(SourceKey(row).size(), 16U);
}

TEST(PriceFactRow, EveryFieldIsHashedAndWhatNamesItIsItsKey) {
  using F = PriceFact;
  ExpectEach<F>(
      Price(1, 100, Minute(0), Minute(9)),
      {{"program_id", [](F& f) { f.program_id = base::ProgramId("x"); }, ""},
       {"sku", [](F& f) { f.sku = "x"; }, "", true},
       {"head_seq", [](F& f) { f.head_seq = 7; }, ""},
       {"kind", [](F& f) { f.kind = FactKind::kWithdrawal; }, "", true},
       {"channel_id", [](F& f) { f.channel_id = "x"; }, "", true},
       {"listing_id", [](F& f) { f.listing_id = "x"; }, "", true},
       {"source_seq", [](F& f) { f.source_seq = 7; }, "", true},
       {"scope.kind", [](F& f) { f.scope.kind = ScopeKind::kStore; }, "", true},
       {"scope.id", [](F& f) { f.scope.id = "x"; }, "", true},
       {"audience.kind", [](F& f) { f.audience.kind = AudienceKind::kPlan; }, "", true},
       {"audience.plan_id", [](F& f) { f.audience.plan_id = "x"; }, "", true},
       {"condition", [](F& f) { f.condition = Condition::kOutlet; }, "condition"},
       {"third_party", [](F& f) { f.third_party = true; }, "third_party"},
       {"currency", [](F& f) { f.currency = "EUR"; }, "currency"},
       {"pack", [](F& f) { f.pack = 3; }, "pack"},
       {"amount", [](F& f) { f.amount = 99; }, "amount"},
       {"platform_subsidy", [](F& f) { f.platform_subsidy = 1; }, "platform_subsidy"},
       {"government_subsidy", [](F& f) { f.government_subsidy = 1; }, "government_subsidy"},
       {"tax_ppm", [](F& f) { f.tax_ppm = 1; }, "tax_ppm"},
       {"shipping", [](F& f) { f.shipping = 1; }, "shipping"},
       {"from", [](F& f) { f.window.from = Minute(1); }, "window.valid_from"},
       {"until", [](F& f) { f.window.until = Minute(8); }, "window.valid_until"},
       {"no until", [](F& f) { f.window.until.reset(); }, "window.valid_until"},
       {"source", [](F& f) { f.source = "x"; }, ""},
       {"held_until", [](F& f) { f.held_until = Minute(0); }, ""},
       {"confirms_seq", [](F& f) { f.confirms_seq = 1; }, "confirms_seq"},
       {"actor", [](F& f) { f.actor = "x"; }, ""},
       {"recorded_at", [](F& f) { f.recorded_at = Minute(2); }, ""}});
}

TEST(OfferRow, EveryFieldIsHashedAndWhatNamesItIsItsKey) {
  using O = Offer;
  ExpectEach<O>(
      OfferOf(1, 100, Minute(0), Minute(9)),
      {{"program_id", [](O& o) { o.program_id = base::ProgramId("x"); }, ""},
       {"sku", [](O& o) { o.sku = "x"; }, "", true},
       {"head_seq", [](O& o) { o.head_seq = 7; }, ""},
       {"channel_id", [](O& o) { o.channel_id = "x"; }, "", true},
       {"offer_id", [](O& o) { o.offer_id = "x"; }, "", true},
       {"revision", [](O& o) { o.revision = 7; }, "", true},
       {"withdrawn", [](O& o) { o.withdrawn = true; }, "withdrawn"},
       {"kind", [](O& o) { o.kind = OfferKind::kLive; }, "kind"},
       {"audience.kind", [](O& o) { o.audience.kind = OfferAudienceKind::kPlan; }, "audience"},
       {"audience.level", [](O& o) { o.audience.level = 1; }, "audience"},
       {"audience.plan_id", [](O& o) { o.audience.plan_id = "x"; }, "audience"},
       {"introductory", [](O& o) { o.introductory = true; }, "exclusion_reason"},
       {"a clamped amount", [](O& o) { o.amount = 90; }, ""},
       {"amount", [](O& o) { o.amount = o.asked_amount = 90; }, "amount"},
       {"asked_amount", [](O& o) { o.asked_amount = 110; }, "amount"},
       {"per_units", [](O& o) { o.per_units = 2; }, "per_units"},
       {"off_bp", [](O& o) { o.off_bp = 2; }, "off_bp"},
       {"floor_amount", [](O& o) { o.floor_amount = 2; }, "floor_amount"},
       {"scope.kind", [](O& o) { o.scope.kind = ScopeKind::kStore; }, "scope"},
       {"scope.id", [](O& o) { o.scope.id = "x"; }, "scope"},
       {"from", [](O& o) { o.window.from = Minute(1); }, "window.valid_from"},
       {"until", [](O& o) { o.window.until.reset(); }, "window.valid_until"},
       {"scene", [](O& o) { o.scene = "x"; }, "scene"},
       {"session_id", [](O& o) { o.session_id = "x"; }, "session_id"},
       {"stock", [](O& o) { o.stock = 1; }, "stock"},
       {"currency", [](O& o) { o.currency = "EUR"; }, "currency"},
       {"actor", [](O& o) { o.actor = "x"; }, ""},
       {"recorded_at", [](O& o) { o.recorded_at = Minute(2); }, ""}});
}

TEST(PromotionRow, EveryFieldIsHashedAndWhatNamesItIsItsKey) {
  using P = ChannelPromotion;
  ExpectEach<P>(PromotionOf(1, Minute(0), Minute(9)),
                {{"program_id", [](P& p) { p.program_id = base::ProgramId("x"); }, ""},
                 {"channel_id", [](P& p) { p.channel_id = "x"; }, "", true},
                 {"head_seq", [](P& p) { p.head_seq = 7; }, ""},
                 {"promotion_id", [](P& p) { p.promotion_id = "x"; }, "", true},
                 {"source_seq", [](P& p) { p.source_seq = 7; }, "", true},
                 {"withdrawn", [](P& p) { p.withdrawn = true; }, "withdrawn"},
                 {"kind", [](P& p) { p.terms.kind = PromotionKind::kBundle; }, "terms"},
                 {"skus", [](P& p) { p.terms.skus = {"x"}; }, "terms"},
                 {"steps", [](P& p) { p.terms.steps[0].reduction = 1; }, "terms"},
                 {"repeats", [](P& p) { p.terms.repeats = true; }, "terms"},
                 {"off_bp", [](P& p) { p.terms.off_bp = 1; }, "terms"},
                 {"reduction_max", [](P& p) { p.terms.reduction_max = 1; }, "terms"},
                 {"nth", [](P& p) { p.terms.nth = 2; }, "terms"},
                 {"mixed", [](P& p) { p.terms.mixed = true; }, "terms"},
                 {"buy", [](P& p) { p.terms.buy = 1; }, "terms"},
                 {"get", [](P& p) { p.terms.get = 1; }, "terms"},
                 {"bundle",
                  [](P& p) {
                    p.terms.bundle = {{"x", 1}};
                  },
                  "terms"},
                 {"bundle_amount", [](P& p) { p.terms.bundle_amount = 1; }, "terms"},
                 {"times_max", [](P& p) { p.terms.times_max = 1; }, "terms"},
                 {"scope",
                  [](P& p) {
                    p.scope = {ScopeKind::kRegion, "x"};
                  },
                  "scope"},
                 {"audience",
                  [](P& p) {
                    p.audience = {AudienceKind::kPlan, "x"};
                  },
                  "audience"},
                 {"from", [](P& p) { p.window.from = Minute(1); }, "window.valid_from"},
                 {"until", [](P& p) { p.window.until.reset(); }, "window.valid_until"},
                 {"order", [](P& p) { p.order = 1; }, "order"},
                 {"exclusive_group", [](P& p) { p.exclusive_group = "x"; }, "exclusive_group"},
                 {"currency", [](P& p) { p.currency = "EUR"; }, "currency"},
                 {"source", [](P& p) { p.source = "x"; }, ""},
                 {"actor", [](P& p) { p.actor = "x"; }, ""},
                 {"recorded_at", [](P& p) { p.recorded_at = Minute(2); }, ""}});
}

TEST(FeedReportRow, EveryFieldIsHashed) {
  using R = FeedReport;
  const R row;
  std::set<std::string> seen = {Canonical(row)};
  const std::vector<std::function<void(R&)>> changes = {
      [](R& r) { r.program_id = base::ProgramId("x"); },
      [](R& r) { r.channel_id = "x"; },
      [](R& r) { r.head_seq = 1; },
      [](R& r) { r.complete_as_of = base::Instant{0}; },
      [](R& r) { r.source = "x"; },
      [](R& r) { r.actor = "x"; },
      [](R& r) { r.recorded_at.micros = 1; }};
  for (const auto& change : changes) {
    R other = row;
    change(other);
    EXPECT_TRUE(seen.insert(Canonical(other)).second);
    EXPECT_NE(HashOf(other), HashOf(row));
  }
}

TEST(PromotionTermsCodec, RoundTripsAndRefusesAllElse) {
  PromotionTerms terms;
  terms.kind = PromotionKind::kBundle;
  terms.skus = {"a", std::string("\0b", 2)};
  terms.steps = {{3, 1}, {INT64_MAX, 2}};
  terms.repeats = true;
  terms.bundle = {{"a", 1}, {"c", 2}};
  terms.bundle_amount = 5;
  const std::string bytes = Encode(terms);
  PromotionTerms decoded;
  decoded.skus = {"gone"};
  ASSERT_TRUE(Decode(bytes, decoded));
  EXPECT_EQ(decoded, terms);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(Decode(bytes.substr(0, length), decoded)) << length;
  EXPECT_FALSE(Decode(bytes + '\0', decoded));
  for (const char kind : {'\0', '\6'}) EXPECT_FALSE(Decode(kind + bytes.substr(1), decoded));
  EXPECT_FALSE(Decode("\x01\xff\xff\xff\xff", decoded));
}

TEST(Caps, AreWhatABuyerPaysForTheUnitsRoundedDown) {
  struct Case {
    const char* what;
    int64_t amount, tax_ppm, subsidy;
    bool ignores;
    int64_t pack, quantity, cap;
  };
  const Case cases[] = {
      {"as it is", 9'900, 0, 0, false, 1, 2, 19'800},
      {"one of a three-pack", 10'000, 0, 0, false, 3, 1, 3'333},
      {"two", 10'000, 0, 0, false, 3, 2, 6'666},
      {"three", 10'000, 0, 0, false, 3, 3, 10'000},
      {"tax comes to it", 10'000, 130'000, 0, false, 1, 1, 11'300},
      {"tax is rounded down in the price, not in the units'", 9, 130'000, 0, false, 1, 10, 100},
      {"the platform pays some", 10'000, 0, 1'500, false, 1, 1, 8'500},
      {"of the price with tax", 10'000, 130'000, 1'500, false, 1, 1, 9'800},
      {"and people do not get it", 10'000, 130'000, 1'500, true, 1, 1, 11'300},
      {"less than a unit of money", 1, 0, 0, false, 3, 2, 0},
      {"the most", kAmountMax, kTaxPpmMax, 0, false, 1, 1, 2 * kAmountMax},
      {"more than a number holds", kAmountMax, kTaxPpmMax, 0, false, 1, kPackMax, INT64_MAX},
      {"the most, all of a pack", kAmountMax, 0, 0, false, kPackMax, kPackMax, kAmountMax},
  };
  for (const Case& each : cases)
    EXPECT_EQ(CapOf(PaidOf(each.amount, each.tax_ppm, each.subsidy, each.ignores), each.pack,
                    each.quantity),
              each.cap)
        << each.what;
}

TEST(Channels, AreFoundAndMakePricesByTheirRole) {
  Rules rules;
  for (const char* id : {"app", "jd", "store"}) {
    rules.channels.emplace_back();
    rules.channels.back().channel_id = id;
  }
  rules.channels[0].role = ChannelRole::kPrivate;
  rules.channels[2].member_prices = true;
  EXPECT_EQ(FindChannel(rules, "jd"), &rules.channels[1]);
  for (const char* id : {"", "ap", "jdx", "z"}) EXPECT_EQ(FindChannel(rules, id), nullptr) << id;
  EXPECT_TRUE(MakesPrices(rules.channels[0], false));
  EXPECT_FALSE(MakesPrices(rules.channels[1], true));
  EXPECT_TRUE(MakesPrices(rules.channels[2], true));
  EXPECT_FALSE(MakesPrices(rules.channels[2], false));
}

}  // namespace
}  // namespace fairpoint::pricing
