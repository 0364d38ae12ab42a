// Reads by key look rows up by the whole key, however many keys: SQLite's optimizer, which has no
// statistics here, would read a whole programme where a statement lets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/testing/temp_folder.h"
#include "storage/loads.h"
#include "storage/migrator.h"
#include "storage/orders.h"
#include "storage/price_scans.h"
#include "storage/prices.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using ::testing::HasSubstr;

// Passes everything on and keeps what was prepared.
class Recorder : public Connection {
 public:
  explicit Recorder(Connection& to) : to_(to) {}
  std::set<std::string> prepared;

  Dialect dialect() const override { return to_.dialect(); }
  absl::StatusOr<Statement*> Prepare(std::string_view sql) override {
    prepared.emplace(sql);
    return to_.Prepare(sql);
  }
  absl::Status Execute(std::string_view sql) override { return to_.Execute(sql); }
  absl::Status BeginWrite() override { return to_.BeginWrite(); }
  absl::Status BeginSnapshot() override { return to_.BeginSnapshot(); }
  absl::Status Commit() override { return to_.Commit(); }
  void Rollback() override { to_.Rollback(); }
  absl::StatusOr<base::Instant> Now() override { return to_.Now(); }

 private:
  Connection& to_;
};

class QueryPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = folder_ + "/store.db";
    ASSERT_OK(MigrateSqlite(path, base::SystemClock(), MigrationsOf(Dialect::kSqlite)).status());
    auto connection =
        SqliteConnection::Open(path, SqliteAccess::kReadWrite, base::SystemClock(), nullptr);
    ASSERT_OK(connection.status());
    connection_ = *std::move(connection);
  }

  std::vector<std::string> PlanOf(const std::string& sql) {
    std::vector<std::string> plan;
    auto statement = connection_->Prepare(Text("EXPLAIN QUERY PLAN ", sql));
    EXPECT_OK(statement.status());
    EXPECT_OK((*statement)->Query());
    for (bool has_row = true; (*statement)->Next(has_row).ok() && has_row;)
      plan.emplace_back((*statement)->Bytes(3));
    return plan;
  }

  // `key` is a part of every step that searches.
  template <class Key, class Load>
  void ExpectSearches(const std::string& key, const Load& load) {
    Recorder recorder(*connection_);
    for (const size_t count : {1U, 2U, 5U, 17U, 65U, 201U, 501U})
      EXPECT_OK(load(recorder, std::vector<Key>(count)));
    EXPECT_GE(recorder.prepared.size(), 4U);
    for (const std::string& sql : recorder.prepared) {
      int searches = 0;
      for (const std::string& step : PlanOf(sql)) {
        EXPECT_FALSE(step.starts_with("SCAN")) << step << "\n" << sql;
        if (!step.starts_with("SEARCH")) continue;
        ++searches;
        EXPECT_THAT(step, HasSubstr(key)) << sql;
      }
      EXPECT_GT(searches, 0) << sql;
    }
  }

  const base::testing::TempFolder temp_folder_;
  const std::string folder_ = temp_folder_.path();
  std::unique_ptr<SqliteConnection> connection_;
};

template <class Key, class Row>
auto Load(absl::Status (*load)(Connection&, std::span<const Key>, std::vector<Row>&)) {
  return [load](Connection& connection, const std::vector<Key>& keys) {
    std::vector<Row> found;
    return load(connection, keys, found);
  };
}

TEST_F(QueryPlanTest, RowsOfMembers) {
  ExpectSearches<engine::MemberSeq>("(program_id=? AND member_id=? AND lot_seq=?)", Load(LoadLots));
  ExpectSearches<engine::MemberSeq>("(program_id=? AND member_id=? AND hold_seq=?)",
                                    Load(LoadHolds));
  ExpectSearches<engine::MemberSeq>("(program_id=? AND member_id=? AND txn_seq=?)",
                                    Load(LoadReversals));
  ExpectSearches<engine::EntrySpan>("(program_id=? AND member_id=? AND seq>? AND seq<?)",
                                    Load(LoadEntries));
  ExpectSearches<engine::MemberName>("(program_id=? AND member_id=?", Load(LoadOpenLots));
  ExpectSearches<engine::MemberName>("(program_id=? AND member_id=?", Load(LoadOpenHolds));
  ExpectSearches<engine::RequestName>("(program_id=? AND request_id=?)", Load(LoadReceipts));
}

