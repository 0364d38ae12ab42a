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
