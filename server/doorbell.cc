#include "server/doorbell.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace fairpoint::server {
namespace {

// The beginning of HTTP/2 and empty settings.
constexpr std::string_view kPlainGreeting("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

// The first message of a TLS client; empty if the library cannot make one.
std::string TlsGreeting() {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             &SSL_CTX_free);
  if (context == nullptr) return "";
  const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context.get()), &SSL_free);
  if (tls == nullptr) return "";
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(tls.get(), BIO_new(BIO_s_mem()), out);  // takes both
  constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  SSL_set_alpn_protos(tls.get(), kHttp2.data(), kHttp2.size());
  SSL_connect(tls.get());  // wants an answer
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  return size > 0 ? std::string(bytes, static_cast<size_t>(size)) : "";
}

bool IsReady(int file, short events, absl::Time deadline) {
  while (true) {
    const int64_t left = absl::ToInt64Milliseconds(deadline - base::SteadyNow());
    pollfd one{.fd = file, .events = events, .revents = 0};
    const int count = poll(&one, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

Doorbell::Heard Greet(int file, const SocketAddress& address, std::string_view greeting,
                      absl::Time deadline) {
  if (connect(file, address.get(), address.size) != 0) {
    // Want of our own: of ports to call from, of memory.
    if (errno == EADDRNOTAVAIL || errno == ENOBUFS || errno == ENOMEM)
      return Doorbell::Heard::kNothingToSay;
    if (errno != EINPROGRESS || !IsReady(file, POLLOUT, deadline)) return Doorbell::Heard::kSilence;
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
      return Doorbell::Heard::kSilence;
  }
  char first = 0;
  // One that only hangs up has taken the connection too.
  const auto answers = [](ssize_t result) {
    return result >= 0 || errno == ECONNRESET || errno == EPIPE;
  };
  if (send(file, greeting.data(), greeting.size(), MSG_NOSIGNAL) < 0)
    return answers(-1) ? Doorbell::Heard::kAnswer : Doorbell::Heard::kSilence;
  const bool heard = IsReady(file, POLLIN, deadline) && answers(recv(file, &first, 1, 0));
  return heard ? Doorbell::Heard::kAnswer : Doorbell::Heard::kSilence;
}

}  // namespace

Doorbell::Doorbell(const std::string& address, int port, bool tls)
    : addresses_(SocketAddresses(address, port)), tls_(tls) {}

Doorbell::~Doorbell() {
  if (spare_ >= 0) close(spare_);
}

void Doorbell::KeepSpare(int family) {
  if (spare_ < 0) spare_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

Doorbell::Heard Doorbell::RingAt(const SocketAddress& address, absl::Duration patience) {
  const std::string greeting = tls_ ? TlsGreeting() : std::string(kPlainGreeting);
  KeepSpare(address.get()->sa_family);
  const int file = std::exchange(spare_, -1);
  if (file < 0 || greeting.empty()) return Heard::kNothingToSay;
  const Heard heard = Greet(file, address, greeting, base::SteadyNow() + patience);
  close(file);
  return heard;
}

Doorbell::Heard Doorbell::Ring(absl::Duration patience) {
  Heard heard = Heard::kNothingToSay;
  if (answered_) {
    heard = RingAt(*answered_, patience);
  } else {
    // What never answered may be a way that leads nowhere from here.
    for (const SocketAddress& address : addresses_) {
      if (RingAt(address, patience) != Heard::kAnswer) continue;
      answered_ = address;
      heard = Heard::kAnswer;
      break;
    }
  }
  if (answered_) KeepSpare(answered_->get()->sa_family);
  return heard;
}

}  // namespace fairpoint::server
