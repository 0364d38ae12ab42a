// Prices: every row comes back as it was written, by whichever key it is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::ChannelName;
using engine::EvidenceName;
using engine::OfferStockName;
using engine::OrderName;
using engine::PriceLoads;
using engine::SkuName;
using engine::SkuSeq;
using engine::SourceKeyName;
using pricing::ChannelPromotion;
using pricing::Evidence;
using pricing::FeedReport;
using pricing::Offer;
using pricing::PriceFact;
using pricing::PriceHead;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

const base::ProgramId kSample("sample");

template <class Row>
std::vector<Row> AllFlavours() {
  return {Filled<Row>(Flavour::kEmpty), Filled<Row>(Flavour::kLow), Filled<Row>(Flavour::kHigh),
          Filled<Row>(Flavour::kSample)};
}

class PriceRowsConformance : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    reader_ = Reader();
    writer_ = Writer();
  }

  // One by one and together; `absent`, which names no row, is left out.
  template <class Key, class Row, class Load>
  void ExpectFound(const std::vector<Row>& rows, const std::vector<Key>& names, const Key& absent,
                   const Load& load) {
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<Row> found(3);  // emptied by the call
      EXPECT_OK(load(One(names[i]), found));
      EXPECT_EQ(found, std::vector<Row>{rows[i]});
    }
    std::vector<Key> all = names;
    all.push_back(absent);
    std::ranges::sort(all);
    std::vector<Row> found(3);
    EXPECT_OK(load(std::span<const Key>(all), found));
    EXPECT_THAT(found, UnorderedElementsAreArray(rows));
    EXPECT_OK(load(std::span<const Key>(), found));
    EXPECT_THAT(found, IsEmpty());
  }
  template <class Key, class Row, class Session>
  void ExpectFoundBy(Session& session, const std::vector<Row>& rows, const std::vector<Key>& names,
                     const Key& absent,
                     absl::Status (Session::*load)(std::span<const Key>, std::vector<Row>&)) {
    ExpectFound(rows, names, absent,
                [&](auto keys, auto& found) { return (session.*load)(keys, found); });
  }
  template <class Key, class Row>
  void ExpectFoundByBoth(const std::vector<Row>& rows, const std::vector<Key>& names,
                         const Key& absent,
                         absl::Status (PriceLoads::*load)(std::span<const Key>,
                                                          std::vector<Row>&)) {
    ExpectFoundBy<Key, Row, PriceLoads>(*reader_, rows, names, absent, load);
    ASSERT_OK(writer_->Begin());
    ExpectFoundBy<Key, Row, PriceLoads>(*writer_, rows, names, absent, load);
    writer_->Rollback();
  }
  template <class Row>
  void ExpectFoundBySource(const std::vector<Row>& rows,
                           absl::Status (engine::PriceWriteSession::*find)(
                               std::span<const SourceKeyName>, std::vector<Row>&)) {
    std::vector<SourceKeyName> names;
    for (const Row& row : rows) names.push_back({row.program_id, row.source_key});
    ASSERT_OK(writer_->Begin());
    ExpectFoundBy<SourceKeyName, Row, engine::PriceWriteSession>(*writer_, rows, names,
                                                                 {kSample, "absent"}, find);
    writer_->Rollback();
  }

  static PriceFact FactOf(std::string sku, int64_t head_seq) {
    PriceFact row = Filled<PriceFact>(Flavour::kSample);
    row.program_id = kSample;
    row.source_key = sku + std::to_string(head_seq);
    row.sku = std::move(sku);
    row.head_seq = head_seq;
    return row;
  }
  static Offer OfferOf(std::string sku, std::string channel_id, int64_t head_seq) {
    Offer row = Filled<Offer>(Flavour::kSample);
    row.program_id = kSample;
    row.source_key = sku + channel_id + std::to_string(head_seq);
    row.sku = std::move(sku);
    row.channel_id = std::move(channel_id);
    row.head_seq = head_seq;
    return row;
  }

  std::unique_ptr<engine::ReadSession> reader_;
  std::unique_ptr<engine::WriteSession> writer_;
};

