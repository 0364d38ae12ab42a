#include "engine/engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/time/clock.h"
#include "base/time.h"
#include "engine/errors.h"
#include "engine/group.h"

namespace fairpoint::engine {
namespace {

// Commands of one member meet the same worker, as far as their names for it allow: it keeps them in
// order, and groups from waiting for one another.
size_t Affinity(const Command& command) {
  if (const auto* id = std::get_if<base::MemberId>(&command.member))
    return absl::HashOf(id->value());
  if (const auto* identity = std::get_if<ledger::PlainIdentity>(&command.member))
    return absl::HashOf(identity->value);
  if (const auto* owner = std::get_if<OrderOwner>(&command.member))
    return absl::HashOf(owner->order_id);
  if (const auto* purchase = OperationAs<checkout::RecordPurchase>(command))
    return absl::HashOf(purchase->order_id);
  if (const auto* owner = std::get_if<QuoteOwner>(&command.member))
    return absl::HashOf(owner->quote_id);
  if (const auto* quote = OperationAs<KeepQuote>(command))
    return absl::HashOf(quote->evidence.evidence_id);
  if (const auto* enroll = OperationAs<ledger::EnrollMember>(command))
    return absl::HashOf(enroll->identities.front().value);
  return absl::HashOf(command.program_id.value());
}

// What a command costs, a posting being 1. A group of baskets is long before it is full.
size_t Weight(const Command& command) {
  return OperationAs<checkout::CommitBasket>(command) == nullptr ? 1 : 16;
}

// Which worker has the commands of a member: the same for all that are queued at one time, so that
// none overtakes another while the number of workers in use changes. Members share places, which
// costs nothing but balance. Thread-safe.
class Places {
 public:
  // The worker to queue a command with; `worker` if it has the place to itself.
  size_t Enter(size_t affinity, size_t worker) {
    std::atomic<uint32_t>& place = places_[affinity % kPlaces];
    uint32_t before = place.load(std::memory_order_relaxed);
    uint32_t after = 0;
    do {
      const bool is_free = before % kWorker == 0;
      after = is_free ? static_cast<uint32_t>(worker) * kWorker + 1 : before + 1;
    } while (!place.compare_exchange_weak(before, after, std::memory_order_acq_rel));
    return after / kWorker;
  }
  void Leave(size_t affinity) {
    places_[affinity % kPlaces].fetch_sub(1, std::memory_order_acq_rel);
  }

 private:
  static constexpr size_t kPlaces = 1 << 16;
  static constexpr uint32_t kWorker = 1 << 24;  // below it: how many commands are there

  std::vector<std::atomic<uint32_t>> places_ = std::vector<std::atomic<uint32_t>>(kPlaces);
};

class Worker {
 public:
  Worker(Store& store, ProgramCache& programs, PriceCatalog& catalog, const base::Keyring& keyring,
         Observer& observer, Group::Options group, size_t group_max)
      : observer_(observer),
        group_(store, programs, catalog, keyring, observer, std::move(group)),
        group_max_(group_max),
        thread_([this] { Run(); }) {}

  // False, with `pending` untouched, once Stop was called.
  bool Add(std::vector<Pending>& pending) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      std::ranges::move(pending, std::back_inserter(queue_));
    }
    changed_.notify_one();
    return true;
  }

  // Runs what is queued to its end, then joins.
  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run() {
    while (true) {
      if (group_.between_batches()) {
        std::vector<Pending> next = Gather();
        if (next.empty() && group_.idle()) return;
        group_.Start(std::move(next));
      }
      RunStep();
    }
  }

  // What gathered while the last transaction ran: no timer, no fixed wait. Waits only when there is
  // nothing else to do; then empty when stopping.
  std::vector<Pending> Gather() {
    std::unique_lock lock(mutex_);
    if (group_.idle()) changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const size_t count = std::min(queue_.size(), group_max_);
    std::vector<Pending> next(
        std::make_move_iterator(queue_.begin()),
        std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count)));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return next;
  }

  void RunStep() {
    const char* const stage = group_.StageName();
    const absl::Time before = base::SteadyNow();
    const Group::Step step = group_.Next(before);
    observer_.OnStage(stage, base::SteadyNow() - before);
    if (step == Group::Step::kPause || step == Group::Step::kBlocked)
      absl::SleepFor(group_.pause());
  }

  Observer& observer_;
  Group group_;
  const size_t group_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace

