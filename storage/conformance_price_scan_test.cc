// Pages of prices: histories in key order, a SKU's rows, orders under protection, listings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using base::Instant;
using engine::ChannelName;
using engine::ChannelSeq;
using engine::CreditName;
using engine::ListedSku;
using engine::OrderName;
using engine::PlacedOrder;
using engine::PlacedPage;
using engine::ReadSession;
using engine::SkuName;
using engine::SkuPage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const base::ProgramId kA("a");

class PriceScanConformance : public Conformance {
 protected:
  // Ids that are prefixes of one another, or differ in case or in spaces; in byte order. Two
  // numbers each.
  template <class Row, class SetKey>
  static std::vector<Row> RowsInOrder(const SetKey& set_key) {
    std::vector<Row> rows;
    for (const auto& [program, id] : std::vector<std::pair<const char*, const char*>>{
             {"a", "1"}, {"a", "1 "}, {"a", "11"}, {"a", "C"}, {"a", "c"}, {"ab", "1"}}) {
      for (const int64_t seq : {1, 2}) {
        Row row = Filled<Row>(Flavour::kSample);
        row.program_id = base::ProgramId(program);
        if constexpr (requires { row.source_key; }) row.source_key = std::to_string(rows.size());
        set_key(row, id, seq);
        rows.push_back(row);
      }
    }
    return rows;
  }

  // Pages joined are all rows, also after a key that is not there any more.
  template <class Key, class Row, class KeyOfRow>
  void ExpectPages(const std::vector<Row>& rows, const KeyOfRow& key_of,
                   absl::Status (engine::PriceReadSession::*scan)(const std::optional<Key>&, size_t,
                                                                  std::vector<Row>&)) {
    auto reader = Reader();
    for (const size_t limit : {1UL, 2UL, 5UL, rows.size(), rows.size() + 1}) {
      std::vector<Row> joined, page(3);
      std::optional<Key> after;
      do {
        ASSERT_OK((*reader.*scan)(after, limit, page));
        ASSERT_LE(page.size(), limit);
        joined.insert(joined.end(), page.begin(), page.end());
        if (!page.empty()) after = key_of(page.back());
      } while (page.size() == limit);
      EXPECT_EQ(joined, rows) << limit;
    }
  }
};

TEST_F(PriceScanConformance, RowsOfSkus) {
  engine::WriteSet changes;
  changes.prices.facts =
      RowsInOrder<pricing::PriceFact>([](auto& row, const char* id, int64_t seq) {
        row.sku = id;
        row.head_seq = seq;
      });
  changes.prices.offers = RowsInOrder<pricing::Offer>([](auto& row, const char* id, int64_t seq) {
    row.sku = "sku";
    row.channel_id = id;
    row.head_seq = seq;
  });
  for (const auto& fact : changes.prices.facts) {
    if (fact.head_seq == 1) changes.prices.new_heads.push_back({fact.program_id, fact.sku, 1, "b"});
  }
  engine::WriteSet shuffled = changes;
  std::ranges::reverse(shuffled.prices.facts);
  std::ranges::reverse(shuffled.prices.offers);
  ASSERT_OK(Commit(shuffled));
  ExpectPages(
      changes.prices.facts,
      [](const auto& row) {
        return engine::SkuSeq{{row.program_id, row.sku}, row.head_seq};
      },
      &ReadSession::ScanFacts);
  ExpectPages(
      changes.prices.offers,
      [](const auto& row) {
        return engine::OfferSeq{{row.program_id, row.sku}, row.channel_id, row.head_seq};
      },
      &ReadSession::ScanOffers);
  ExpectPages(
      changes.prices.new_heads,
      [](const auto& row) {
        return SkuName{row.program_id, row.sku};
      },
      &ReadSession::ScanPriceHeads);
}

TEST_F(PriceScanConformance, RowsOfChannels) {
  const auto set_key = [](auto& row, const char* id, int64_t seq) {
    row.channel_id = id;
    row.head_seq = seq;
  };
  engine::WriteSet changes;
  changes.prices.promotions = RowsInOrder<pricing::ChannelPromotion>(set_key);
  changes.prices.reports = RowsInOrder<pricing::FeedReport>(set_key);
  for (const auto& row : changes.prices.reports) {
    if (row.head_seq == 1)
      changes.prices.new_channel_heads.push_back({row.program_id, row.channel_id, 1, "book"});
    changes.prices.new_offer_stocks.push_back(
        {row.program_id, row.channel_id, "offer", row.head_seq == 1 ? "" : "sku", 5});
  }
  ASSERT_OK(Commit(changes));
  const auto key_of = [](const auto& row) {
    return ChannelSeq{{row.program_id, row.channel_id}, row.head_seq};
  };
  ExpectPages(changes.prices.promotions, key_of, &ReadSession::ScanPromotions);
  ExpectPages(changes.prices.reports, key_of, &ReadSession::ScanFeedReports);
  ExpectPages(
      changes.prices.new_channel_heads,
      [](const auto& row) {
        return ChannelName{row.program_id, row.channel_id};
      },
      &ReadSession::ScanChannelHeads);
  ExpectPages(
      changes.prices.new_offer_stocks,
      [](const auto& row) {
        return engine::OfferStockName{row.program_id, row.channel_id, row.offer_id, row.sku};
      },
      &ReadSession::ScanOfferStocks);
  std::vector<pricing::ChannelHead> found(3);
  EXPECT_OK(Reader()->LoadChannelHeadsOf(base::ProgramId("ab"), found));
  EXPECT_THAT(found, ElementsAre(changes.prices.new_channel_heads.back()));
}

