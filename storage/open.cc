#include "storage/open.h"

#include <utility>

#include "storage/mysql/mysql_store.h"
#include "storage/mysql/mysql_url.h"
#include "storage/sqlite/serving_lock.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";
constexpr std::string_view kMysqlScheme = "mysql:";

class NothingHeld final : public ServingHold {
 public:
  absl::Status Check() const override { return absl::OkStatus(); }
};

class SqliteHold final : public ServingHold {
 public:
  explicit SqliteHold(ServingLock lock) : lock_(std::move(lock)) {}
  absl::Status Check() const override { return lock_.Check(); }

 private:
  ServingLock lock_;
};

std::string SqlitePath(std::string_view url) {
  return std::string(url.substr(kSqliteScheme.size()));
}

absl::StatusOr<MysqlOptions> MysqlOptionsOf(std::string_view url, const StoreOptions& options) {
  auto address = ParseMysqlUrl(url);
  if (!address.ok()) return address.status();
  MysqlOptions mysql;
  mysql.address = *std::move(address);
  mysql.password = options.password;
  mysql.tls = options.tls;
  mysql.tls_ca = options.tls_ca;
  mysql.tls_cert = options.tls_cert;
  mysql.tls_key = options.tls_key;
  return mysql;
}

}  // namespace

bool IsSqliteUrl(std::string_view url) { return url.starts_with(kSqliteScheme); }

absl::Status CheckStoreUrl(std::string_view url) {
  if (IsSqliteUrl(url) && url.size() > kSqliteScheme.size()) return absl::OkStatus();
  if (url.starts_with(kMysqlScheme)) return ParseMysqlUrl(url).status();
  return absl::InvalidArgumentError(Text(
      "\"", url, "\" names no store; expected sqlite:PATH or mysql://USER@HOST:PORT/DATABASE"));
}

absl::StatusOr<std::unique_ptr<engine::Store>> OpenStore(std::string_view url,
                                                         const StoreOptions& options) {
  if (absl::Status status = CheckStoreUrl(url); !status.ok()) return status;
  if (IsSqliteUrl(url)) return OpenSqliteStore(SqlitePath(url), *options.clock, options.read_only);
  auto mysql = MysqlOptionsOf(url, options);
  if (!mysql.ok()) return mysql.status();
  return OpenMysqlStore(*mysql, options.read_only);
}

absl::StatusOr<MigrationReport> MigrateStore(std::string_view url, const StoreOptions& options) {
  if (absl::Status status = CheckStoreUrl(url); !status.ok()) return status;
  if (IsSqliteUrl(url))
    return MigrateSqlite(SqlitePath(url), *options.clock, MigrationsOf(Dialect::kSqlite),
                         options.missing_triggers);
  auto mysql = MysqlOptionsOf(url, options);
  if (!mysql.ok()) return mysql.status();
  return MigrateMysql(*mysql, MigrationsOf(Dialect::kMysql), options.missing_triggers);
}

absl::StatusOr<std::unique_ptr<ServingHold>> LockForServing(std::string_view url) {
  if (absl::Status status = CheckStoreUrl(url); !status.ok()) return status;
  if (!IsSqliteUrl(url)) return std::make_unique<NothingHeld>();
  // Nothing is left beside a file that is no store.
  const std::string path = SqlitePath(url);
  if (absl::Status status = CheckSqliteFile(path, base::SystemClock()); !status.ok()) return status;
  auto lock = ServingLock::Acquire(path);
  if (!lock.ok()) return lock.status();
  return std::make_unique<SqliteHold>(*std::move(lock));
}

}  // namespace fairpoint::storage
