#include "engine/engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/time/clock.h"
#include "engine/errors.h"
#include "engine/group.h"

namespace fairpoint::engine {
namespace {

// Commands of one member meet the same worker, as far as their names for it allow: it keeps groups
// from waiting for one another.
size_t Affinity(const Command& command) {
  if (const auto* id = std::get_if<base::MemberId>(&command.member))
    return absl::HashOf(id->value());
  if (const auto* identity = std::get_if<ledger::PlainIdentity>(&command.member))
    return absl::HashOf(identity->value);
  if (const auto* enroll = std::get_if<ledger::EnrollMember>(&command.operation))
    return absl::HashOf(enroll->identities.front().value);
  return absl::HashOf(command.program_id.value());
}

class Worker {
 public:
  Worker(Store& store, ProgramCache& programs, const base::Keyring& keyring, Observer& observer,
         Group::Options group, size_t group_max)
      : observer_(observer),
        group_(store, programs, keyring, observer, std::move(group)),
        group_max_(group_max),
        thread_([this] { Run(); }) {}

  // False, with `pending` untouched, once Stop was called.
  bool Add(Pending& pending) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      queue_.push_back(std::move(pending));
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
      std::vector<Pending> next = Gather();
      if (next.empty()) return;
      group_.Start(std::move(next));
      RunGroup();
    }
  }

  // What gathered while the last transaction ran: no timer, no fixed wait. Empty when stopping with
  // nothing left.
  std::vector<Pending> Gather() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const size_t count = std::min(queue_.size(), group_max_);
    std::vector<Pending> next(
        std::make_move_iterator(queue_.begin()),
        std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count)));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return next;
  }

  void RunGroup() {
    constexpr absl::Duration kPauseFirst = absl::Milliseconds(10);
    constexpr absl::Duration kPauseLongest = absl::Milliseconds(500);
    absl::Duration pause = kPauseFirst;
    while (true) {
      const char* const stage = group_.StageName();
      const absl::Time before = absl::Now();
      const Group::Step step = group_.Next(before);
      observer_.OnStage(stage, absl::Now() - before);
      switch (step) {
        case Group::Step::kAgain:
          break;
        case Group::Step::kBlocked:
        case Group::Step::kPause:
          absl::SleepFor(pause);
          pause = std::min(pause * 2, kPauseLongest);
          break;
        case Group::Step::kIdle:
          return;
      }
    }
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
  Impl(Store& store, ProgramCache& programs, const base::Keyring& keyring, Observer& observer,
       EngineOptions options)
      : observer_(observer), options_(std::move(options)) {
    for (int i = 0; i < options_.workers; ++i) {
      Group::Options group;
      group.owner = options_.owner + "/" + std::to_string(i);
      group.lease_seconds = options_.lease_seconds;
      group.give_up_after = options_.give_up_after;
      workers_.push_back(std::make_unique<Worker>(store, programs, keyring, observer,
                                                  std::move(group), options_.group_max));
    }
  }

  void Submit(Command command, Completion done) {
    // Reserves a place first, so that the bound holds however many callers race.
    const size_t before = depth_.fetch_add(1, std::memory_order_relaxed);
    if (before >= options_.queue_max) {
      depth_.fetch_sub(1, std::memory_order_relaxed);
      return Refuse(QueueFull(), done);
    }
    Worker& worker = *workers_[Affinity(command) % WorkersFor(before)];
    Pending pending{std::move(command),
                    [this, done = std::move(done)](absl::StatusOr<Answer> answer) {
                      depth_.fetch_sub(1, std::memory_order_relaxed);
                      done(std::move(answer));
                    }};
    if (!worker.Add(pending)) Refuse(Stopping(), pending.done);
  }

  void Stop() {
    for (const auto& worker : workers_) worker->Stop();
  }

  size_t depth() const { return depth_.load(std::memory_order_relaxed); }

 private:
  // What one transaction can carry goes to one worker: the round trips and the sync of a commit are
  // paid per group, so two half-full groups cost nearly twice what a full one does.
  size_t WorkersFor(size_t waiting) const {
    return std::min(workers_.size(), 1 + waiting / options_.group_max);
  }

  void Refuse(const absl::Status& status, const Completion& done) {
    observer_.OnRefusal(status);
    done(status);
  }

  Observer& observer_;
  const EngineOptions options_;
  std::atomic<size_t> depth_ = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
};

Engine::Engine(Store& store, ProgramCache& programs, const base::Keyring& keyring,
               Observer& observer, EngineOptions options)
    : impl_(std::make_unique<Impl>(store, programs, keyring, observer, std::move(options))) {}
Engine::~Engine() { impl_->Stop(); }
void Engine::Submit(Command command, Completion done) {
  impl_->Submit(std::move(command), std::move(done));
}
void Engine::Stop() { impl_->Stop(); }
size_t Engine::QueueDepth() const { return impl_->depth(); }

}  // namespace fairpoint::engine
