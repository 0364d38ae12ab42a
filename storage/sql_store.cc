#include "storage/sql_store.h"

#include <functional>
#include <optional>
#include <span>

#include "storage/changes.h"
#include "storage/lanes.h"
#include "storage/rows.h"
#include "storage/sessions.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

template <class Row>
absl::Status InsertOne(Connection& connection, const Row& row,
                       const std::function<absl::Status()>& check = nullptr) {
  if (absl::Status status = connection.BeginWrite(); !status.ok()) return status;
  absl::Status status = check ? check() : absl::OkStatus();
  if (status.ok())
    status = WriteRows(connection, std::span<const Row>(&row, 1), WriteMode::kInsert);
  if (status.ok()) status = connection.Commit();
  if (!status.ok()) connection.Rollback();
  return status;
}

template <class Row>
absl::StatusOr<std::optional<Row>> FindOne(Connection& connection, std::string_view key) {
  const TableInfo& table = InfoOf<Row>();
  auto statement = connection.Prepare(Text("SELECT ", ColumnNames(table), " FROM ", table.name,
                                           " WHERE ", table.columns.front().name, " = ?"));
  if (!statement.ok()) return statement.status();
  Binder(**statement).Bytes(key);
  std::vector<Row> found;
  if (absl::Status status = ReadRows(**statement, found); !status.ok()) return status;
  return found.empty() ? std::nullopt : std::optional<Row>(std::move(found.front()));
}

// Until this connection goes nobody else registers a certificate: a plain read does not see what
// another transaction is about to insert. Waits for less than the connection waits for answers. On
// SQLite there is one writer anyway.
absl::Status LockCertificates(Connection& connection) {
  if (connection.dialect() == Dialect::kSqlite) return absl::OkStatus();
  auto statement = connection.Prepare(
      "SELECT GET_LOCK(CONCAT('fairpoint certificate ', LEFT(DATABASE(), 40)), 5)");
  if (!statement.ok()) return statement.status();
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  bool has_row = false;
  if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
  const bool locked = has_row && !(*statement)->IsNull(0) && (*statement)->Number(0) == 1;
  (*statement)->Finish();
  if (locked) return absl::OkStatus();
  return absl::AbortedError("another certificate is being registered for too long; try again");
}

