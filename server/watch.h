// Everything that runs beside the calls: reading the keys, looking after database and listener, the
// sweep.
#ifndef FAIRPOINT_SERVER_WATCH_H_
#define FAIRPOINT_SERVER_WATCH_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "base/time.h"
#include "server/doorbell.h"
#include "server/listener.h"
#include "server/parts.h"
#include "server/ticker.h"

namespace fairpoint::server {

// Thread-safe, but for what begins and ends it.
class Watch {
 public:
  // `parts` must outlive it. No sweeps if `sweep_seconds` is 0.
  Watch(int sweep_seconds, Parts& parts);
  // A sweep may still be under way: it ends when pool and engine do.
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // From now on calls at the listener's own address every few seconds.
  void ListenAt(const ListenOptions& options, int port);

  // The database answers, and the store is still this server's.
  bool IsHealthy() const;
  // Nobody takes connections any more, and nothing but a new process helps.
  bool IsDeaf() const { return is_deaf_; }

  // No more sweeps, no more calls at the own address.
  void Quiesce();

 private:
  // In vain: enough where gRPC said that it could not accept; a server that is merely slow is
  // given a minute.
  static constexpr int kRingsAfterTrouble = 3;
  static constexpr int kRingsInVain = 15;

  void ReadKeys();
  void Ping();
  void Ring();
  void Sweep();

  Parts& parts_;
  std::atomic<bool> keys_failing_ = false;
  std::atomic<bool> ping_failed_ = false;
  std::string ping_why_;  // of the thread that pings
  std::atomic<int64_t> last_pong_micros_ = absl::ToUnixMicros(base::SteadyNow());
  int rings_in_vain_ = 0;               // of the thread that rings
  int64_t troubles_when_answered_ = 0;  // likewise: AcceptTroubles at the last answer
  std::atomic<bool> is_deaf_ = false;
  std::atomic<bool> sweeping_ = false;
  std::unique_ptr<Doorbell> doorbell_;
  Ticker keys_;
  Ticker pings_;
  std::unique_ptr<Ticker> rings_;
  std::unique_ptr<Ticker> sweeps_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_WATCH_H_
