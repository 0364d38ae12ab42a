#include "server/imports/order_queue.h"

#include <utility>

namespace fairpoint::server::imports {
namespace {

// How far it looks past members who are busy.
constexpr size_t kWaitingMax = 100'000;

}  // namespace

OrderQueue::OrderQueue(std::vector<uint32_t> members, size_t last_from)
    : members_(std::move(members)), last_from_(last_from) {}

std::optional<size_t> OrderQueue::Next() {
  if (!ready_.empty()) return ready_.extract(ready_.begin()).value();
  while (cursor_ < members_.size() && waiting_count_ < kWaitingMax) {
    if (cursor_ >= last_from_ && finished_count_ < last_from_) break;
    const size_t order = cursor_++;
    const auto [busy, is_free] = waiting_.try_emplace(members_[order]);
    if (is_free) return order;
    busy->second.push_back(order);
    ++waiting_count_;
  }
  return std::nullopt;
}

void OrderQueue::Finish(size_t order) {
  ++finished_count_;
  const auto member = waiting_.find(members_[order]);
  if (member->second.empty()) {
    waiting_.erase(member);
    return;
  }
  ready_.insert(member->second.front());
  member->second.pop_front();
  --waiting_count_;
}

void OrderQueue::Retry(size_t order) { ready_.insert(order); }

}  // namespace fairpoint::server::imports