class Engine::Impl {
 public:
  Impl(Store& store, ProgramCache& programs, PriceCatalog& catalog, const base::Keyring& keyring,
       Observer& observer, EngineOptions options)
      : observer_(observer), options_(std::move(options)) {
    for (int i = 0; i < options_.workers; ++i) {
      Group::Options group;
      group.owner = options_.owner + "/" + std::to_string(i);
      group.lease_seconds = options_.lease_seconds;
      group.give_up_after = options_.give_up_after;
      workers_.push_back(std::make_unique<Worker>(store, programs, catalog, keyring, observer,
                                                  std::move(group), options_.group_max));
    }
  }

  void SetReachable(bool reachable) { reachable_ = reachable; }

  void Submit(std::vector<Pending> in_order) {
    if (!reachable_) {
      for (const Pending& pending : in_order) Refuse(DatabaseUnavailable(), pending.done);
      return;
    }
    // Reserves places first, so that the bound holds however many callers race.
    const size_t wanted = in_order.size();
    const size_t before = depth_.fetch_add(wanted, std::memory_order_relaxed);
    const size_t places =
        std::min(wanted, options_.queue_max - std::min(before, options_.queue_max));
    depth_.fetch_sub(wanted - places, std::memory_order_relaxed);
    size_t added = 0;
    for (size_t i = 0; i < places; ++i) added += Weight(in_order[i].command);
    const size_t weight = weight_.fetch_add(added, std::memory_order_relaxed) + added;
    const size_t workers = std::min(workers_.size(), 1 + weight / options_.group_max);
    std::vector<std::vector<Pending>> shares(workers_.size());
    for (size_t i = 0; i < places; ++i) {
      const size_t affinity = Affinity(in_order[i].command);
      const size_t worker = places_.Enter(affinity, affinity % workers);
      shares[worker].push_back(Counted(std::move(in_order[i]), affinity));
    }
    for (size_t i = 0; i < shares.size(); ++i) {
      if (shares[i].empty() || workers_[i]->Add(shares[i])) continue;
      for (const Pending& pending : shares[i]) Refuse(Stopping(), pending.done);
    }
    // All behind the first that found no place: what follows it may rest on it.
    for (size_t i = places; i < wanted; ++i) Refuse(QueueFull(), in_order[i].done);
  }

  void Stop() {
    for (const auto& worker : workers_) worker->Stop();
  }

  size_t depth() const { return depth_.load(std::memory_order_relaxed); }

 private:
  // Leaves its place in the queue when it is answered.
  Pending Counted(Pending pending, size_t affinity) {
    pending.done = [this, affinity, weight = Weight(pending.command),
                    done = std::move(pending.done)](absl::StatusOr<Answer> answer) {
      depth_.fetch_sub(1, std::memory_order_relaxed);
      weight_.fetch_sub(weight, std::memory_order_relaxed);
      places_.Leave(affinity);
      done(std::move(answer));
    };
    return pending;
  }

  void Refuse(const absl::Status& status, const Completion& done) {
    observer_.OnRefusal(status);
    done(status);
  }

  Observer& observer_;
  const EngineOptions options_;
  std::atomic<size_t> depth_ = 0;
  std::atomic<size_t> weight_ = 0;  // of the same commands
  std::atomic<bool> reachable_ = true;
  Places places_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

Engine::Engine(Store& store, ProgramCache& programs, PriceCatalog& catalog,
               const base::Keyring& keyring, Observer& observer, EngineOptions options)
    : impl_(std::make_unique<Impl>(store, programs, catalog, keyring, observer,
                                   std::move(options))) {}
Engine::~Engine() { impl_->Stop(); }
void Engine::Submit(Command command, Completion done) {
  std::vector<Pending> one;
  one.push_back({std::move(command), std::move(done)});
  impl_->Submit(std::move(one));
}
void Engine::Submit(std::vector<Pending> in_order) { impl_->Submit(std::move(in_order)); }
void Engine::SetReachable(bool reachable) { impl_->SetReachable(reachable); }
void Engine::Stop() { impl_->Stop(); }
size_t Engine::QueueDepth() const { return impl_->depth(); }

}  // namespace fairpoint::engine
