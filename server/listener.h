// The gRPC server: where it listens, with which credentials, and its health.
#ifndef FAIRPOINT_SERVER_LISTENER_H_
#define FAIRPOINT_SERVER_LISTENER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "api/door.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace fairpoint::server {

struct ListenOptions {
  std::string address;   // HOST:PORT; port 0: any free one
  std::string tls_cert;  // PEM files; both or neither
  std::string tls_key;
  std::string
      tls_client_ca;  // client certificates are asked for, not required, and verified with this
  bool allow_plaintext = false;
};

// INVALID_ARGUMENT for an address that the network reaches without TLS (unless allowed), and for
// half a TLS configuration.
absl::Status CheckListenOptions(const ListenOptions& options);

// Serves until it goes. Thread-safe.
class Listener {
 public:
  // `door` must outlive it. UNAVAILABLE when the address is taken.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const ListenOptions& options,
                                                         api::Door& door);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int port() const { return port_; }
  // What the standard health service answers. SERVING at first. Not after Stop.
  void SetServing(bool serving);
  // Health says NOT_SERVING, no new calls are taken, those begun are finished; after `patience`
  // they are cancelled. The engine and the read pool must still work.
  void Stop(absl::Duration patience);

 private:
  Listener() = default;

  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_LISTENER_H_