TEST_F(PriceScanConformance, EvidenceCreditsAndSettlements) {
  engine::WriteSet changes;
  changes.prices.evidence = RowsInOrder<pricing::Evidence>(
      [](auto& row, const char* id, int64_t seq) { row.evidence_id = id + std::to_string(seq); });
  std::ranges::sort(changes.prices.evidence, {},
                    [](const auto& row) { return std::pair(row.program_id, row.evidence_id); });
  changes.prices.credits =
      RowsInOrder<pricing::PriceCredit>([](auto& row, const char* id, int64_t seq) {
        row.order_id = id;
        row.credit_seq = seq;
      });
  changes.prices.settlements =
      RowsInOrder<pricing::CreditSettlement>([](auto& row, const char* id, int64_t seq) {
        row.order_id = id;
        row.credit_seq = 4;
        row.settlement_seq = seq;
      });
  ASSERT_OK(Commit(changes));
  const auto credit_name = [](const auto& row) {
    return CreditName{{row.program_id, row.order_id}, row.credit_seq};
  };
  ExpectPages(
      changes.prices.evidence,
      [](const auto& row) {
        return engine::EvidenceName{row.program_id, row.evidence_id};
      },
      &ReadSession::ScanEvidence);
  ExpectPages(changes.prices.credits, credit_name, &ReadSession::ScanPriceCredits);
  ExpectPages(
      changes.prices.settlements,
      [&](const auto& row) {
        return engine::SettlementName{credit_name(row), row.settlement_seq};
      },
      &ReadSession::ScanCreditSettlements);
  // Of one programme.
  auto reader = Reader();
  const std::vector<pricing::PriceCredit>& rows = changes.prices.credits;
  std::vector<pricing::PriceCredit> found(3);
  EXPECT_OK(reader->ReadPriceCredits(kA, std::nullopt, 100, found));
  EXPECT_EQ(found, std::vector(rows.begin(), rows.begin() + 10));
  EXPECT_OK(reader->ReadPriceCredits(kA, credit_name(rows[2]), 2, found));
  EXPECT_THAT(found, ElementsAre(rows[3], rows[4]));
  EXPECT_OK(reader->ReadPriceCredits(kA, credit_name(rows[9]), 2, found));
  EXPECT_THAT(found, IsEmpty());
  EXPECT_OK(reader->ReadPriceCredits(base::ProgramId("ab"), std::nullopt, 100, found));
  EXPECT_THAT(found, ElementsAre(rows[10], rows[11]));
}

TEST_F(PriceScanConformance, PagesOfASku) {
  engine::WriteSet changes;
  for (const int64_t seq : {1, 2, 5, 6, 9}) {
    pricing::Offer offer = Filled<pricing::Offer>(Flavour::kSample);
    offer.program_id = kA;
    offer.sku = "S";
    offer.channel_id = seq % 2 == 0 ? "app" : "till";  // numbers are of the SKU, over its channels
    offer.head_seq = seq;
    offer.source_key = std::to_string(seq);
    changes.prices.offers.push_back(offer);
  }
  const auto offers = changes.prices.offers;
  changes.prices.offers.push_back(offers[0]);
  changes.prices.offers.back().sku = "S ";
  changes.prices.offers.back().source_key = "x";
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  const auto expect = [&](SkuPage page, const std::vector<size_t>& places) {
    page.sku = {kA, "S"};
    std::vector<pricing::Offer> found_offers(3), expected_offers;
    for (const size_t place : places) expected_offers.push_back(offers[place]);
    EXPECT_OK(reader->ReadOffers(page, found_offers));
    EXPECT_EQ(found_offers, expected_offers);
  };
  expect({.limit = 100}, {0, 1, 2, 3, 4});
  expect({.newest_first = true, .limit = 2}, {4, 3});
  expect({.before_seq = 6, .newest_first = true, .limit = 2}, {2, 1});
  expect({.after_seq = 2, .before_seq = 9, .limit = 100}, {2, 3});
  expect({.after_seq = 1, .limit = 1}, {1});
  expect({.after_seq = 9, .limit = 1}, {});
}

