// A whole server in this process, on a SQLite store of its own, for tests that call it over gRPC.
#ifndef FAIRPOINT_SERVER_TESTING_SMALL_SERVER_H_
#define FAIRPOINT_SERVER_TESTING_SMALL_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "api/door.h"
#include "base/testing/temp_folder.h"
#include "engine/engine.h"
#include "engine/read_pool.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "server/ticker.h"

namespace fairpoint::server {

using base::testing::TempFolder;

class SmallServer {
 public:
  // Plaintext on a free port of 127.0.0.1 unless `listen` says otherwise (its address is set here).
  explicit SmallServer(ListenOptions listen = {});
  ~SmallServer();

  // Makes a key of the role and returns its text; a till's store is "sh-001".
  std::string MakeKey(const std::string& role);
  engine::Store& store() { return *store_; }
  engine::Engine& engine() { return *engine_; }
  engine::ReadPool& reads() { return *reads_; }
  int port() const { return listener_->port(); }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  struct Answer {
    grpc::Status status;
    std::string reason;  // in the refusal's details
    std::string bytes;
  };
  // Sends bytes to "PointsService/EarnPoints" with that key (empty: none).
  Answer Call(const std::string& method, const std::string& key, const std::string& bytes) const;

 private:
  TempFolder folder_;
  std::unique_ptr<engine::Store> store_;
  base::Keyring keyring_;
  Metrics metrics_;
  engine::ProgramCache programs_;
  engine::PriceCatalog prices_;
  engine::PriceClock clock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::ReadPool> reads_;
  api::KeyBook keys_;
  api::Door door_;
  std::unique_ptr<Ticker> key_watch_;
  std::unique_ptr<Listener> listener_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_TESTING_SMALL_SERVER_H_
