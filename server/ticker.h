// A thread that does something again and again, until it goes.
#ifndef FAIRPOINT_SERVER_TICKER_H_
#define FAIRPOINT_SERVER_TICKER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace fairpoint::server {

// Thread-safe.
class Ticker {
 public:
  // Calls `tick` at once and then `every` after its end, or sooner after Nudge, but never sooner
  // than `apart`.
  Ticker(absl::Duration every, absl::Duration apart, std::function<void()> tick);
  // Waits for a tick that runs.
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void Nudge();

 private:
  void Run();

  const absl::Duration every_;
  const absl::Duration apart_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool nudged_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_TICKER_H_
