// What keeps prices right beside the calls: following what other servers write, and finding what
// price protection owes.
#ifndef FAIRPOINT_SERVER_PRICE_WATCH_H_
#define FAIRPOINT_SERVER_PRICE_WATCH_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "engine/credit_finder.h"
#include "engine/price_feed.h"
#include "server/parts.h"
#include "server/ticker.h"

namespace fairpoint::server {

// Not thread-safe.
class PriceWatch {
 public:
  // `parts` must outlive it, its engine run until Stop.
  explicit PriceWatch(Parts& parts);
  ~PriceWatch();
  PriceWatch(const PriceWatch&) = delete;
  PriceWatch& operator=(const PriceWatch&) = delete;

  // All programmes and prices. Errors: the store's.
  absl::Status Load();
  // Follows from now on.
  void Start();
  void Stop();

 private:
  void Follow();
  void FindCredits();

  Parts& parts_;
  engine::PriceFeed feed_;
  engine::CreditFinder finder_;
  std::atomic<bool> stopping_ = false;
  std::string feed_why_;    // of the thread that follows
  std::string finder_why_;  // of the thread that finds
  std::unique_ptr<Ticker> follows_;
  std::unique_ptr<Ticker> finds_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_PRICE_WATCH_H_
