// Calls at this server's own address, as a stranger would, to learn whether anybody still opens:
// once accept() met the limit of open files gRPC never accepts again, and notices nothing.
#ifndef FAIRPOINT_SERVER_DOORBELL_H_
#define FAIRPOINT_SERVER_DOORBELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/address.h"

namespace fairpoint::server {

// Not thread-safe.
class Doorbell {
 public:
  static constexpr absl::Duration kPatience = absl::Seconds(2);

  // `address` as it is listened on; `port` is the one that it got.
  Doorbell(const std::string& address, int port, bool tls);
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  enum class Heard : uint8_t {
    kAnswer,
    kSilence,
    kNothingToSay,  // no descriptor to call with, or no answer was ever had this way
  };
  // Connects, greets, and waits for the first byte of an answer, for `patience` at most.
  Heard Ring(absl::Duration patience = kPatience);

 private:
  Heard RingAt(const SocketAddress& address, absl::Duration patience);
  void KeepSpare(int family);

  std::vector<SocketAddress> addresses_;
  std::optional<SocketAddress> answered_;
  const bool tls_;
  // The next call's socket, made while there is one to be had.
  int spare_ = -1;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_DOORBELL_H_