TEST_F(QueryPlanTest, RowsOfPrices) {
  using engine::ChannelName, engine::OrderName, engine::SkuName, engine::SourceKeyName;
  ExpectSearches<SkuName>("(program_id=? AND sku=?)", Load(LoadPriceHeads));
  ExpectSearches<SkuName>("(program_id=? AND sku=?)", [](auto& connection, const auto& keys) {
    std::vector<pricing::PriceHead> found;
    return LockPriceHeads(connection, keys, RowLock::kShared, found);
  });
  ExpectSearches<ChannelName>("(program_id=? AND channel_id=?)",
                              [](auto& connection, const auto& keys) {
                                std::vector<pricing::ChannelHead> found;
                                return LoadChannelHeads(connection, keys, RowLock::kShared, found);
                              });
  ExpectSearches<engine::OfferStockName>("(program_id=? AND channel_id=? AND offer_id=? AND sku=?)",
                                         Load(LockOfferStocks));
  ExpectSearches<SourceKeyName>("price_fact_source (program_id=? AND source_key=?)",
                                Load(FindBySource<pricing::PriceFact>));
  ExpectSearches<SourceKeyName>("price_offer_source (program_id=? AND source_key=?)",
                                Load(FindBySource<pricing::Offer>));
  ExpectSearches<SourceKeyName>("channel_promotion_source (program_id=? AND source_key=?)",
                                Load(FindBySource<pricing::ChannelPromotion>));
  ExpectSearches<engine::SkuSeq>("(program_id=? AND sku=? AND head_seq=?)", Load(LoadFactsBySeq));
  ExpectSearches<SkuName>("(program_id=? AND sku=?)", Load(LoadFactsOf));
  ExpectSearches<SkuName>("(program_id=? AND sku=?)", Load(LoadOffersOf));
  ExpectSearches<ChannelName>("(program_id=? AND channel_id=?)",
                              Load(LoadOfChannels<pricing::ChannelPromotion>));
  ExpectSearches<ChannelName>("(program_id=? AND channel_id=?)",
                              Load(LoadOfChannels<pricing::FeedReport>));
  ExpectSearches<ChannelName>("(program_id=? AND sku=? AND channel_id=?)", Load(LoadWideOffers));
  ExpectSearches<engine::EvidenceName>("(program_id=? AND evidence_id=?)", Load(LoadEvidence));
  ExpectSearches<OrderName>("price_evidence_order (program_id=? AND order_id=?)",
                            Load(FindEvidenceOfOrders));
  ExpectSearches<OrderName>("(program_id=? AND order_id=?)", Load(LoadProtectedOrders));
  ExpectSearches<OrderName>("(program_id=? AND order_id=?)", Load(LoadPriceCredits));
  ExpectSearches<OrderName>("(program_id=? AND order_id=?)", Load(LoadCreditSettlements));
}

TEST_F(QueryPlanTest, PagesOfPrices) {
  const auto expect = [this](const std::string& key, const auto& read) {
    Recorder recorder(*connection_);
    EXPECT_OK(read(recorder));
    ASSERT_EQ(recorder.prepared.size(), 1U);
    EXPECT_THAT(PlanOf(*recorder.prepared.begin()), ::testing::ElementsAre(HasSubstr(key)));
  };
  engine::PlacedPage page{.from = {}, .until = base::Instant{5}, .limit = 5};
  for (const bool resumes : {false, true}) {
    if (resumes) page.resume_after = engine::PlacedOrder{base::Instant{1}, "A"};
    expect("protected_order_placed (program_id=? AND placed_at>? AND placed_at<?)",
           [&](Connection& connection) {
             std::vector<pricing::ProtectedOrder> found;
             return ScanProtectedOrders(connection, page, found);
           });
    expect("(program_id=? AND sku=? AND placed_at>? AND placed_at<?)", [&](Connection& connection) {
      std::vector<pricing::ProtectedSku> found;
      return FindProtectedOrders(connection, page, "S", found);
    });
  }
  expect("(program_id=? AND channel_id=? AND listing_id>?)", [](Connection& connection) {
    std::vector<pricing::ListingPlace> found;
    return ScanListings(connection, {}, engine::ListedSku{"L", "S"}, 5, found);
  });
  expect("(program_id=? AND order_id>?)", [](Connection& connection) {
    std::vector<pricing::PriceCredit> found;
    return ReadPriceCredits(connection, {}, engine::CreditName{{{}, "O"}, 1}, 5, found);
  });
  expect("((program_id,sku,head_seq)>(?,?,?))", [](Connection& connection) {
    std::vector<pricing::PriceFact> found;
    return ScanPriceRows(connection, std::optional(engine::SkuSeq()), 5, found);
  });
}

TEST_F(QueryPlanTest, RowsOfOrders) {
  ExpectSearches<engine::MemberSku>("(program_id=? AND member_id=? AND sku=?)",
                                    Load(LoadOpenOrderLines));
  ExpectSearches<engine::OrderName>("(program_id=? AND order_id=?)", Load(LoadOrderLines));
  ExpectSearches<engine::OrderName>("(program_id=? AND order_id=?)", Load(LoadPlacements));
  ExpectSearches<engine::OrderName>("(program_id=? AND return_id=?)", Load(LoadOrderReturns));
  Recorder recorder(*connection_);
  std::vector<checkout::Order> found;
  EXPECT_OK(ReadOrders(recorder, {}, 5, 5, found));
  EXPECT_THAT(PlanOf(*recorder.prepared.begin()),
              ::testing::ElementsAre(
                  HasSubstr("order_head_member (program_id=? AND member_id=? AND order_seq<?)")));
}

}  // namespace
}  // namespace fairpoint::storage
