// The engine: takes commands, groups them into transactions, answers each once. Threads around the
// steppable Group (engine/group.h).
#ifndef FAIRPOINT_ENGINE_ENGINE_H_
#define FAIRPOINT_ENGINE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/keyring.h"
#include "engine/command.h"
#include "engine/observer.h"
#include "engine/price_catalog.h"
#include "engine/program_cache.h"
#include "engine/store.h"

namespace fairpoint::engine {

struct EngineOptions {
  std::string owner;  // names this process in lane leases; unique among servers of one database
  int workers = 2;    // transactions in flight
  // Commands accepted and not yet answered, all workers together; past it RESOURCE_EXHAUSTED with
  // RetryInfo.
  size_t queue_max = 20'000;
  // Commands a transaction. What fits into one goes to one worker: the round trips and the sync of
  // a commit are paid per group, so two half-full groups cost more than a full one does. (A basket
  // counts as 16 there: it costs so much that workers side by side are worth more.)
  size_t group_max = 400;
  int64_t lease_seconds = 30;  // of a journal lane
  // An unreachable database: answer UNAVAILABLE after this long.
  absl::Duration give_up_after = absl::Seconds(10);
};

// Thread-safe.
class Engine {
 public:
  // All but the options must outlive the engine.
  Engine(Store& store, ProgramCache& programs, PriceCatalog& catalog, const base::Keyring& keyring,
         Observer& observer, EngineOptions options);
  // Stops (see Stop).
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Never blocks. `done` is called once, possibly before Submit returns (refused: queue full,
  // stopping). Errors: those of the planners (ledger/errors.h), REQUEST_ID_REUSED,
  // DEADLINE_EXCEEDED (dropped before it was begun), RESOURCE_EXHAUSTED, UNAVAILABLE (it may or may
  // not have happened: ask again with the same request id), DATA_LOSS, INTERNAL.
  void Submit(Command command, Completion done);
  // Several, those that name their member in the same way in the order given. When the queue fills
  // up, all from one on are refused.
  void Submit(std::vector<Pending> in_order);

  // While the database is known not to answer, commands are refused at once (UNAVAILABLE) instead
  // of waiting for it; those accepted before go on trying. True at first.
  void SetReachable(bool reachable);

  // Refuses what comes from now on, finishes what was accepted, joins the threads. Safe to call
  // twice.
  void Stop();

  size_t QueueDepth() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_ENGINE_H_
