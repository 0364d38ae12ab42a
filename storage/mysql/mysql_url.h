// Where a MySQL or MariaDB store is.
#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_URL_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_URL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace fairpoint::storage {

struct MysqlAddress {
  std::string user;
  std::string host;
  uint16_t port = 3306;
  std::string database;
  std::string socket;  // a path; empty: TCP

  friend bool operator==(const MysqlAddress&, const MysqlAddress&) = default;
};

// "mysql://USER@HOST[:PORT]/DATABASE" or "mysql://USER@localhost/DATABASE?socket=PATH"; HOST may be
// an IPv6 address in brackets. A password in it is refused: others see command lines.
// INVALID_ARGUMENT says what is expected.
absl::StatusOr<MysqlAddress> ParseMysqlUrl(std::string_view url);

// As it is shown in messages.
std::string ToString(const MysqlAddress& address);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_URL_H_
