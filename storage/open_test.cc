#include "storage/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/mysql/mysql_url.h"

namespace fairpoint::storage {
namespace {

using ::testing::HasSubstr;

TEST(StoreUrl, WhatIsNone) {
  for (const char* url :
       {"", "sqlite", "sqlite:", "store.db", "postgres://a@b/c", "MYSQL://a@b/c"}) {
    const absl::Status status = CheckStoreUrl(url);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(status.message()), HasSubstr("expected")) << url;
    EXPECT_EQ(OpenStore(url, {}).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(MigrateStore(url, {}).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(LockForServing(url).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE(CheckStoreUrl("sqlite:var/store.db").ok());
  EXPECT_TRUE(CheckStoreUrl("mysql://fairpoint@db/ledger").ok());
}

MysqlAddress Address(std::string user, std::string host, uint16_t port, std::string database,
                     std::string socket = "") {
  return {std::move(user), std::move(host), port, std::move(database), std::move(socket)};
}

TEST(MysqlUrl, Parsed) {
  const std::pair<const char*, MysqlAddress> cases[] = {
      {"mysql://u@db.example:3307/ledger", Address("u", "db.example", 3307, "ledger")},
      {"mysql://u@db:3306/ledger", Address("u", "db", 3306, "ledger")},
      {"mysql://u@[::1]:3310/l", Address("u", "::1", 3310, "l")},
      {"mysql://u@localhost/l?socket=/run/mysqld/mysqld.sock",
       Address("u", "localhost", 3306, "l", "/run/mysqld/mysqld.sock")},
  };
  for (const auto& [url, expected] : cases) {
    auto parsed = ParseMysqlUrl(url);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, expected) << url;
    EXPECT_EQ(ToString(*parsed), url);
  }
  EXPECT_EQ(ParseMysqlUrl("mysql://u@[fe80::2]/l")->host, "fe80::2");
  EXPECT_EQ(ParseMysqlUrl("mysql://u@db/l")->port, 3306);
}

TEST(MysqlUrl, Refused) {
  const std::pair<const char*, const char*> cases[] = {
      {"mysql:u@db/l", "does not begin with mysql://"},
      {"mysql://db/l", "names no user"},
      {"mysql://@db/l", "names no user"},
      {"mysql://u:secret@db/l", "holds a password"},
      {"mysql://u@db", "names no database"},
      {"mysql://u@db/", "names no database"},
      {"mysql://u@db/l/m", "names no database"},
      {"mysql://u@/l", "names no host"},
      {"mysql://u@db:/l", "has a port that is none"},
      {"mysql://u@db:0/l", "has a port that is none"},
      {"mysql://u@db:70000/l", "has a port that is none"},
      {"mysql://u@db:33x/l", "has a port that is none"},
      {"mysql://u@db/l?tls=1", "has an option other than socket=PATH"},
      {"mysql://u@db/l?socket=", "has an option other than socket=PATH"},
  };
  for (const auto& [url, why] : cases) {
    const absl::Status status = ParseMysqlUrl(url).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why)) << url;
    EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("secret"))) << url;
  }
}

}  // namespace
}  // namespace fairpoint::storage
