// `fairpoint serve`: the whole server, from flags to the end.
#ifndef FAIRPOINT_SERVER_SERVE_H_
#define FAIRPOINT_SERVER_SERVE_H_

#include <string>

#include "server/flags.h"
#include "server/listener.h"

namespace fairpoint::server {

struct ServeOptions {
  StoreFlags store;
  ListenOptions listen{
      .address = kDefaultAddress, .tls_cert = {}, .tls_key = {}, .tls_client_ca = {}};
  std::string keyring;
  std::string metrics_listen;  // empty: none
  int workers = 0;             // 0: one on SQLite, which has one writer; two on a database server
  int read_threads = 2;
  size_t group_max = 400;
  size_t queue_max = 20'000;
  int sweep_seconds = 60;  // 0: never
  int start_timeout_seconds = 30;
  int stop_timeout_seconds = 20;
  std::string log_level = "info";
  std::string log_format = "auto";
};

// Until SIGTERM or SIGINT. 0: it stopped in order; 1: it could not start, or takes no connections
// any more, and the log says why and how to mend it.
int Serve(const ServeOptions& options);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_SERVE_H_
