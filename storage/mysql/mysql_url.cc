#include "storage/mysql/mysql_url.h"

#include <charconv>

#include "storage/text.h"

namespace fairpoint::storage {
namespace {

constexpr std::string_view kScheme = "mysql://";

absl::Status Malformed(std::string_view why) {
  return absl::InvalidArgumentError(Text(
      "the store's URL ", why,
      "; expected mysql://USER@HOST:PORT/DATABASE or mysql://USER@localhost/DATABASE?socket=PATH"));
}

}  // namespace

absl::StatusOr<MysqlAddress> ParseMysqlUrl(std::string_view url) {
  if (!url.starts_with(kScheme)) return Malformed("does not begin with mysql://");
  std::string_view rest = url.substr(kScheme.size());
  MysqlAddress address;

  const size_t at = rest.find('@');
  if (at == std::string_view::npos || at == 0) return Malformed("names no user");
  const std::string_view user = rest.substr(0, at);
  if (user.find(':') != std::string_view::npos) {
    return Malformed("holds a password: give it in a file or the environment instead");
  }
  address.user = user;
  rest.remove_prefix(at + 1);

  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return Malformed("names no database");
  std::string_view authority = rest.substr(0, slash);
  std::string_view database = rest.substr(slash + 1);

  if (const size_t query = database.find('?'); query != std::string_view::npos) {
    constexpr std::string_view kSocket = "socket=";
    const std::string_view option = database.substr(query + 1);
    if (!option.starts_with(kSocket) || option.size() == kSocket.size() ||
        option.find('&') != std::string_view::npos) {
      return Malformed("has an option other than socket=PATH");
    }
    address.socket = option.substr(kSocket.size());
    database = database.substr(0, query);
  }
  if (database.empty() || database.find('/') != std::string_view::npos)
    return Malformed("names no database");
  address.database = database;

  // The colon of the port comes after the bracket of an IPv6 address.
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
      return Malformed("has a port that is none");
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  if (authority.empty()) return Malformed("names no host");
  address.host = authority;
  return address;
}

std::string ToString(const MysqlAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  std::string out =
      Text(kScheme, address.user, "@", is_ipv6 ? "[" : "", address.host, is_ipv6 ? "]" : "");
  if (address.socket.empty()) out.append(Text(":", address.port));
  out.append(Text("/", address.database));
  if (!address.socket.empty()) out.append(Text("?socket=", address.socket));
  return out;
}

}  // namespace fairpoint::storage
