// Append-only tables refuse to be changed, from below the port too; and a store that would not
// refuse is found out.
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "storage/changes.h"
#include "storage/sql_store.h"
#include "storage/tables.h"
#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

class AppendOnlyConformance : public Conformance {
 protected:
  template <class Row>
  void ExpectRefusals() {
    SCOPED_TRACE(Table<Row>::kName);
    static_assert(Table<Row>::kKind == TableKind::kAppendOnly);
    const Row row = Filled<Row>(Flavour::kSample);
    auto connection = under_test_->Connect();
    ASSERT_OK(connection->BeginWrite());
    ASSERT_OK(WriteRows(*connection, One(row), WriteMode::kInsert));
    ASSERT_OK(connection->Commit());

    const auto expect_refused = [&](const absl::Status& status) {
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
      connection->Rollback();
    };
    const std::string table(Table<Row>::kName);
    const std::string_view column = InfoOf<Row>().columns.back().name;
    ASSERT_OK(connection->BeginWrite());
    expect_refused(connection->Execute(Text("UPDATE ", table, " SET ", column, " = ", column)));
    ASSERT_OK(connection->BeginWrite());
    expect_refused(connection->Execute(Text("DELETE FROM ", table)));
    ASSERT_OK(connection->BeginWrite());
    expect_refused(connection->Execute(Text("REPLACE INTO ", table, " SELECT * FROM ", table)));
    ASSERT_OK(connection->BeginWrite());
    expect_refused(WriteRows(*connection, One(row), WriteMode::kReplace));

    std::vector<Row> found;
    auto statement =
        connection->Prepare(Text("SELECT ", ColumnNames(InfoOf<Row>()), " FROM ", table));
    ASSERT_OK(statement.status());
    EXPECT_OK(ReadRows(**statement, found));
    EXPECT_EQ(found, std::vector<Row>{row});
  }
};

TEST_F(AppendOnlyConformance, EveryWayToChangeARowIsRefused) {
  ExpectRefusals<ledger::ProgramVersion>();
  ExpectRefusals<ledger::MemberEvent>();
  ExpectRefusals<ledger::Entry>();
  ExpectRefusals<engine::Reversal>();
  ExpectRefusals<engine::Receipt>();
  ExpectRefusals<checkout::Placement>();
  ExpectRefusals<checkout::OrderReturn>();
  ExpectRefusals<checkout::OrderClaim>();
  ExpectRefusals<pricing::PriceFact>();
  ExpectRefusals<pricing::Offer>();
  ExpectRefusals<pricing::ChannelPromotion>();
  ExpectRefusals<pricing::FeedReport>();
  ExpectRefusals<pricing::Evidence>();
  ExpectRefusals<pricing::PriceCredit>();
  ExpectRefusals<pricing::CreditSettlement>();
  ExpectRefusals<engine::JournalRow>();
}

TEST_F(AppendOnlyConformance, ThatIsAllOfThem) {
  int count = 0;
  for (const TableInfo* table : AllTables()) count += table->kind == TableKind::kAppendOnly ? 1 : 0;
  EXPECT_EQ(count, 16);
}

// Takes the triggers of one table away, in the ways of both dialects, and puts them back.
class WithoutTriggers {
 public:
  WithoutTriggers(Connection& connection, std::string_view table)
      : connection_(connection), table_(table) {
    for (const char* verb : {"update", "delete"})
      EXPECT_OK(Run(Text("DROP TRIGGER ", table_, "_no_", verb)));
  }
  ~WithoutTriggers() {
    for (const char* verb : {"update", "delete"}) {
      EXPECT_OK(
          Run(connection_.dialect() == Dialect::kSqlite
                  ? Text("CREATE TRIGGER ", table_, "_no_", verb, " BEFORE ", verb, " ON ", table_,
                         " BEGIN SELECT RAISE(ABORT, 'no'); END")
                  : Text("CREATE TRIGGER ", table_, "_no_", verb, " BEFORE ", verb, " ON ", table_,
                         " FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'")));
    }
  }

 private:
  absl::Status Run(const std::string& sql) {
    absl::Status status = connection_.BeginWrite();
    if (status.ok()) status = connection_.Execute(sql);
    if (status.ok()) status = connection_.Commit();
    return status;
  }

  Connection& connection_;
  const std::string table_;
};

TEST_F(AppendOnlyConformance, InspectFindsATableThatIsNotGuarded) {
  auto connection = under_test_->Connect();
  for (const TableInfo* table : AllTables()) {
    if (table->kind != TableKind::kAppendOnly) continue;
    const WithoutTriggers without(*connection, table->name);
    auto findings = store_->Inspect();
    ASSERT_OK(findings.status());
    std::vector<std::string> fatal;
    for (const engine::Finding& finding : *findings) {
      if (finding.fatal) fatal.push_back(finding.what);
    }
    EXPECT_EQ(fatal, (std::vector<std::string>{
                         Text("table ", table->name, " is append-only, but UPDATE is allowed"),
                         Text("table ", table->name, " is append-only, but DELETE is allowed")}));
  }
}

}  // namespace
}  // namespace fairpoint::storage::testing
