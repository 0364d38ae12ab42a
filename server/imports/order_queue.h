// Which order is sent next: in order, with at most one of a member under way, so that no failure
// and no lost connection lets a member's later order overtake an earlier one.
#ifndef FAIRPOINT_SERVER_IMPORTS_ORDER_QUEUE_H_
#define FAIRPOINT_SERVER_IMPORTS_ORDER_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace fairpoint::server::imports {

class OrderQueue {
 public:
  // members: of each order, in the order in which they apply. Those from `last_from` on wait until
  // all before it are done.
  explicit OrderQueue(std::vector<uint32_t> members, size_t last_from = SIZE_MAX);

  // The next to be sent, which is then under way; none while all that could go wait for others.
  std::optional<size_t> Next();
  // It is done, for good.
  void Finish(size_t order);
  // It goes again, before any later one of its member.
  void Retry(size_t order);
  // So many are done.
  size_t finished_count() const { return finished_count_; }
  bool IsFinished() const { return finished_count_ == members_.size(); }

 private:
  std::vector<uint32_t> members_;
  size_t last_from_;
  size_t cursor_ = 0;
  size_t finished_count_ = 0;
  std::set<size_t> ready_;
  // Of members of whom one is under way or ready: the later ones that the cursor has passed.
  absl::flat_hash_map<uint32_t, std::deque<size_t>> waiting_;
  size_t waiting_count_ = 0;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ORDER_QUEUE_H_
