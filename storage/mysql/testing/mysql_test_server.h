// The private MariaDB that tests/mariadb/with_mariadb.py starts and names in the environment.
#ifndef FAIRPOINT_STORAGE_MYSQL_TESTING_MYSQL_TEST_SERVER_H_
#define FAIRPOINT_STORAGE_MYSQL_TESTING_MYSQL_TEST_SERVER_H_

#include <string>
#include <string_view>

#include "storage/mysql/mysql_connection.h"

namespace fairpoint::storage::testing {

// The user with all rights. Aborts, saying what to do, when there is no such server: a test that
// cannot run must not pass.
MysqlOptions TestServerOptions();

// A database of its own, dropped with it.
class ScratchDatabase {
 public:
  ScratchDatabase();
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  const MysqlOptions& options() const { return options_; }

 private:
  MysqlOptions options_;
};

// As the administrator; aborts if it fails.
void Administer(std::string_view sql);

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_MYSQL_TESTING_MYSQL_TEST_SERVER_H_
