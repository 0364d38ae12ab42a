#include "pricing/record_row.h"

namespace fairpoint::pricing {

absl::StatusOr<Recorded<ChannelPromotion>> Record(const ChannelPromotion& promotion,
                                                  const ChannelPromotion* same,
                                                  const ChannelBook& book, const Rules& rules,
                                                  base::Instant now) {
  if (same != nullptr) return Repeated(promotion, *same, "source_seq", promotion.source_seq);
  if (absl::Status status = CheckReference(promotion.channel_id, rules); !status.ok())
    return status;
  ChannelPromotion row = RowAt(promotion, book.version() + 1, now);
  if (row.withdrawn && book.NumberOf(row.promotion_id) != 0)
    return Recorded<ChannelPromotion>{std::move(row), 0};
  if (!row.withdrawn) {
    if (absl::Status status = CheckTerms(row, rules); !status.ok()) return status;
  }
  if (IsFull(book)) return BookFull("channel_id", row.channel_id);
  return Recorded<ChannelPromotion>{std::move(row), 0};
}

absl::StatusOr<std::optional<FeedReport>> Record(const FeedReport& report, const ChannelBook& book,
                                                 const Rules& rules, base::Instant now) {
  if (absl::Status status = CheckReference(report.channel_id, rules, "feed.channel_id");
      !status.ok())
    return status;
  if (report.complete_as_of && *report.complete_as_of > now + base::kClockTolerance)
    return ClockSkew("feed.complete_as_of", *report.complete_as_of, now);
  const bool is_later = report.complete_as_of &&
                        (!book.complete_as_of() || *book.complete_as_of() < *report.complete_as_of);
  if (book.was_fed() && !is_later) return std::optional<FeedReport>();
  FeedReport row = report;
  row.head_seq = book.version() + 1;
  row.recorded_at = now;
  return std::optional(std::move(row));
}

absl::StatusOr<std::optional<FeedReport>> RecordSnapshot(const FeedReport& report,
                                                         const ChannelBook& book,
                                                         const Rules& rules, base::Instant now) {
  auto recorded = Record(report, book, rules, now);
  if (recorded.ok() && book.complete_as_of() && *report.complete_as_of < *book.complete_as_of())
    return SnapshotSuperseded("feed.complete_as_of", *report.complete_as_of,
                              *book.complete_as_of());
  return recorded;
}

}  // namespace fairpoint::pricing
