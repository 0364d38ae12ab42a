#include <cstdlib>
#include <string>

#include "base/testing/temp_folder.h"
#include "base/time.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/testing/store_under_test.h"

namespace fairpoint::storage::testing {
namespace {

class SqliteUnderTest final : public StoreUnderTest {
 public:
  SqliteUnderTest() {
    if (!MigrateSqlite(path(), base::SystemClock(), MigrationsOf(Dialect::kSqlite)).ok())
      std::abort();
  }

  absl::StatusOr<std::unique_ptr<engine::Store>> Open() override {
    return OpenSqliteStore(path(), base::SystemClock(), false);
  }
  absl::StatusOr<std::unique_ptr<engine::Store>> OpenReadOnly() override {
    return OpenSqliteStore(path(), base::SystemClock(), true);
  }
  std::unique_ptr<Connection> Connect() override {
    auto connection = SqliteConnection::Open(path(), SqliteAccess::kReadWrite, base::SystemClock(),
                                             std::make_shared<WriterGate>());
    if (!connection.ok()) std::abort();
    return *std::move(connection);
  }
  std::string url() const override { return "sqlite:" + path(); }
  Dialect dialect() const override { return Dialect::kSqlite; }

 private:
  std::string path() const { return folder_.File("store.db"); }

  const base::testing::TempFolder folder_;
};

}  // namespace

std::unique_ptr<StoreUnderTest> StoreUnderTest::Make() {
  return std::make_unique<SqliteUnderTest>();
}

}  // namespace fairpoint::storage::testing
