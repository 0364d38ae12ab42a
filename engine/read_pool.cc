#include "engine/read_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/errors.h"

namespace fairpoint::engine {

class ReadPool::Impl {
 public:
  Impl(Store& store, Observer& observer, ReadPoolOptions options)
      : store_(store), observer_(observer), options_(options) {
    for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
  }

  void Submit(Read read) {
    const absl::Status refusal = Queue(read);
    if (refusal.ok()) {
      changed_.notify_one();
    } else {
      read(refusal, nullptr);
    }
  }

  void SetReachable(bool reachable) {
    std::deque<Read> waiting;
    {
      const std::lock_guard lock(mutex_);
      reachable_ = reachable;
      if (!reachable) waiting.swap(queue_);
    }
    for (const Read& read : waiting) read(DatabaseUnavailable(), nullptr);
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  // Takes the read when OK; leaves it untouched otherwise.
  absl::Status Queue(Read& read) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Stopping();
    if (!reachable_) return DatabaseUnavailable();
    if (queue_.size() >= options_.queue_max) return ReadsFull();
    queue_.push_back(std::move(read));
    return absl::OkStatus();
  }

  void Run() {
    std::unique_ptr<ReadSession> session;
    while (true) {
      Read read;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        read = std::move(queue_.front());
        queue_.pop_front();
      }
      RunOne(read, session);
    }
  }

  void RunOne(const Read& read, std::unique_ptr<ReadSession>& session) {
    // A connection may have died since it was last used; a second try on a fresh one tells that
    // from a database that is gone.
    absl::Status trouble;
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (session == nullptr) {
        absl::StatusOr<std::unique_ptr<ReadSession>> opened = store_.OpenReadSession();
        trouble = opened.status();
        if (!trouble.ok()) break;
        session = std::move(*opened);
      }
      trouble = session->BeginSnapshot();
      if (trouble.ok()) {
        read(absl::OkStatus(), session.get());
        session->EndSnapshot();
        return;
      }
      session.reset();
    }
    observer_.OnTrouble(trouble);
    read(DatabaseUnavailable(), nullptr);
  }

  Store& store_;
  Observer& observer_;
  const ReadPoolOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Read> queue_;
  bool reachable_ = true;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

absl::Status ReadsFull() {
  base::ErrorDetail detail;
  detail.reason = "READS_FULL";
  detail.message_zh = "系统繁忙，请稍后重试";
  detail.retry_after_ms = 100;
  return base::MakeError(absl::StatusCode::kResourceExhausted, "too many reads are waiting",
                         detail);
}

ReadPool::ReadPool(Store& store, Observer& observer, ReadPoolOptions options)
    : impl_(std::make_unique<Impl>(store, observer, options)) {}
ReadPool::~ReadPool() { impl_->Stop(); }
void ReadPool::Submit(Read read) { impl_->Submit(std::move(read)); }
void ReadPool::SetReachable(bool reachable) { impl_->SetReachable(reachable); }
void ReadPool::Stop() { impl_->Stop(); }

}  // namespace fairpoint::engine