TEST_F(PriceRowsConformance, Facts) {
  engine::WriteSet changes;
  changes.prices.facts = AllFlavours<PriceFact>();
  ASSERT_OK(Commit(changes));
  std::vector<SkuSeq> names;
  std::vector<SkuName> skus;
  for (const PriceFact& row : changes.prices.facts) {
    skus.push_back({row.program_id, row.sku});
    names.push_back({skus.back(), row.head_seq});
  }
  ExpectFoundByBoth(changes.prices.facts, names, {{kSample, "absent"}, 1},
                    &PriceLoads::LoadFactsBySeq);
  ExpectFoundByBoth(changes.prices.facts, skus, {kSample, "absent"}, &PriceLoads::LoadFactsOf);
  ExpectFoundBySource(changes.prices.facts, &engine::PriceWriteSession::FindFacts);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

// By its own number a row is another one, but its source has said it before.
TEST_F(PriceRowsConformance, ASourceKeyIsTakenOnce) {
  engine::WriteSet changes;
  changes.prices.facts = {FactOf("A", 1)};
  changes.prices.offers = {OfferOf("A", "app", 2)};
  changes.prices.promotions = {Filled<ChannelPromotion>(Flavour::kSample)};
  ASSERT_OK(Commit(changes));
  engine::WriteSet facts, offers, promotions, elsewhere;
  facts.prices.facts = changes.prices.facts;
  facts.prices.facts[0].head_seq = 9;
  offers.prices.offers = changes.prices.offers;
  offers.prices.offers[0].head_seq = 9;
  promotions.prices.promotions = changes.prices.promotions;
  promotions.prices.promotions[0].head_seq = 9;
  for (const engine::WriteSet* again : {&facts, &offers, &promotions})
    EXPECT_EQ(Commit(*again).code(), absl::StatusCode::kAlreadyExists);
  elsewhere = changes;
  elsewhere.prices.facts[0].program_id = elsewhere.prices.offers[0].program_id =
      elsewhere.prices.promotions[0].program_id = base::ProgramId("another");
  EXPECT_OK(Commit(elsewhere));
}

TEST_F(PriceRowsConformance, RowsOfASkuAscend) {
  engine::WriteSet changes;
  changes.prices.facts = {FactOf("A", 7), FactOf("a", 1), FactOf("A ", 1), FactOf("A", 2)};
  changes.prices.offers = {OfferOf("A", "app", 5), OfferOf("A", "till", 1), OfferOf("A", "till", 6),
                           OfferOf("", "app", 1)};
  ASSERT_OK(Commit(changes));
  const SkuName name{kSample, "A"};
  std::vector<PriceFact> facts;
  EXPECT_OK(reader_->LoadFactsOf(One(name), facts));
  EXPECT_THAT(facts, ElementsAre(changes.prices.facts[3], changes.prices.facts[0]));
  std::vector<Offer> offers;
  EXPECT_OK(reader_->LoadOffersOf(One(name), offers));
  EXPECT_THAT(offers, ElementsAre(changes.prices.offers[1], changes.prices.offers[0],
                                  changes.prices.offers[2]));
  // No pair that was not asked for.
  EXPECT_OK(reader_->LoadFactsBySeq(
      std::vector<SkuSeq>{{name, 7}, {name, 1}, {{kSample, "a"}, 2}, {{kSample, "A "}, 1}}, facts));
  EXPECT_THAT(facts, UnorderedElementsAre(changes.prices.facts[0], changes.prices.facts[2]));
}

TEST_F(PriceRowsConformance, Offers) {
  engine::WriteSet changes;
  changes.prices.offers = AllFlavours<Offer>();
  changes.prices.offers[0].sku = "sku";
  ASSERT_OK(Commit(changes));
  std::vector<SkuName> skus;
  for (const Offer& row : changes.prices.offers) skus.push_back({row.program_id, row.sku});
  ExpectFoundByBoth(changes.prices.offers, skus, {kSample, "absent"}, &PriceLoads::LoadOffersOf);
  ExpectFoundBySource(changes.prices.offers, &engine::PriceWriteSession::FindOffers);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(PriceRowsConformance, RowsOfAChannel) {
  engine::WriteSet changes;
  changes.prices.promotions = AllFlavours<ChannelPromotion>();
  changes.prices.reports = AllFlavours<FeedReport>();
  changes.prices.offers = AllFlavours<Offer>();
  for (size_t i = 0; i < 4; ++i) {
    const ChannelPromotion& promotion = changes.prices.promotions[i];
    changes.prices.reports[i].program_id = changes.prices.offers[i].program_id =
        promotion.program_id;
    changes.prices.reports[i].channel_id = changes.prices.offers[i].channel_id =
        promotion.channel_id;
    changes.prices.offers[i].sku.clear();
  }
  Offer narrow = changes.prices.offers[3];
  narrow.sku = "sku";
  narrow.source_key = "narrow";
  engine::WriteSet other;
  other.prices.offers = {narrow};
  ASSERT_OK(Commit(changes));
  ASSERT_OK(Commit(other));
  std::vector<ChannelName> names;
  for (const auto& row : changes.prices.promotions)
    names.push_back({row.program_id, row.channel_id});
  ASSERT_OK(writer_->Begin());
  for (PriceLoads* session :
       {static_cast<PriceLoads*>(&*reader_), static_cast<PriceLoads*>(&*writer_)}) {
    engine::ChannelHistory found;
    for (size_t i = 0; i < names.size(); ++i) {
      EXPECT_OK(session->LoadChannelRows(One(names[i]), found));
      EXPECT_THAT(found.promotions, ElementsAre(changes.prices.promotions[i]));
      EXPECT_THAT(found.reports, ElementsAre(changes.prices.reports[i]));
      EXPECT_THAT(found.offers, ElementsAre(changes.prices.offers[i]));
      std::vector<ChannelPromotion> promotions(3);
      std::vector<Offer> offers(3);
      EXPECT_OK(session->LoadPromotionsOf(One(names[i]), promotions));
      EXPECT_OK(session->LoadWideOffersOf(One(names[i]), offers));
      EXPECT_THAT(promotions, ElementsAre(changes.prices.promotions[i]));
      EXPECT_THAT(offers, ElementsAre(changes.prices.offers[i]));
    }
    EXPECT_OK(session->LoadChannelRows(names, found));
    EXPECT_THAT(found.promotions, UnorderedElementsAreArray(changes.prices.promotions));
    EXPECT_THAT(found.reports, UnorderedElementsAreArray(changes.prices.reports));
    EXPECT_THAT(found.offers, UnorderedElementsAreArray(changes.prices.offers));
  }
  writer_->Rollback();
  ExpectFoundBySource(changes.prices.promotions, &engine::PriceWriteSession::FindPromotions);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(PriceRowsConformance, EvidenceByIdAndByOrder) {
  engine::WriteSet changes;
  changes.prices.evidence = AllFlavours<Evidence>();
  // As many lines as a basket has.
  changes.prices.evidence[3].body.lines.assign(2'000, changes.prices.evidence[3].body.lines[0]);
  ASSERT_OK(Commit(changes));
  std::vector<EvidenceName> names;
  std::vector<OrderName> orders;
  for (const Evidence& row : changes.prices.evidence) {
    names.push_back({row.program_id, row.evidence_id});
    orders.push_back({row.program_id, row.order_id});
  }
  ExpectFoundByBoth(changes.prices.evidence, names, {kSample, "absent"}, &PriceLoads::LoadEvidence);
  // The first is of no order.
  std::vector<Evidence> found(3);
  EXPECT_OK(reader_->FindEvidenceOfOrders(One(orders.front()), found));
  EXPECT_THAT(found, IsEmpty());
  orders.erase(orders.begin());
  changes.prices.evidence.erase(changes.prices.evidence.begin());
  ExpectFoundByBoth(changes.prices.evidence, orders, {kSample, "absent"},
                    &PriceLoads::FindEvidenceOfOrders);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(PriceRowsConformance, CreditsAndTheirSettlements) {
  engine::WriteSet changes;
  changes.prices.credits = AllFlavours<pricing::PriceCredit>();
  changes.prices.settlements = AllFlavours<pricing::CreditSettlement>();
  ASSERT_OK(Commit(changes));
  std::vector<OrderName> names;
  for (const auto& row : changes.prices.credits) names.push_back({row.program_id, row.order_id});
  ExpectFoundByBoth(changes.prices.credits, names, {kSample, "absent"},
                    &PriceLoads::LoadPriceCredits);
  ExpectFoundByBoth(changes.prices.settlements, names, {kSample, "absent"},
                    &PriceLoads::LoadCreditSettlements);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(PriceRowsConformance, ProtectedOrdersAndWhatReplacesThem) {
  engine::WriteSet changes;
  changes.prices.new_protected_orders = AllFlavours<pricing::ProtectedOrder>();
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  engine::WriteSet later;
  std::vector<OrderName> names;
  for (pricing::ProtectedOrder row : changes.prices.new_protected_orders) {
    names.push_back({row.program_id, row.order_id});
    row.credit_count ^= 1;
    row.checked_at = row.checked_at ? std::nullopt : std::optional(base::Instant{5});
    later.prices.protected_orders.push_back(row);
  }
  ASSERT_OK(Commit(later));
  ExpectFoundByBoth(later.prices.protected_orders, names, {kSample, "absent"},
                    &PriceLoads::LoadProtectedOrders);
}

TEST_F(PriceRowsConformance, HeadsAndWhatReplacesThem) {
  engine::WriteSet changes;
  changes.prices.new_heads = AllFlavours<PriceHead>();
  changes.prices.new_channel_heads = AllFlavours<pricing::ChannelHead>();
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  engine::WriteSet later;
  std::vector<SkuName> skus;
  std::vector<ChannelName> channels;
  for (PriceHead row : changes.prices.new_heads) {
    skus.push_back({row.program_id, row.sku});
    later.prices.heads.push_back(
        {row.program_id, row.sku, row.version ^ 1, std::string(100'000, '\xe9')});
  }
  for (pricing::ChannelHead row : changes.prices.new_channel_heads) {
    channels.push_back({row.program_id, row.channel_id});
    later.prices.channel_heads.push_back({row.program_id, row.channel_id, row.version ^ 1, {}});
  }
  ASSERT_OK(Commit(later));
  const SkuName no_sku{kSample, "absent"};
  const ChannelName no_channel{kSample, "absent"};
  ExpectFoundByBoth(later.prices.heads, skus, no_sku, &PriceLoads::LoadPriceHeads);
  ExpectFoundBy<ChannelName, pricing::ChannelHead, engine::PriceReadSession>(
      *reader_, later.prices.channel_heads, channels, no_channel,
      &engine::PriceReadSession::LoadChannelHeads);
  std::vector<PriceHead> bookless = later.prices.heads;
  for (PriceHead& head : bookless) head.book.clear();
  for (const bool exclusive : {false, true}) {
    ASSERT_OK(writer_->Begin());
    ExpectFound(bookless, skus, no_sku, [&](std::span<const SkuName> names, auto& found) {
      return writer_->LockPriceHeads(names, exclusive, found);
    });
    ExpectFound(later.prices.channel_heads, channels, no_channel,
                [&](std::span<const ChannelName> names, auto& found) {
                  return writer_->LockChannelHeads(names, exclusive, found);
                });
    writer_->Rollback();
  }
}

TEST_F(PriceRowsConformance, OfferStocksAndWhatReplacesThem) {
  engine::WriteSet changes;
  changes.prices.new_offer_stocks = AllFlavours<pricing::OfferStock>();
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  engine::WriteSet later;
  std::vector<OfferStockName> names;
  for (pricing::OfferStock row : changes.prices.new_offer_stocks) {
    names.push_back({row.program_id, row.channel_id, row.offer_id, row.sku});
    row.sold ^= 1;
    later.prices.offer_stocks.push_back(row);
  }
  ASSERT_OK(Commit(later));
  ASSERT_OK(writer_->Begin());
  ExpectFound(later.prices.offer_stocks, names, OfferStockName{kSample, "absent", "", ""},
              [&](auto keys, auto& found) { return writer_->LockOfferStocks(keys, found); });
}

// Around every chunk's width, so that a row at a seam would be missed.
TEST_F(PriceRowsConformance, AsManyAsAreAskedFor) {
  constexpr int kCount = 1'203;
  engine::WriteSet changes;
  std::vector<SkuName> names;
  std::vector<SourceKeyName> sources;
  std::vector<SkuSeq> seqs;
  for (int i = 0; i < kCount; ++i) {
    const std::string sku = std::to_string(10'000 + i);
    changes.prices.facts.push_back(FactOf(sku, i));
    changes.prices.new_heads.push_back({kSample, sku, i, sku});
    names.push_back({kSample, sku});
    sources.push_back({kSample, changes.prices.facts.back().source_key});
    seqs.push_back({names.back(), i});
  }
  ASSERT_OK(Commit(changes));
  for (const size_t count : {1U, 5U, 64U, 65U, 129U, 500U, 501U, 1'203U}) {
    const auto facts = std::span(changes.prices.facts).first(count);
    std::vector<PriceHead> heads(changes.prices.new_heads.begin(),
                                 changes.prices.new_heads.begin() + static_cast<int>(count));
    for (PriceHead& head : heads) head.book.clear();
    std::vector<PriceFact> found;
    ASSERT_OK(writer_->Begin());
    EXPECT_OK(writer_->FindFacts(std::span(sources).first(count), found));
    EXPECT_THAT(found, UnorderedElementsAreArray(facts));
    EXPECT_OK(writer_->LoadFactsBySeq(std::span(seqs).first(count), found));
    EXPECT_THAT(found, UnorderedElementsAreArray(facts));
    std::vector<PriceHead> locked;
    EXPECT_OK(writer_->LockPriceHeads(std::span(names).first(count), true, locked));
    EXPECT_THAT(locked, ::testing::ElementsAreArray(heads)) << "in ascending order";
    writer_->Rollback();
  }
}

}  // namespace
}  // namespace fairpoint::storage::testing
