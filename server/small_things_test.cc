// Files, keyrings, flags, logs, tickers: what needs no server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <latch>
#include <nlohmann/json.hpp>
#include <sstream>

#include "server/address.h"
#include "server/files.h"
#include "server/flags.h"
#include "server/keyring_file.h"
#include "server/keys.h"
#include "server/listener.h"
#include "server/logging.h"
#include "server/store_access.h"
#include "server/testing/small_server.h"
#include "server/ticker.h"
#include "storage/open.h"

namespace fairpoint::server {
namespace {

using testing::HasSubstr;

TEST(SecretFiles, AreNewAndTheirOwnersOnly) {
  const TempFolder folder;
  const std::string path = folder.File("key");
  ASSERT_TRUE(WriteNewSecretFile(path, "abc \nmore\n").ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(*ReadSecretFile(path), "abc");
  EXPECT_EQ(*ReadFile(path), "abc \nmore\n");
  EXPECT_TRUE(absl::IsAlreadyExists(WriteNewSecretFile(path, "x")));
  EXPECT_EQ(*ReadSecretFile(path), "abc");
  EXPECT_TRUE(absl::IsNotFound(ReadFile(folder.File("none")).status()));
}

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

// A database whose answers are lost on the way back.
class LosesAnswers final : public engine::Store {
 public:
  absl::StatusOr<std::unique_ptr<engine::WriteSession>> OpenWriteSession() override {
    return absl::UnavailableError("away");
  }
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> OpenReadSession() override {
    return absl::UnavailableError("away");
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

TEST(ListenOptionsTest, PlaintextStaysOnThisMachine) {
  const auto check = [](const std::string& address, bool tls, bool allow) {
    ListenOptions options;
    options.address = address;
    if (tls) options.tls_cert = options.tls_key = "x";
    options.allow_plaintext = allow;
    return CheckListenOptions(options).ok();
  };
  EXPECT_TRUE(check("127.0.0.1:1", false, false));
  EXPECT_TRUE(check("localhost:1", false, false));
  EXPECT_TRUE(check("[::1]:1", false, false));
  EXPECT_FALSE(check("0.0.0.0:1", false, false));
  EXPECT_FALSE(check("[::]:1", false, false));
  EXPECT_FALSE(check("10.0.0.1:1", false, false));
  EXPECT_FALSE(check("localhost.example.com:1", false, false));
  EXPECT_TRUE(check("0.0.0.0:1", true, false));
  EXPECT_TRUE(check("0.0.0.0:1", false, true));
  ListenOptions half;
  half.address = "127.0.0.1:1";
  half.tls_key = "x";
  EXPECT_FALSE(CheckListenOptions(half).ok());
  half.tls_key = "";
  half.tls_client_ca = "x";
  EXPECT_FALSE(CheckListenOptions(half).ok());
}

TEST(Addresses, AreHostAndPort) {
  for (const char* good : {"127.0.0.1:0", "localhost:7654", "[::1]:65535", "unix:/run/fairpoint"}) {
    EXPECT_TRUE(CheckAddress("--listen", good).ok()) << good;
  }
  for (const char* wrong : {"", "127.0.0.1", "[::1]", "::1", "::1:7654", ":7654", "h:", "h:x",
                            "h:-1", "h:65536", "h:99999999999", "h:1 "}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckAddress("--listen", wrong))) << wrong;
  }
  EXPECT_EQ(CheckAddress("--listen", "127.0.0.1").message(),
            "`--listen 127.0.0.1` names no port: give HOST:PORT");
}

TEST(LogLines, AreOneLineWhateverIsInThem) {
  const LogFields fields = {{"why", "a \"quoted\"\nline"}, {"bytes", "\xff"}};
  const std::string line = LogLine(LogFormat::kJson, LogLevel::kInfo, "T", "serving", fields);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["event"], "serving");
  EXPECT_EQ(json["level"], "info");
  EXPECT_EQ(json["why"], "a \"quoted\"\nline");
  EXPECT_EQ(LogLine(LogFormat::kText, LogLevel::kError, "T", "gone", {{"a", "b"}, {"c", "d e"}}),
            "T error gone a=b c=\"d e\"");
}

// ---- configuration ----

struct Settings {
  std::string listen = "default";
  std::string store = "default";
};

// Parses `arguments` with that file; throws CLI::ParseError.
Settings Parse(std::vector<std::string> arguments, const std::string& file_text) {
  const TempFolder folder;
  const std::string path = folder.File("config");
  EXPECT_TRUE(WriteNewSecretFile(path, file_text).ok());
  CLI::App app;
  Settings settings;
  for (const char* name : {"serve", "verify"}) {
    CLI::App* const command = app.add_subcommand(name);
    command->fallthrough();
    Configurable(command->add_option("--store", settings.store));
    if (std::string(name) == "serve")
      Configurable(command->add_option("--listen", settings.listen));
  }
  app.set_config("--config", path);
  app.config_formatter(std::make_shared<LayeredConfig>(app, std::vector{arguments.front()}));
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return settings;
}

class Configuration : public testing::Test {
 protected:
  void TearDown() override { unsetenv("FAIRPOINT_LISTEN"); }
};

TEST_F(Configuration, FlagsWinOverTheEnvironmentAndThatOverTheFile) {
  EXPECT_EQ(Parse({"serve"}, "").listen, "default");
  EXPECT_EQ(Parse({"serve"}, "listen = \"file\"\n").listen, "file");
  setenv("FAIRPOINT_LISTEN", "environment", 1);
  EXPECT_EQ(Parse({"serve"}, "listen = file\n").listen, "environment");
  EXPECT_EQ(Parse({"serve", "--listen", "flag"}, "listen = file\n").listen, "flag");
}

TEST_F(Configuration, OneFileServesAllCommands) {
  const std::string file = "# comment\nstore = s\nlisten = l\n";
  EXPECT_EQ(Parse({"serve"}, file).store, "s");
  EXPECT_EQ(Parse({"verify"}, file).store, "s");
  EXPECT_EQ(Parse({"verify"}, file).listen, "default");
  EXPECT_EQ(Parse({"verify"}, "[serve]\nstore = s\n").store, "default");
  EXPECT_EQ(Parse({"serve"}, "[serve]\nstore = s\n").store, "s");
}

TEST_F(Configuration, UnknownNamesAreErrors) {
  EXPECT_THROW(Parse({"serve"}, "lsten = x\n"), CLI::ConfigError);
}

TEST(EnvironmentNames, AreMadeOfTheFlags) {
  EXPECT_EQ(EnvironmentName("--store-tls-ca"), "FAIRPOINT_STORE_TLS_CA");
}

// ---- waiting ----

TEST(UntilAvailableTest, TriesAgainOnlyWhatMayHelp) {
  int tries = 0;
  const auto open_at = [&tries](int success) {
    tries = 0;
    return [&tries, success] {
      return ++tries >= success ? absl::OkStatus() : absl::UnavailableError("away");
    };
  };
  const auto never_stopped = [](absl::Duration) { return false; };
  const auto ignore = [](const absl::Status&) {};
  EXPECT_TRUE(UntilAvailable(open_at(3), absl::Seconds(60), never_stopped, ignore).ok());
  EXPECT_EQ(tries, 3);
  EXPECT_TRUE(
      absl::IsUnavailable(UntilAvailable(open_at(3), absl::ZeroDuration(), never_stopped, ignore)));
  EXPECT_EQ(tries, 1);
  EXPECT_TRUE(absl::IsCancelled(UntilAvailable(
      open_at(3), absl::Seconds(60), [](absl::Duration) { return true; }, ignore)));
  // What servers that start together do to one another.
  for (const auto& passing : {absl::AbortedError("deadlock"), absl::AlreadyExistsError("taken")}) {
    tries = 0;
    const auto open = [&] { return ++tries == 2 ? absl::OkStatus() : passing; };
    EXPECT_TRUE(UntilAvailable(open, absl::Seconds(60), never_stopped, ignore).ok()) << passing;
  }
  const auto broken = [] { return absl::FailedPreconditionError("other version"); };
  EXPECT_TRUE(
      absl::IsFailedPrecondition(UntilAvailable(broken, absl::Seconds(60), never_stopped, ignore)));
}

TEST(Tickers, TickAtOnceAndWhenNudged) {
  std::latch first(1);
  std::latch second(1);
  std::atomic<int> ticks = 0;
  Ticker ticker(absl::Hours(1), absl::ZeroDuration(), [&] {
    const int tick = ++ticks;
    if (tick == 1) first.count_down();
    if (tick == 2) second.count_down();
  });
  first.wait();
  ticker.Nudge();
  second.wait();
}

}  // namespace
}  // namespace fairpoint::server
