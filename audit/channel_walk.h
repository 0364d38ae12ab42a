// The rows of one channel in the order of their numbers, and the book that they make.
#ifndef FAIRPOINT_AUDIT_CHANNEL_WALK_H_
#define FAIRPOINT_AUDIT_CHANNEL_WALK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/paged_scan.h"
#include "audit/price_numbers.h"
#include "audit/row_place.h"
#include "engine/store.h"
#include "pricing/channel_book.h"

namespace fairpoint::audit {

class ChannelWalk {
 public:
  ChannelWalk(Context& context, engine::ChannelName channel);
  ChannelWalk(const ChannelWalk&) = delete;
  ChannelWalk& operator=(const ChannelWalk&) = delete;

  // Goes on to the last row whose number is not above `until`. visit(row, hash, expected_seq) is
  // called with each.
  template <class Visit>
  absl::Status Advance(int64_t until, const Visit& visit);
  absl::Status Advance(int64_t until) {
    return Advance(until, [](const auto&, const base::Hash&, int64_t) {});
  }

  // Of the rows so far; while they are sound.
  const pricing::ChannelBook& book() const { return book_; }
  // Numbered without gaps, and with numbers that can be computed with.
  bool is_sound() const { return is_sound_; }
  int64_t last_seq() const { return last_seq_; }
  // Of the row after those; nothing: there is none.
  std::optional<RowPlace> next();

 private:
  // Rows that are not in the book yet.
  static constexpr size_t kRowsAtOnce = 1'000;

  template <class Row>
  bool TakeIf(int64_t head_seq, PagedScan<Row>& scan, std::vector<Row>& rows, const auto& visit);
  void Fold();

  const engine::ChannelName channel_;
  PagedScan<pricing::ChannelPromotion> promotions_;
  PagedScan<pricing::FeedReport> reports_;
  PagedScan<pricing::Offer> offers_;
  std::vector<pricing::ChannelPromotion> new_promotions_;
  std::vector<pricing::FeedReport> new_reports_;
  std::vector<pricing::Offer> new_offers_;
  pricing::ChannelBook book_;
  int64_t last_seq_ = 0;
  bool is_sound_ = true;
};

template <class Row>
bool ChannelWalk::TakeIf(int64_t head_seq, PagedScan<Row>& scan, std::vector<Row>& rows,
                         const auto& visit) {
  const Row* const row = scan.Peek();
  if (row == nullptr || row->head_seq != head_seq) return false;
  visit(*row, scan.hash(), last_seq_ + 1);
  is_sound_ = is_sound_ && head_seq == last_seq_ + 1 && HasSoundNumbers(*row);
  last_seq_ = head_seq;
  if (is_sound_) rows.push_back(*row);
  scan.Pop();
  return true;
}

template <class Visit>
absl::Status ChannelWalk::Advance(int64_t until, const Visit& visit) {
  while (true) {
    int64_t next = INT64_MAX;
    const auto consider = [&next](const auto* row) {
      if (row != nullptr && row->head_seq < next) next = row->head_seq;
    };
    consider(promotions_.Peek());
    consider(reports_.Peek());
    consider(offers_.Peek());
    for (const absl::Status* status :
         {&promotions_.status(), &reports_.status(), &offers_.status()}) {
      if (!status->ok()) return *status;
    }
    if (next == INT64_MAX || next > until) break;
    if (!TakeIf(next, promotions_, new_promotions_, visit) &&
        !TakeIf(next, reports_, new_reports_, visit))
      TakeIf(next, offers_, new_offers_, visit);
    if (new_promotions_.size() + new_reports_.size() + new_offers_.size() >= kRowsAtOnce) Fold();
  }
  Fold();
  return absl::OkStatus();
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_CHANNEL_WALK_H_
