#include "storage/sqlite/serving_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/testing/temp_folder.h"
#include "storage/sqlite/sqlite_error.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using testing::Refused;

constexpr auto kRefused = StatusCode::kFailedPrecondition;

class ServingLockTest : public ::testing::Test {
 protected:
  const base::testing::TempFolder temp_folder_;
  const std::string folder_ = temp_folder_.path();
  std::string path_ = temp_folder_.File("store.db");
};

TEST_F(ServingLockTest, OneServerAFile) {
  std::ofstream(path_) << "store";
  {
    auto first = ServingLock::Acquire(path_);
    ASSERT_OK(first.status());
    EXPECT_THAT(ServingLock::Acquire(path_).status(),
                Refused(kRefused, Text("is in use by process ", getpid())));
    // Under another name too.
    std::filesystem::create_symlink(path_, folder_ + "/alias.db");
    EXPECT_THAT(ServingLock::Acquire(folder_ + "/alias.db").status(),
                Refused(kRefused, "is in use by process"));
    ServingLock moved = *std::move(first);
    EXPECT_THAT(ServingLock::Acquire(path_).status(), Refused(kRefused, "is in use"));
  }
  EXPECT_OK(ServingLock::Acquire(path_).status());
}

TEST_F(ServingLockTest, AServerThatDiedHoldsNothing) {
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = ServingLock::Acquire(path_);
    kill(getpid(), SIGKILL);
    _exit(lock.ok() ? 0 : 1);
  }
  int state = 0;
  waitpid(child, &state, 0);
  ASSERT_TRUE(WIFSIGNALED(state));
  EXPECT_OK(ServingLock::Acquire(path_).status());
}

TEST(SqliteError, CodesOfThePort) {
  const std::pair<int, StatusCode> cases[] = {
      {SQLITE_OK, StatusCode::kOk},
      {SQLITE_ROW, StatusCode::kOk},
      {SQLITE_DONE, StatusCode::kOk},
      {SQLITE_BUSY, StatusCode::kAborted},
      {SQLITE_BUSY_SNAPSHOT, StatusCode::kAborted},
      {SQLITE_CONSTRAINT_PRIMARYKEY, StatusCode::kAlreadyExists},
      {SQLITE_CONSTRAINT_UNIQUE, StatusCode::kAlreadyExists},
      {SQLITE_CONSTRAINT_TRIGGER, kRefused},
      {SQLITE_CONSTRAINT_NOTNULL, StatusCode::kInternal},
      {SQLITE_FULL, StatusCode::kResourceExhausted},
      {SQLITE_READONLY_DBMOVED, kRefused},
      {SQLITE_CANTOPEN_ISDIR, kRefused},
      {SQLITE_NOTADB, kRefused},
      {SQLITE_CORRUPT_INDEX, StatusCode::kDataLoss},
      {SQLITE_IOERR_FSYNC, StatusCode::kUnavailable},
  };
  for (const auto& [code, expected] : cases)
    EXPECT_EQ(SqliteStatus(code, nullptr, "x.db").code(), expected) << code;
}

}  // namespace
}  // namespace fairpoint::storage
