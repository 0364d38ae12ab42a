#include "server/address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace fairpoint::server {
namespace {

constexpr int kPortMax = 65'535;

bool IsUnixSocket(const std::string& address) { return address.rfind("unix:", 0) == 0; }

// Both are only good for an address that CheckAddress let pass.
std::string PortOf(const std::string& address) { return address.substr(address.rfind(':') + 1); }
std::string HostOf(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  return host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

bool CanBind(const addrinfo& info) {
  const int descriptor = socket(info.ai_family, info.ai_socktype | SOCK_CLOEXEC, info.ai_protocol);
  if (descriptor < 0) return true;
  const int on = 1;
  // Connections of a server that ended a moment ago are not in the way.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool taken = bind(descriptor, info.ai_addr, info.ai_addrlen) != 0 && errno == EADDRINUSE;
  close(descriptor);
  return !taken;
}

}  // namespace

std::vector<SocketAddress> SocketAddresses(const std::string& address, int port) {
  std::vector<SocketAddress> addresses;
  if (IsUnixSocket(address)) {
    std::string path = address.substr(sizeof("unix:") - 1);
    if (path.rfind("//", 0) == 0) path.erase(0, 2);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (path.size() >= sizeof(at.sun_path)) return addresses;
    std::ranges::copy(path, at.sun_path);
    std::memcpy(&addresses.emplace_back().bytes, &at, sizeof(at));
    addresses.back().size = sizeof(at);
    return addresses;
  }
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(HostOf(address).c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    return addresses;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, &freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::memcpy(&addresses.emplace_back().bytes, one->ai_addr, one->ai_addrlen);
    addresses.back().size = one->ai_addrlen;
  }
  return addresses;
}

absl::Status CheckAddress(const std::string& flag, const std::string& address) {
  if (IsUnixSocket(address)) return absl::OkStatus();
  const auto wrong = [&](const char* why) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", flag, " ", address, "` ", why, ": give HOST:PORT"));
  };
  const size_t colon = address.rfind(':');
  const size_t bracket = address.rfind(']');
  if (colon == std::string::npos || (bracket != std::string::npos && bracket > colon)) {
    return wrong("names no port");
  }
  const std::string host = address.substr(0, colon);
  if (host.empty()) return wrong("names no host");
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!bracketed && host.find(':') != std::string::npos) {
    return wrong("is no address, or an IPv6 address without its brackets and its port");
  }
  const std::string port = address.substr(colon + 1);
  int number = 0;
  const bool digits = !port.empty() && std::ranges::all_of(port, &absl::ascii_isdigit);
  if (!digits) return wrong("names no port");
  if (!absl::SimpleAtoi(port, &number) || number > kPortMax) {
    return wrong("names a port that is not from 0 to 65535");
  }
  return absl::OkStatus();
}

absl::Status CheckIsFree(const std::string& address, const std::string& what_to_give) {
  if (IsUnixSocket(address)) return absl::OkStatus();
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(HostOf(address).c_str(), PortOf(address).c_str(), &hints, &found) != 0) {
    return absl::OkStatus();
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, &freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (CanBind(*one)) continue;
    return absl::UnavailableError(absl::StrCat(
        address, " is in use by another process: stop it or give another ", what_to_give));
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::server
