#include "storage/mysql/testing/mysql_test_server.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

std::string NextName() {
  static int count = 0;
  return Text("fairpoint_", getpid(), "_", ++count);
}

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::abort();
}

}  // namespace

MysqlOptions TestServerOptions() {
  const char* const url = std::getenv("FAIRPOINT_TEST_MYSQL");
  const char* const password = std::getenv("FAIRPOINT_MYSQL_PASSWORD");
  if (url == nullptr || password == nullptr) {
    std::fprintf(stderr,
                 "FAIRPOINT_TEST_MYSQL is not set: run this test through ctest, or as\n"
                 "  tests/mariadb/with_mariadb.py -- PROGRAM\n");
    std::abort();
  }
  auto address = ParseMysqlUrl(url);
  DieUnlessOk(address.status());
  MysqlOptions options;
  options.address = *address;
  options.password = password;
  return options;
}

void Administer(std::string_view sql) {
  auto connection = MysqlConnection::Open(TestServerOptions(), Purpose::kRead);
  DieUnlessOk(connection.status());
  DieUnlessOk((*connection)->Execute(sql));
}

ScratchDatabase::ScratchDatabase() : options_(TestServerOptions()) {
  options_.address.database = NextName();
  Administer(Text("CREATE DATABASE ", options_.address.database));
}

ScratchDatabase::~ScratchDatabase() {
  Administer(Text("DROP DATABASE ", options_.address.database));
}

}  // namespace fairpoint::storage::testing
