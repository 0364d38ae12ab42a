#include "server/ticker.h"

#include <utility>

namespace fairpoint::server {

Ticker::Ticker(absl::Duration every, absl::Duration apart, std::function<void()> tick)
    : every_(every), apart_(apart), tick_(std::move(tick)), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Ticker::Nudge() {
  {
    const std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

void Ticker::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    nudged_ = false;
    lock.unlock();
    tick_();
    lock.lock();
    const auto apart = absl::ToChronoNanoseconds(apart_);
    changed_.wait_for(lock, apart, [this] { return stopping_; });
    const auto rest = absl::ToChronoNanoseconds(every_ - apart_);
    changed_.wait_for(lock, rest, [this] { return stopping_ || nudged_; });
  }
}

}  // namespace fairpoint::server
