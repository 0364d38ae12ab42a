// HOST:PORT, as flags give it.
#ifndef FAIRPOINT_SERVER_ADDRESS_H_
#define FAIRPOINT_SERVER_ADDRESS_H_

#include <sys/socket.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace fairpoint::server {

// INVALID_ARGUMENT, naming the flag, for what is not HOST:PORT, [IPv6]:PORT or unix:PATH. gRPC
// would take port 443 where none is named, and any for one that is too large.
absl::Status CheckAddress(const std::string& flag, const std::string& address);

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};
// Where one who calls a listener at `address` (that CheckAddress let pass), which got `port`, may
// find it.
std::vector<SocketAddress> SocketAddresses(const std::string& address, int port);

// UNAVAILABLE, saying what to do, where another process listens there already. An address that
// cannot be looked up is left to those who listen on it.
absl::Status CheckIsFree(const std::string& address, const std::string& what_to_give);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_ADDRESS_H_
