// The port's store over any driver: a driver says how to connect and what it inspects.
#ifndef FAIRPOINT_STORAGE_SQL_STORE_H_
#define FAIRPOINT_STORAGE_SQL_STORE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

enum class Purpose : uint8_t { kWrite, kRead };

class SqlStore : public engine::Store {
 public:
  absl::StatusOr<std::unique_ptr<engine::WriteSession>> OpenWriteSession() override;
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> OpenReadSession() override;
  absl::StatusOr<int64_t> LeaseLane(const std::string& owner, int64_t lease_seconds) override;
  absl::Status Ping() override;
  absl::Status InsertApiKey(const engine::ApiKey& key) override;
  absl::StatusOr<std::vector<engine::ApiKey>> LoadApiKeys() override;
  absl::Status RevokeApiKey(const std::string& key_id) override;
  absl::StatusOr<std::string> SetMetaOnce(const std::string& name,
                                          const std::string& value) override;
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta() override;

 protected:
  // Thread-safe.
  virtual absl::StatusOr<std::unique_ptr<Connection>> Connect(Purpose purpose) = 0;
  // For a driver that wants to be the last to close.
  void CloseKeptConnections();

 private:
  struct Kept {
    absl::Mutex mutex;
    std::unique_ptr<Connection> connection ABSL_GUARDED_BY(mutex);
  };
  // Calls `use` with a connection that is kept. Closed after any error, and made anew once if it
  // had gone.
  absl::Status With(Kept& kept, const std::function<absl::Status(Connection&)>& use);

  Kept reads_;  // small ones
  Kept pings_;  // of its own: a read that waits for a lock is no outage
};

// Tries to change and to delete a row of every append-only table, in a transaction that is rolled
// back, and reports each table that allows it. Needs a connection that writes.
absl::Status ProbeAppendOnly(Connection& connection, std::vector<engine::Finding>& findings);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQL_STORE_H_
