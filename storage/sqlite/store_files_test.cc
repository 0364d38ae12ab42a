// What becomes of a store whose files are taken away while it is open.
#include "storage/sqlite/store_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/temp_folder.h"
#include "engine/store.h"
#include "storage/open.h"
#include "storage/sqlite/serving_lock.h"
#include "storage/sqlite/sqlite_connection.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using absl::StatusCode;
using testing::Refused;

constexpr auto kRefused = StatusCode::kFailedPrecondition;

class StoreFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MigrateStore(url(), {}).status());
    auto store = OpenStore(url(), {});
    ASSERT_OK(store.status());
    store_ = *std::move(store);
    auto session = store_->OpenWriteSession();
    ASSERT_OK(session.status());
    session_ = *std::move(session);
    ASSERT_OK(Commit("first"));
    ASSERT_OK(store_->Ping());
  }
  void TearDown() override {
    session_ = nullptr;
    store_ = nullptr;
  }

  std::string url() const { return "sqlite:" + path_; }
  absl::Status Write(const std::string& member) {
    engine::WriteSet changes;
    changes.new_members.push_back(testing::RowOf<ledger::Member>("sample", member));
    absl::Status status = session_->Begin();
    return status.ok() ? session_->Write(changes) : status;
  }
  absl::Status Commit(const std::string& member) {
    absl::Status status = Write(member);
    if (status.ok()) status = session_->Commit();
    session_->Rollback();
    return status;
  }
  // No way leads to a commit.
  void ExpectRefused(const char* words) {
    EXPECT_THAT(Commit("lost"), Refused(kRefused, words));
    EXPECT_THAT(store_->OpenWriteSession().status(), Refused(kRefused, words));
    EXPECT_THAT(store_->OpenReadSession().status(), Refused(kRefused, words));
    EXPECT_THAT(store_->Ping(), Refused(kRefused, words));
  }
  size_t CountMembers() {
    auto reader = store_->OpenReadSession();
    EXPECT_OK(reader.status());
    std::vector<ledger::Member> found;
    EXPECT_OK((*reader)->ScanMembers({}, 100, found));
    return found.size();
  }

  const base::testing::TempFolder temp_folder_;
  const std::string folder_ = temp_folder_.path();
  std::string path_ = temp_folder_.File("store.db");
  std::unique_ptr<engine::Store> store_;
  std::unique_ptr<engine::WriteSession> session_;
};

TEST_F(StoreFilesTest, MovedAwayAndPutBack) {
  std::filesystem::rename(path_, folder_ + "/elsewhere.db");
  ExpectRefused("was moved away or deleted");
  std::filesystem::rename(folder_ + "/elsewhere.db", path_);
  EXPECT_OK(store_->Ping());
  EXPECT_OK(Commit("second"));
  EXPECT_EQ(CountMembers(), 2U);
}

TEST_F(StoreFilesTest, DeletedInTheMiddleOfATransaction) {
  ASSERT_OK(Write("lost"));
  std::filesystem::remove(path_);
  EXPECT_THAT(session_->Commit(), Refused(kRefused, "was moved away or deleted"));
  session_->Rollback();
  ExpectRefused("was moved away or deleted");
}

TEST_F(StoreFilesTest, ReplacedByAnotherStore) {
  const std::string other = folder_ + "/other.db";
  ASSERT_OK(MigrateStore("sqlite:" + other, {}).status());
  std::filesystem::rename(other, path_);
  ExpectRefused("was replaced by another file");
}

TEST_F(StoreFilesTest, TheWalIsTheStoreToo) {
  std::filesystem::remove(path_ + "-wal");
  ExpectRefused("-wal was moved away or deleted");
}

TEST_F(StoreFilesTest, Truncated) {
  const auto bytes = std::filesystem::file_size(path_);
  for (const uintmax_t left : {bytes / 2 / 4096 * 4096, uintmax_t{0}}) {
    std::filesystem::resize_file(path_, left);
    EXPECT_THAT(Commit("lost"), Refused(kRefused, "was truncated"));
    EXPECT_THAT(store_->Ping(), Refused(kRefused, "was truncated"));
  }
}

TEST_F(StoreFilesTest, AVacuumMayMakeItShorter) {
  auto connection =
      SqliteConnection::Open(path_, SqliteAccess::kReadWrite, base::SystemClock(), nullptr);
  ASSERT_OK(connection.status());
  ASSERT_OK((*connection)->Execute("CREATE TABLE big (x BLOB)"));
  ASSERT_OK((*connection)->Execute("INSERT INTO big VALUES (zeroblob(1000000))"));
  ASSERT_OK((*connection)->Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  ASSERT_OK(store_->Ping());
  const auto bytes = std::filesystem::file_size(path_);
  ASSERT_OK((*connection)->Execute("DROP TABLE big"));
  ASSERT_OK((*connection)->Execute("VACUUM"));
  ASSERT_OK((*connection)->Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  ASSERT_LT(std::filesystem::file_size(path_), bytes);
  EXPECT_OK(store_->Ping());
  EXPECT_OK(Commit("second"));
}

TEST_F(StoreFilesTest, ALinkIsFollowedAlsoToWhereNothingIs) {
  const std::string link = folder_ + "/link.db";
  std::filesystem::create_symlink("store.db", link);
  EXPECT_EQ(Resolved(link), Resolved(path_));
  EXPECT_EQ(Resolved(path_), std::filesystem::canonical(folder_).string() + "/store.db");
  std::filesystem::rename(path_, folder_ + "/elsewhere.db");
  EXPECT_EQ(Resolved(link), Resolved(path_));
  EXPECT_THAT(LockForServing("sqlite:" + link).status(),
              Refused(kRefused, "is what a store left there"));
}

TEST_F(StoreFilesTest, NoNewStoreBesideWhatAnotherLeft) {
  ASSERT_GT(std::filesystem::file_size(path_ + "-wal"), 0U);
  const std::string away = folder_ + "/elsewhere.db";
  std::filesystem::rename(path_, away);
  EXPECT_THAT(LockForServing(url()).status(), Refused(kRefused, "is what a store left there"));
  EXPECT_FALSE(std::filesystem::exists(path_ + ".lock"));
  std::filesystem::rename(away, path_);
  EXPECT_OK(LockForServing(url()).status());
}

TEST_F(StoreFilesTest, ALockThatWasTakenAwayIsNoticed) {
  const auto hold = LockForServing(url());
  ASSERT_OK(hold.status());
  EXPECT_OK((*hold)->Check());
  std::filesystem::remove(path_ + ".lock");
  EXPECT_THAT((*hold)->Check(), Refused(kRefused, "another server could begin"));
  const auto second = LockForServing(url());
  EXPECT_OK(second.status());
  EXPECT_OK((*second)->Check());
  EXPECT_THAT((*hold)->Check(), Refused(kRefused, "replaced by another file"));
}

}  // namespace
}  // namespace fairpoint::storage
