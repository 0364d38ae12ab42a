// Whether anybody opens: a listener that takes connections, one that does not, and none.
#include "server/doorbell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "server/testing/small_server.h"

namespace fairpoint::server {
namespace {

constexpr auto kAnswer = Doorbell::Heard::kAnswer;
constexpr auto kSilence = Doorbell::Heard::kSilence;
constexpr auto kNothingToSay = Doorbell::Heard::kNothingToSay;
constexpr absl::Duration kShort = absl::Milliseconds(100);

// Listens, and takes connections only when told.
class Porter {
 public:
  Porter() : file_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    EXPECT_EQ(bind(file_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(listen(file_, 10), 0);
    EXPECT_EQ(getsockname(file_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
  }
  ~Porter() { Leave(); }
  void Leave() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }
  int port() const { return port_; }
  // Takes one, greets it and hangs up.
  std::thread OpenOnce() {
    return std::thread([this] {
      const int taken = accept(file_, nullptr, nullptr);
      EXPECT_EQ(send(taken, "x", 1, MSG_NOSIGNAL), 1);
      close(taken);
    });
  }
  // Takes one and hangs up on what it said, as gRPC does when strangers fill its memory.
  std::thread DropOnce() {
    return std::thread([this] {
      const int taken = accept(file_, nullptr, nullptr);
      pollfd said{.fd = taken, .events = POLLIN, .revents = 0};
      EXPECT_EQ(poll(&said, 1, -1), 1);
      close(taken);
    });
  }

 private:
  int file_;
  int port_ = 0;
};

TEST(DoorbellTest, AServerAnswers) {
  SmallServer server;
  Doorbell doorbell("127.0.0.1:0", server.port(), /*tls=*/false);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(doorbell.Ring(), kAnswer);
  Doorbell by_any_name("0.0.0.0:0", server.port(), /*tls=*/false);
  EXPECT_EQ(by_any_name.Ring(), kAnswer);
}

TEST(DoorbellTest, AListenerThatTakesNobodyIsSilent) {
  Porter porter;
  Doorbell doorbell("127.0.0.1:0", porter.port(), /*tls=*/false);
  EXPECT_EQ(doorbell.Ring(kShort), kNothingToSay) << "it never answered: perhaps not from here";
  {
    std::thread waiting = porter.OpenOnce();  // the one that waits since
    waiting.join();
  }
  std::thread opening = porter.OpenOnce();
  EXPECT_EQ(doorbell.Ring(), kAnswer);
  opening.join();
  EXPECT_EQ(doorbell.Ring(kShort), kSilence);
  porter.Leave();
  EXPECT_EQ(doorbell.Ring(kShort), kSilence);
}

TEST(DoorbellTest, WhoIsDroppedWasTaken) {
  Porter porter;
  Doorbell doorbell("127.0.0.1:0", porter.port(), /*tls=*/false);
  std::thread dropping = porter.DropOnce();
  EXPECT_EQ(doorbell.Ring(), kAnswer);
  dropping.join();
}

TEST(DoorbellTest, WhoHasNoFileLeftKeepsOneToCallWith) {
  Porter porter;
  Doorbell doorbell("127.0.0.1:0", porter.port(), /*tls=*/false);
  std::thread opening = porter.OpenOnce();
  EXPECT_EQ(doorbell.Ring(), kAnswer);
  opening.join();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_EQ(doorbell.Ring(kShort), kSilence);
  EXPECT_EQ(doorbell.Ring(kShort), kNothingToSay) << "its own want is no silence of the other side";
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(doorbell.Ring(kShort), kSilence);
}

TEST(DoorbellTest, ASocketPathIsAnAddress) {
  const TempFolder folder;
  const auto addresses = SocketAddresses("unix:" + folder.File("socket"), 0);
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(addresses[0].get()->sa_family, AF_UNIX);
  EXPECT_TRUE(SocketAddresses("unix:" + std::string(200, 'x'), 0).empty());
}

}  // namespace
}  // namespace fairpoint::server
