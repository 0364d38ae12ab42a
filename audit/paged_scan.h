// Walks a range of a table page by page, so that no more than a page is ever in memory, and hashes
// each page's rows as it comes.
#ifndef FAIRPOINT_AUDIT_PAGED_SCAN_H_
#define FAIRPOINT_AUDIT_PAGED_SCAN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "audit/row_hashes.h"
#include "base/sha256.h"
#include "engine/store.h"

namespace fairpoint::audit {

template <class Row>
class PagedScan {
 public:
  using Key = decltype(KeyOf(std::declval<const Row&>()));
  // Reads at most `limit` rows that follow the key into an empty vector.
  using Fetch = std::function<absl::Status(const std::optional<Key>& after, size_t limit,
                                           std::vector<Row>& found)>;

  PagedScan(Fetch fetch, size_t page_rows) : fetch_(std::move(fetch)), page_rows_(page_rows) {
    Restart();
  }

  // From the beginning of what `fetch` reads, which may be another range by now.
  void Restart() {
    page_.clear();
    next_ = 0;
    limit_ = page_rows_;
    ended_ = false;
    after_.reset();
    status_ = absl::OkStatus();
  }

  // The row at hand; null at the end, and after a failure.
  const Row* Peek() {
    if (next_ == page_.size() && !ended_) Fill();
    return next_ < page_.size() ? &page_[next_] : nullptr;
  }
  // Its hash, recomputed; only for rows of append-only tables. Requires that Peek returned it.
  const base::Hash& hash() const { return hashes_[next_]; }
  void Pop() { ++next_; }

  const absl::Status& status() const { return status_; }
  // The last row that could be read before a failure.
  const std::optional<Key>& last_read() const { return after_; }

 private:
  void Fill() {
    if (!page_.empty()) after_ = KeyOf(page_.back());
    next_ = 0;
    while (true) {
      page_.clear();
      status_ = fetch_(after_, limit_, page_);
      // A page with an unreadable row gives nothing at all: smaller ones come closer to it.
      if (!absl::IsDataLoss(status_) || limit_ == 1) break;
      limit_ /= 2;
    }
    if (!status_.ok()) page_.clear();
    ended_ = page_.size() < limit_;
    RehashAll(page_, hashes_);
  }

  const Fetch fetch_;
  const size_t page_rows_;
  size_t limit_ = 0;
  std::vector<Row> page_;
  std::vector<base::Hash> hashes_;
  size_t next_ = 0;
  bool ended_ = false;
  std::optional<Key> after_;
  absl::Status status_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PAGED_SCAN_H_