// FAILED_PRECONDITION if a key that is not revoked has this certificate: a caller would be two.
absl::Status CheckCertificateIsFree(Connection& connection, const std::string& sha256) {
  const TableInfo& table = InfoOf<engine::ApiKey>();
  auto statement = connection.Prepare(
      Text("SELECT ", ColumnNames(table), " FROM ", table.name,
           " WHERE secret_sha256 = ? AND is_certificate = 1 AND revoked_at IS NULL"));
  if (!statement.ok()) return statement.status();
  Binder(**statement).Bytes(sha256);
  std::vector<engine::ApiKey> found;
  if (absl::Status status = ReadRows(**statement, found); !status.ok()) return status;
  if (found.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(Text("the certificate is already registered as ",
                                            found.front().key_id, ", role ", found.front().role,
                                            ": revoke it first"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<engine::WriteSession>> SqlStore::OpenWriteSession() {
  auto connection = Connect(Purpose::kWrite);
  if (!connection.ok()) return connection.status();
  return MakeWriteSession(*std::move(connection));
}

absl::StatusOr<std::unique_ptr<engine::ReadSession>> SqlStore::OpenReadSession() {
  auto connection = Connect(Purpose::kRead);
  if (!connection.ok()) return connection.status();
  return MakeReadSession(*std::move(connection));
}

absl::StatusOr<int64_t> SqlStore::LeaseLane(const std::string& owner, int64_t lease_seconds) {
  auto connection = Connect(Purpose::kWrite);
  if (!connection.ok()) return connection.status();
  return storage::LeaseLane(**connection, owner, lease_seconds);
}

absl::Status SqlStore::With(Kept& kept, const std::function<absl::Status(Connection&)>& use) {
  absl::MutexLock lock(&kept.mutex);
  const bool is_old = kept.connection != nullptr;
  absl::Status status;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (kept.connection == nullptr) {
      auto connection = Connect(Purpose::kRead);
      if (!connection.ok()) return connection.status();
      kept.connection = *std::move(connection);
    }
    status = use(*kept.connection);
    if (!status.ok()) kept.connection = nullptr;
    // An old connection that is gone says nothing about the database.
    if (!is_old || !absl::IsUnavailable(status)) break;
  }
  return status;
}

void SqlStore::CloseKeptConnections() {
  for (Kept* const kept : {&reads_, &pings_}) {
    absl::MutexLock lock(&kept->mutex);
    kept->connection = nullptr;
  }
}

absl::Status SqlStore::Ping() {
  return With(pings_, [](Connection& connection) {
    auto statement = connection.Prepare("SELECT version FROM schema_migration WHERE version = 1");
    if (!statement.ok()) return statement.status();
    if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
    bool has_row = false;
    absl::Status status = (*statement)->Next(has_row);
    (*statement)->Finish();
    return status;
  });
}

absl::StatusOr<std::vector<engine::ApiKey>> SqlStore::LoadApiKeys() {
  std::vector<engine::ApiKey> keys;
  absl::Status status = With(reads_, [&keys](Connection& connection) {
    const TableInfo& table = InfoOf<engine::ApiKey>();
    auto statement = connection.Prepare(
        Text("SELECT ", ColumnNames(table), " FROM ", table.name, " ORDER BY key_id"));
    return statement.ok() ? ReadRows(**statement, keys) : statement.status();
  });
  if (!status.ok()) return status;
  return keys;
}

absl::Status SqlStore::InsertApiKey(const engine::ApiKey& key) {
  auto connection = Connect(Purpose::kWrite);
  if (!connection.ok()) return connection.status();
  if (!key.is_certificate) return InsertOne(**connection, key);
  return InsertOne(**connection, key, [&connection, &key] {
    absl::Status status = LockCertificates(**connection);
    return status.ok() ? CheckCertificateIsFree(**connection, key.secret_sha256) : status;
  });
}

absl::Status SqlStore::RevokeApiKey(const std::string& key_id) {
  auto connected = Connect(Purpose::kWrite);
  if (!connected.ok()) return connected.status();
  Connection& connection = **connected;
  if (absl::Status status = connection.BeginWrite(); !status.ok()) return status;
  auto key = FindOne<engine::ApiKey>(connection, key_id);
  if (!key.ok()) return key.status();
  if (!key->has_value()) return absl::NotFoundError(Text("no API key ", key_id));
  auto now = connection.Now();
  if (!now.ok()) return now.status();
  // Not as a whole row: a revocation that came in between must stand.
  auto statement = connection.Prepare(
      "UPDATE api_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL");
  if (!statement.ok()) return statement.status();
  Binder binder(**statement);
  binder.Number(now->micros);
  binder.Bytes(key_id);
  if (absl::Status status = (*statement)->Execute(); !status.ok()) return status;
  return connection.Commit();
}

absl::StatusOr<std::string> SqlStore::SetMetaOnce(const std::string& name,
                                                  const std::string& value) {
  auto connection = Connect(Purpose::kWrite);
  if (!connection.ok()) return connection.status();
  absl::Status inserted = InsertOne(**connection, MetaRow{name, value});
  if (inserted.ok()) return value;
  // UNKNOWN: what stands tells whether it was committed.
  if (!absl::IsAlreadyExists(inserted) && inserted.code() != absl::StatusCode::kUnknown)
    return inserted;
  auto stands = FindOne<MetaRow>(**connection, name);
  if (!stands.ok()) return stands.status();
  if (!stands->has_value()) return absl::AbortedError(Text("store_meta ", name, " came and went"));
  return (*stands)->value;
}

absl::StatusOr<std::map<std::string, std::string>> SqlStore::LoadMeta() {
  std::vector<MetaRow> rows;
  absl::Status status = With(reads_, [&rows](Connection& connection) {
    const TableInfo& table = InfoOf<MetaRow>();
    auto statement = connection.Prepare(Text("SELECT ", ColumnNames(table), " FROM ", table.name));
    return statement.ok() ? ReadRows(**statement, rows) : statement.status();
  });
  if (!status.ok()) return status;
  std::map<std::string, std::string> meta;
  for (MetaRow& row : rows) meta.emplace(std::move(row.name), std::move(row.value));
  return meta;
}

}  // namespace fairpoint::storage
