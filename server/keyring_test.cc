// Keyrings and keys: what is made, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/testing/fake_store.h"
#include "server/files.h"
#include "server/keyring_file.h"
#include "server/keys.h"
#include "server/store_access.h"
#include "server/testing/small_server.h"
#include "storage/open.h"

namespace fairpoint::server {
namespace {

using testing::HasSubstr;

TEST(KeyringText, IsReadBack) {
  const auto secrets = ParseKeyring(NewKeyringText());
  ASSERT_TRUE(secrets.ok()) << secrets.status();
  EXPECT_EQ(secrets->size(), 1U);
  EXPECT_EQ(secrets->at(1).size(), base::kSecretBytes);
  EXPECT_NE(NewKeyringText(), NewKeyringText());
}

TEST(KeyringText, WrongLinesAreNamedWithoutBeingShown) {
  const std::string good = "1 " + std::string(64, 'a') + "\n";
  EXPECT_TRUE(ParseKeyring(good + "# x\n\n 2 " + std::string(64, 'B') + " \n").ok());
  for (const std::string& wrong :
       {std::string(), good + good, good + "2 abc", good + "0 " + std::string(64, 'a'),
        good + "2 " + std::string(64, 'g'), good + "two " + std::string(64, 'a')}) {
    const auto secrets = ParseKeyring(wrong);
    EXPECT_TRUE(absl::IsInvalidArgument(secrets.status())) << wrong;
    EXPECT_EQ(std::string(secrets.status().message()).find("aaaa"), std::string::npos);
  }
}

class OpenKeyringTest : public testing::Test {
 protected:
  void SetUp() override {
    url_ = "sqlite:" + folder_.File("fairpoint.db");
    ASSERT_TRUE(storage::MigrateStore(url_, {}).ok());
    store_ = *storage::OpenStore(url_, {});
  }
  TempFolder folder_;
  std::string url_;
  std::unique_ptr<engine::Store> store_;
};

TEST_F(OpenKeyringTest, IsMadeOnceBesideANewStore) {
  const auto first = OpenKeyring(*store_, url_, "");
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = OpenKeyring(*store_, url_, "");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->Fingerprints(), second->Fingerprints());
}

TEST_F(OpenKeyringTest, ALostOneIsNotMadeAnew) {
  ASSERT_TRUE(OpenKeyring(*store_, url_, "").ok());
  const std::string path = folder_.File("fairpoint.db.keyring");
  ASSERT_EQ(std::filesystem::remove(path), true);
  const auto lost = OpenKeyring(*store_, url_, "");
  EXPECT_TRUE(absl::IsFailedPrecondition(lost.status()));
  EXPECT_THAT(std::string(lost.status().message()), HasSubstr("restore it"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(OpenKeyringTest, AnotherOneIsRefused) {
  ASSERT_TRUE(OpenKeyring(*store_, url_, "").ok());
  const std::string other = folder_.File("other");
  ASSERT_TRUE(WriteNewSecretFile(other, NewKeyringText()).ok());
  const auto wrong = OpenKeyring(*store_, url_, other);
  EXPECT_TRUE(absl::IsFailedPrecondition(wrong.status()));
  EXPECT_TRUE(std::filesystem::exists(other));
  EXPECT_TRUE(absl::IsNotFound(OpenKeyring(*store_, url_, folder_.File("none")).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenKeyring(*store_, "mysql://u@h:1/d", "").status()));
}

TEST_F(OpenKeyringTest, EveryVersionEverUsedIsAsked) {
  const std::string one = "1 " + std::string(64, 'a') + "\n";
  const auto open = [&](const std::string& text) {
    const std::string path = folder_.File("keyring");
    std::filesystem::remove(path);
    EXPECT_TRUE(WriteNewSecretFile(path, text).ok());
    return OpenKeyring(*store_, url_, path).status();
  };
  const std::string two = one + "2 " + std::string(64, 'b') + "\n";
  EXPECT_TRUE(open(one).ok());
  EXPECT_TRUE(open(two).ok());
  const absl::Status lacks = open(one);
  EXPECT_TRUE(absl::IsFailedPrecondition(lacks));
  EXPECT_THAT(std::string(lacks.message()), HasSubstr("lacks the secret of version 2"));
  const absl::Status other = open(one + "2 " + std::string(64, 'c') + "\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(other));
  EXPECT_THAT(std::string(other.message()), HasSubstr("another secret of version 2"));
  EXPECT_TRUE(open(two).ok());
  EXPECT_TRUE(open(two + "7 " + std::string(64, 'c') + "\n").ok());
}

TEST_F(OpenKeyringTest, AStoreWithMembersThatLostTheNoteOfItsKeyringTakesNoNewOne) {
  engine::WriteSet changes;
  changes.new_members.emplace_back();
  changes.new_members.back().program_id = base::ProgramId("p");
  changes.new_members.back().member_id = base::MemberId("m");
  auto session = *store_->OpenWriteSession();
  ASSERT_TRUE(session->Begin().ok());
  ASSERT_TRUE(session->Write(changes).ok());
  ASSERT_TRUE(session->Commit().ok());
  const std::string other = folder_.File("other");
  ASSERT_TRUE(WriteNewSecretFile(other, NewKeyringText()).ok());
  for (const std::string& path : {std::string(), other}) {
    const auto refused = OpenKeyring(*store_, url_, path);
    EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()),
                HasSubstr("the note of its keyring is lost"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.File("fairpoint.db.keyring")));
  EXPECT_TRUE(store_->LoadMeta()->empty());
}

// A database whose answers are lost on the way back.
class LosesAnswers final : public engine::Store {
 public:
  absl::StatusOr<std::unique_ptr<engine::WriteSession>> OpenWriteSession() override {
    return absl::UnavailableError("away");
  }
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> OpenReadSession() override {
    return empty_.OpenReadSession();
  }
  absl::StatusOr<int64_t> LeaseLane(const std::string&, int64_t) override {
    return absl::UnavailableError("away");
  }
  absl::Status Ping() override { return absl::UnavailableError("away"); }
  absl::StatusOr<std::vector<engine::Finding>> Inspect() override {
    return absl::UnavailableError("away");
  }
  absl::Status InsertApiKey(const engine::ApiKey&) override { return key_stored; }
  absl::StatusOr<std::vector<engine::ApiKey>> LoadApiKeys() override {
    return absl::UnavailableError("away");
  }
  absl::Status RevokeApiKey(const std::string&) override { return absl::UnavailableError("away"); }
  absl::StatusOr<std::string> SetMetaOnce(const std::string& name,
                                          const std::string& value) override {
    const std::string stands = meta_.emplace(name, value).first->second;
    if (meta_lost) return absl::UnknownError("the reply was lost");
    return stands;
  }
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta() override { return meta_; }

  bool meta_lost = false;
  absl::Status key_stored;

 private:
  engine::FakeStore empty_;
  std::map<std::string, std::string> meta_;
};

TEST(FirstKeyring, StaysWhenTheStoreMayHaveTakenIt) {
  const TempFolder folder;
  const std::string url = "sqlite:" + folder.File("fairpoint.db");
  LosesAnswers store;
  store.meta_lost = true;
  EXPECT_FALSE(OpenKeyring(store, url, "").ok());
  EXPECT_TRUE(std::filesystem::exists(folder.File("fairpoint.db.keyring")));
  store.meta_lost = false;
  EXPECT_TRUE(OpenKeyring(store, url, "").ok());
}

TEST(Keys, AFileOfAKeyThatIsCertainlyNotStoredGoes) {
  const TempFolder folder;
  const std::string out = folder.File("key");
  MakeKeyOptions options;
  options.role = "admin";
  const auto store_key = [&](absl::Status stored) {
    LosesAnswers store;
    store.key_stored = std::move(stored);
    return StoreNewKey(store, *MakeNewKey(options), out);
  };
  EXPECT_FALSE(store_key(absl::FailedPreconditionError("no right to")).ok());
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_FALSE(store_key(absl::UnknownError("the reply was lost")).ok());
  EXPECT_TRUE(std::filesystem::exists(out)) << "it may be stored";
  EXPECT_TRUE(absl::IsAlreadyExists(store_key(absl::OkStatus())));
  EXPECT_TRUE(std::filesystem::exists(out)) << "another's";
}

TEST(Keys, AreCheckedBeforeTheyAreMade) {
  MakeKeyOptions options;
  options.role = "admin";
  const auto made = MakeNewKey(options);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made->text, testing::StartsWith("fp_" + made->key.key_id + "_"));
  EXPECT_EQ(made->key.secret_sha256.size(), 32U);
  EXPECT_EQ(made->text.find(made->key.secret_sha256), std::string::npos);
  options.store_id = "s";
  EXPECT_FALSE(MakeNewKey(options).ok());
  options.role = "pos";
  EXPECT_TRUE(MakeNewKey(options).ok());
  options.store_id = "";
  EXPECT_FALSE(MakeNewKey(options).ok());
  options.role = "king";
  EXPECT_FALSE(MakeNewKey(options).ok());
}

TEST(NewStores, AreNotMadeWhereOneWasMovedAway) {
  const TempFolder folder;
  const std::string url = "sqlite:" + folder.File("fairpoint.db");
  EXPECT_TRUE(CheckMayMake(url).ok());
  ASSERT_TRUE(WriteNewSecretFile(folder.File("fairpoint.db.keyring"), NewKeyringText()).ok());
  const absl::Status refused = CheckMayMake(url);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("moved away or deleted"));
  StoreFlags flags;
  flags.url = url;
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenOrMakeStore(flags).status()));
  EXPECT_FALSE(std::filesystem::exists(folder.File("fairpoint.db")));
  ASSERT_TRUE(storage::MigrateStore(url, {}).ok());
  EXPECT_TRUE(CheckMayMake(url).ok());
  EXPECT_TRUE(OpenOrMakeStore(flags).ok());
}

}  // namespace
}  // namespace fairpoint::server