TEST_F(PriceScanConformance, OrdersByTheTimeTheyWerePlaced) {
  engine::WriteSet changes;
  const std::vector<std::pair<int64_t, const char*>> places = {
      {-5, "Z"}, {10, "B"}, {10, "b"}, {20, "A"}, {30, "A1"}};
  for (const auto& [at, order_id] : places) {
    pricing::ProtectedOrder order = Filled<pricing::ProtectedOrder>(Flavour::kSample);
    order.program_id = kA;
    order.order_id = order_id;
    order.placed_at = Instant{at};
    changes.prices.new_protected_orders.push_back(order);
    changes.prices.new_protected_skus.push_back({kA, "S", Instant{at}, order_id});
  }
  const auto orders = changes.prices.new_protected_orders;
  const auto skus = changes.prices.new_protected_skus;
  changes.prices.new_protected_skus.push_back({kA, "other", Instant{15}, "B"});
  changes.prices.new_protected_orders.push_back(orders[3]);
  changes.prices.new_protected_orders.back().program_id = base::ProgramId("b");
  std::ranges::reverse(changes.prices.new_protected_orders);
  ASSERT_OK(Commit(changes));
  engine::WriteSet again;
  again.prices.new_protected_skus = skus;
  EXPECT_EQ(Commit(again).code(), absl::StatusCode::kAlreadyExists);
  auto reader = Reader();
  const auto expect = [&](PlacedPage page, const std::vector<size_t>& which) {
    page.program_id = kA;
    std::vector<pricing::ProtectedOrder> found(3), expected;
    std::vector<pricing::ProtectedSku> found_skus(3), expected_skus;
    for (const size_t each : which) {
      expected.push_back(orders[each]);
      expected_skus.push_back(skus[each]);
    }
    EXPECT_OK(reader->ScanProtectedOrders(page, found));
    EXPECT_EQ(found, expected);
    EXPECT_OK(reader->FindProtectedOrders(page, "S", found_skus));
    EXPECT_EQ(found_skus, expected_skus);
  };
  const Instant first{INT64_MIN}, last{INT64_MAX};
  expect({.from = first, .until = last, .limit = 100}, {0, 1, 2, 3, 4});
  expect({.from = Instant{10}, .until = Instant{30}, .limit = 100}, {1, 2, 3});
  expect({.from = Instant{11}, .until = Instant{20}, .limit = 100}, {});
  expect({.from = first, .until = last, .limit = 2}, {0, 1});
  expect({.from = first, .until = last, .resume_after = PlacedOrder{Instant{10}, "B"}, .limit = 2},
         {2, 3});
  expect({.from = Instant{20},
          .until = last,
          .resume_after = PlacedOrder{Instant{10}, "z"},
          .limit = 1},
         {3});
  expect({.from = first, .until = last, .resume_after = PlacedOrder{Instant{30}, "A1"}, .limit = 9},
         {});
}

TEST_F(PriceScanConformance, Listings) {
  engine::WriteSet changes;
  changes.prices.new_listings = {{kA, "C", "L", "1"},  {kA, "C", "L", "2"}, {kA, "C", "L ", "1"},
                                 {kA, "C", "L1", "1"}, {kA, "C", "l", "1"}, {kA, "CC", "L", "1"}};
  const auto& rows = changes.prices.new_listings;
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  const ChannelName channel{kA, "C"};
  std::vector<pricing::ListingPlace> found(3);
  auto reader = Reader();
  EXPECT_OK(reader->ScanListings(channel, std::nullopt, 100, found));
  EXPECT_THAT(found, ElementsAre(rows[0], rows[1], rows[2], rows[3], rows[4]));
  EXPECT_OK(reader->ScanListings(channel, ListedSku{"L", "1"}, 2, found));
  EXPECT_THAT(found, ElementsAre(rows[1], rows[2]));
  EXPECT_OK(reader->ScanListings(channel, ListedSku{"L", "9"}, 2, found));
  EXPECT_THAT(found, ElementsAre(rows[2], rows[3]));
  EXPECT_OK(reader->ScanListings(channel, ListedSku{"l", "1"}, 2, found));
  EXPECT_THAT(found, IsEmpty());
}

TEST_F(PriceScanConformance, CursorsAreMadeAndMoved) {
  engine::WriteSet changes;
  changes.prices.cursors = {{"protect", 2, 7}, {"protect", 1, 4}, {"other", 1, 9}};
  ASSERT_OK(Commit(changes));
  changes.prices.cursors = {{"protect", 2, 8}, {"protect", 3, 1}};
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  std::vector<engine::FeedCursor> found(5);
  EXPECT_OK(reader->LoadFeedCursors("protect", found));
  EXPECT_THAT(found,
              ElementsAre(engine::FeedCursor{"protect", 1, 4}, engine::FeedCursor{"protect", 2, 8},
                          engine::FeedCursor{"protect", 3, 1}));
  EXPECT_OK(reader->LoadFeedCursors("absent", found));
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace fairpoint::storage::testing
