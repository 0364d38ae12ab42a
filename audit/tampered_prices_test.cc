// Facts, offers, promotions, reports and their heads. Each case changes one thing behind the
// ledger's back, covering tracks or not, and says what must be named first.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/price_story.h"
#include "audit/verify.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

pricing::ChannelPromotion& Promotion(Tables& t) {
  return t.prices.promotions.at({ChannelAt("jd"), 3});
}
pricing::FeedReport& Report2(Tables& t) { return t.prices.reports.at({ChannelAt("jd"), 2}); }
pricing::PriceFact& Tea(Tables& t) { return FactAt(t, "tea", 1); }
pricing::Offer& Few(Tables& t) { return OfferAt(t, "tea", 3); }

// Every column that the row's hash covers, one at a time.
std::vector<Tampering> OfFacts() {
  const std::vector<std::pair<const char*, std::function<void(pricing::PriceFact&)>>> columns = {
      {"kind", [](auto& row) { row.kind = pricing::FactKind::kWithdrawal; }},
      {"channel_id", [](auto& row) { row.channel_id = "tm"; }},
      {"listing_id", [](auto& row) { row.listing_id = "L9"; }},
      {"source_seq", [](auto& row) { row.source_seq = 7; }},
      {"scope",
       [](auto& row) {
         row.scope = {pricing::ScopeKind::kStore, "S1"};
       }},
      {"audience", [](auto& row) { row.audience.kind = pricing::AudienceKind::kNewcomers; }},
      {"condition", [](auto& row) { row.condition = pricing::Condition::kOutlet; }},
      {"third_party", [](auto& row) { row.third_party = true; }},
      {"currency", [](auto& row) { row.currency = "USD"; }},
      {"pack", [](auto& row) { row.pack = 2; }},
      {"amount", [](auto& row) { row.amount += 1; }},
      {"platform_subsidy", [](auto& row) { row.platform_subsidy = 1; }},
      {"government_subsidy", [](auto& row) { row.government_subsidy = 1; }},
      {"tax_ppm", [](auto& row) { row.tax_ppm = 1; }},
      {"shipping", [](auto& row) { row.shipping = 1; }},
      {"valid_from", [](auto& row) { row.window.from.micros -= 1; }},
      {"valid_until", [](auto& row) { row.window.until = base::Instant{1}; }},
      {"source", [](auto& row) { row.source = "x"; }},
      {"held_until", [](auto& row) { row.held_until = base::Instant{1}; }},
      {"confirms_seq", [](auto& row) { row.confirms_seq = 1; }},
      {"actor", [](auto& row) { row.actor = "x"; }},
      {"recorded_at", [](auto& row) { row.recorded_at.micros += 1; }}};
  std::vector<Tampering> cases;
  for (const auto& [name, change] : columns)
    cases.push_back({name, [change](Tables& t) { change(Tea(t)); }, "price fact", "tea.1", "hash"});
  return cases;
}

