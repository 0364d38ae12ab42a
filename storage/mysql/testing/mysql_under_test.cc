#include <cstdio>
#include <cstdlib>

#include "storage/mysql/mysql_store.h"
#include "storage/mysql/testing/mysql_test_server.h"
#include "storage/tables.h"
#include "storage/testing/store_under_test.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::abort();
}

// Making 23 tables takes a second, so one database serves all tests of a program, one after the
// other.
class SharedDatabase {
 public:
  SharedDatabase() {
    DieUnlessOk(MigrateMysql(database_.options(), MigrationsOf(Dialect::kMysql)).status());
  }

  const MysqlOptions& options() const { return database_.options(); }

  // TRUNCATE goes past the triggers.
  void Empty() {
    auto connection = MysqlConnection::Open(options(), Purpose::kRead);
    DieUnlessOk(connection.status());
    for (const TableInfo* table : AllTables()) {
      if (table->name == Table<MigrationRow>::kName) continue;
      auto rows = (*connection)->QueryText(Text("SELECT 1 FROM ", table->name, " LIMIT 1"));
      DieUnlessOk(rows.status());
      if (!rows->empty()) DieUnlessOk((*connection)->Execute(Text("TRUNCATE TABLE ", table->name)));
    }
  }

 private:
  const ScratchDatabase database_;
};

class MysqlUnderTest final : public StoreUnderTest {
 public:
  MysqlUnderTest() { database_.Empty(); }

  absl::StatusOr<std::unique_ptr<engine::Store>> Open() override {
    return OpenMysqlStore(database_.options(), false);
  }
  absl::StatusOr<std::unique_ptr<engine::Store>> OpenReadOnly() override {
    return OpenMysqlStore(database_.options(), true);
  }
  std::unique_ptr<Connection> Connect() override {
    auto connection = MysqlConnection::Open(database_.options(), Purpose::kWrite);
    if (!connection.ok()) std::abort();
    return *std::move(connection);
  }
  std::string url() const override { return ToString(database_.options().address); }
  Dialect dialect() const override { return Dialect::kMysql; }

 private:
  static SharedDatabase& Shared() {
    static SharedDatabase database;
    return database;
  }

  SharedDatabase& database_ = Shared();
};

}  // namespace

std::unique_ptr<StoreUnderTest> StoreUnderTest::Make() {
  return std::make_unique<MysqlUnderTest>();
}

}  // namespace fairpoint::storage::testing
