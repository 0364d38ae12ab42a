// A few threads with a read connection each: reads that must see one instant, without touching the
// groups.
#ifndef FAIRPOINT_ENGINE_READ_POOL_H_
#define FAIRPOINT_ENGINE_READ_POOL_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "engine/observer.h"
#include "engine/store.h"

namespace fairpoint::engine {

struct ReadPoolOptions {
  int threads = 2;
  size_t queue_max = 2'000;
};

// The refusal when `queue_max` reads are waiting.
absl::Status ReadsFull();

// Thread-safe.
class ReadPool {
 public:
  // Runs in a snapshot on a pool thread. Must not keep the session. `session` is null when `status`
  // is not OK: the database cannot be reached, or the pool is stopping (UNAVAILABLE), or it is full
  // (RESOURCE_EXHAUSTED).
  using Read = std::function<void(absl::Status status, ReadSession* session)>;

  // `store` and `observer` must outlive the pool. The observer hears why the database could not be
  // read.
  ReadPool(Store& store, Observer& observer, ReadPoolOptions options);
  ~ReadPool();
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  // Never blocks. `read` is called exactly once, possibly before Submit returns when it is refused.
  void Submit(Read read);
  // While the database is known not to answer, reads are refused at once (UNAVAILABLE), those too
  // that wait, instead of waiting for it. True at first.
  void SetReachable(bool reachable);
  // Refuses what comes, finishes what was accepted, joins. Safe to call twice.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_READ_POOL_H_