std::vector<Tampering> OfOffers() {
  const std::vector<std::pair<const char*, std::function<void(pricing::Offer&)>>> columns = {
      {"offer_id", [](auto& row) { row.offer_id = "x"; }},
      {"revision", [](auto& row) { row.revision = 2; }},
      {"sold_out", [](auto& row) { row.sold_out = true; }},
      {"withdrawn", [](auto& row) { row.withdrawn = true; }},
      {"kind", [](auto& row) { row.kind = pricing::OfferKind::kFlash; }},
      {"audience", [](auto& row) { row.audience.level = 2; }},
      {"introductory", [](auto& row) { row.introductory = true; }},
      {"amount", [](auto& row) { row.amount = 8'999; }},
      {"per_units", [](auto& row) { row.per_units = 2; }},
      {"off_bp", [](auto& row) { row.off_bp = 1; }},
      {"asked_amount", [](auto& row) { row.asked_amount = 9'001; }},
      {"floor_amount", [](auto& row) { row.floor_amount = 1; }},
      {"scope",
       [](auto& row) {
         row.scope = {pricing::ScopeKind::kStore, "S1"};
       }},
      {"window", [](auto& row) { row.window.from.micros -= 1; }},
      {"scene", [](auto& row) { row.scene = "live"; }},
      {"session_id", [](auto& row) { row.session_id = "x"; }},
      {"stock", [](auto& row) { row.stock = 6; }},
      {"currency", [](auto& row) { row.currency = "USD"; }},
      {"actor", [](auto& row) { row.actor = "x"; }},
      {"recorded_at", [](auto& row) { row.recorded_at.micros += 1; }}};
  std::vector<Tampering> cases;
  for (const auto& [name, change] : columns)
    cases.push_back({name, [change](Tables& t) { change(Few(t)); }, "offer", "tea.3", "hash"});
  return cases;
}

std::vector<Tampering> OfChannels() {
  const std::vector<std::pair<const char*, std::function<void(pricing::ChannelPromotion&)>>>
      columns = {{"promotion_id", [](auto& row) { row.promotion_id = "x"; }},
                 {"source_seq", [](auto& row) { row.source_seq = 2; }},
                 {"withdrawn", [](auto& row) { row.withdrawn = true; }},
                 {"terms", [](auto& row) { row.terms.steps[0].reduction = 999; }},
                 {"scope",
                  [](auto& row) {
                    row.scope = {pricing::ScopeKind::kStore, "S1"};
                  }},
                 {"audience",
                  [](auto& row) {
                    row.audience = {pricing::AudienceKind::kPlan, "x"};
                  }},
                 {"window", [](auto& row) { row.window.from.micros -= 1; }},
                 {"order", [](auto& row) { row.order = 1; }},
                 {"exclusive_group", [](auto& row) { row.exclusive_group = "x"; }},
                 {"currency", [](auto& row) { row.currency = "USD"; }},
                 {"source", [](auto& row) { row.source = "x"; }},
                 {"actor", [](auto& row) { row.actor = "x"; }},
                 {"recorded_at", [](auto& row) { row.recorded_at.micros += 1; }}};
  std::vector<Tampering> cases;
  for (const auto& [name, change] : columns)
    cases.push_back(
        {name, [change](Tables& t) { change(Promotion(t)); }, "promotion", "jd.3", "hash"});
  cases.push_back({"complete_as_of", [](Tables& t) { Report2(t).complete_as_of.reset(); },
                   "feed report", "jd.2", "hash"});
  cases.push_back(
      {"report_source", [](Tables& t) { Report2(t).source = "x"; }, "feed report", "jd.2", "hash"});
  cases.push_back(
      {"report_actor", [](Tables& t) { Report2(t).actor = "x"; }, "feed report", "jd.2", "hash"});
  cases.push_back({"report_recorded_at", [](Tables& t) { Report2(t).recorded_at.micros += 1; },
                   "feed report", "jd.2", "hash"});
  return cases;
}

std::vector<Tampering> OfHeads() {
  return {
      {"fact_source_key", [](Tables& t) { Tea(t).source_key[0] ^= 1; }, "price fact", "tea.1",
       "source_key"},
      {"offer_source_key", [](Tables& t) { Few(t).source_key[0] ^= 1; }, "offer", "tea.3",
       "source_key"},
      {"promotion_source_key", [](Tables& t) { Promotion(t).source_key[0] ^= 1; }, "promotion",
       "jd.3", "source_key"},
      {"fact_made_anew",
       [](Tables& t) {
         Tea(t).source = "somebody";
         Tea(t).hash = HashOf(Tea(t));
       },
       "price fact", "tea.1", "hash, by the journal's row 1/3"},
      {"offer_made_anew",
       [](Tables& t) {
         Few(t).actor = "somebody";
         Few(t).hash = HashOf(Few(t));
       },
       "offer", "tea.3", "hash, by the journal's row 1/5"},
      {"wide_offer_made_anew",
       [](Tables& t) {
         OfferAt(t, "", 1).actor = "somebody";
         OfferAt(t, "", 1).hash = HashOf(OfferAt(t, "", 1));
       },
       "offer", "app.1", "hash, by the journal's row 1/5"},
      {"promotion_made_anew",
       [](Tables& t) {
         Promotion(t).actor = "somebody";
         Promotion(t).hash = HashOf(Promotion(t));
       },
       "promotion", "jd.3", "hash, by the journal's row 1/4"},
      {"report_made_anew",
       [](Tables& t) {
         Report2(t).actor = "somebody";
         Report2(t).hash = HashOf(Report2(t));
       },
       "feed report", "jd.2", "hash, by the journal's row 1/3"},
      {"fact_of_another_place", [](Tables& t) { Tea(t).lane_seq = 2; }, "price fact", "tea.1",
       "lane, lane_seq", "1/3", "1/2"},
      {"fact_amount_made_anew",
       [](Tables& t) {
         Tea(t).amount = 9'999;
         Tea(t).hash = HashOf(Tea(t));
       },
       "price head", "tea", "book"},
      {"fact_with_a_pack_of_nothing",
       [](Tables& t) {
         Tea(t).pack = 0;
         Tea(t).hash = HashOf(Tea(t));
       },
       "price fact", "tea.1", "pack", "at least 1", "0"},
      {"fact_deleted",
       [](Tables& t) {
         t.prices.facts.erase({SkuAt("tea"), 1});
       },
       "price head", "tea", "head_seqs of its rows", "1", "next is 2"},
      {"fact_added_with_its_head",
       [](Tables& t) {
         pricing::PriceFact more = FactAt(t, "tea", 4);
         more.head_seq = 5;
         more.source_seq = 3;
         more.source_key = SourceKey(more);
         more.hash = HashOf(more);
         t.prices.facts.emplace(engine::SkuSeq{SkuAt("tea"), 5}, more);
         FixHeads(t);
       },
       "price fact", "tea.5", "leaf in the journal's row 1/9", "", "none"},
      {"fact_of_no_programme",
       [](Tables& t) {
         pricing::PriceFact more = Tea(t);
         more.program_id = base::ProgramId("zother");
         more.source_key = SourceKey(more);
         more.hash = HashOf(more);
         t.prices.facts.emplace(engine::SkuSeq{{more.program_id, "tea"}, 1}, more);
       },
       "programme", "", "row", "a programme", "none"},
      {"head_version", [](Tables& t) { t.prices.heads.at(SkuAt("tea")).version = 5; }, "price head",
       "tea", "version", "4", "5"},
      {"head_book", [](Tables& t) { t.prices.heads.at(SkuAt("tea")).book += "x"; }, "price head",
       "tea", "book"},
      {"head_deleted", [](Tables& t) { t.prices.heads.erase(SkuAt("cup")); }, "price head", "cup",
       "row", "one", "none"},
      {"head_added",
       [](Tables& t) {
         t.prices.heads[SkuAt("jar")] = {kProgram, "jar", 0, "x"};
       },
       "price head", "jar", "row", "none", "one"},
      {"channel_version", [](Tables& t) { t.prices.channel_heads.at(ChannelAt("jd")).version = 4; },
       "channel head", "jd", "version", "3", "4"},
      {"channel_book", [](Tables& t) { t.prices.channel_heads.at(ChannelAt("jd")).book += "x"; },
       "channel head", "jd", "book"},
      {"channel_deleted", [](Tables& t) { t.prices.channel_heads.erase(ChannelAt("app")); },
       "channel head", "app", "row", "one", "none"},
      {"channel_added",
       [](Tables& t) {
         t.prices.channel_heads[ChannelAt("tm")] = {kProgram, "tm", 0, "x"};
       },
       "channel head", "tm", "row", "none", "one"},
      {"promotion_deleted", [](Tables& t) { t.prices.promotions.clear(); }, "channel head", "jd",
       "version", "2", "3"},
      {"report_deleted",
       [](Tables& t) {
         t.prices.reports.erase({ChannelAt("jd"), 1});
       },
       "channel head", "jd", "head_seqs of its rows", "1", "next is 2"},
      {"listing_deleted",
       [](Tables& t) {
         t.prices.listings.erase({ChannelAt("jd"), {"L1", "tea"}});
       },
       "price listing", "jd.L1.tea", "row", "one", "none"},
      {"listing_added",
       [](Tables& t) {
         t.prices.listings[{ChannelAt("jd"), {"L1", "cup"}}] = {kProgram, "jd", "L1", "cup"};
       },
       "price listing", "jd.L1.cup", "row", "none", "one"},
  };
}

class TamperedPricesTest : public testing::TestWithParam<Tampering> {};
TEST_P(TamperedPricesTest, IsNamedFirst) { ExpectPricesNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Facts, TamperedPricesTest, testing::ValuesIn(OfFacts()), NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Offers, TamperedPricesTest, testing::ValuesIn(OfOffers()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Channels, TamperedPricesTest, testing::ValuesIn(OfChannels()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Heads, TamperedPricesTest, testing::ValuesIn(OfHeads()), NameOfTampering);

TEST(PriceStoryTest, HoldsAsItWasTold) {
  MemoryStore store;
  store.tables = ThePriceStory().tables();
  VerifyOptions options;
  options.keyring = &ThePriceStory().keyring();
  options.programs = &ParseProgram;
  absl::StatusOr<Report> report = Verify(store, options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok) << ToText(*report);
  EXPECT_EQ(report->price_facts, 3);
  EXPECT_EQ(report->offers, 4);
  EXPECT_EQ(report->promotions, 1);
  EXPECT_EQ(report->feed_reports, 2);
  EXPECT_EQ(report->quotes, 2);
  EXPECT_EQ(report->baskets, 1);
  EXPECT_EQ(report->price_credits, 2);
  EXPECT_EQ(report->credit_settlements, 2);
  EXPECT_TRUE(report->priced_again);

  options.programs = nullptr;
  report = Verify(store, options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok) << ToText(*report);
  EXPECT_FALSE(report->priced_again);
}

}  // namespace
}  // namespace fairpoint::audit
