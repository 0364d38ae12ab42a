// Files, flags, logs, tickers: what needs no server.
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
#include "server/listener.h"
#include "server/logging.h"
#include "server/repeats.h"
#include "server/store_access.h"
#include "server/testing/small_server.h"
#include "server/ticker.h"

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

TEST(EqualLines, AreLoggedSeldomAndCounted) {
  Repeats repeats(absl::Seconds(10));
  const absl::Time begin = absl::UnixEpoch();
  EXPECT_EQ(repeats.Admit("a", begin), 0);
  EXPECT_EQ(repeats.Admit("b", begin), 0);
  for (int i = 1; i < 10; ++i)
    EXPECT_EQ(repeats.Admit("a", begin + absl::Seconds(i)), std::nullopt);
  EXPECT_EQ(repeats.Admit("a", begin + absl::Seconds(10)), 9);
  EXPECT_EQ(repeats.Admit("a", begin + absl::Seconds(20)), 0);
  // What there is no room to remember is logged; room is made by what is old.
  for (int i = 0; i < 200; ++i) EXPECT_EQ(repeats.Admit(std::to_string(i), begin), 0);
  EXPECT_EQ(repeats.Admit("later", begin + absl::Seconds(40)), 0);
  EXPECT_EQ(repeats.Admit("later", begin + absl::Seconds(40)), std::nullopt);
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
