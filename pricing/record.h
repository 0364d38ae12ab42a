// What becomes of a fact, offer or promotion that somebody wants recorded: it is a row, a
// duplicate, or refused. Pure; the head of its SKU or channel is locked by the caller.
//
// Errors name the field as in the proto message of the thing (pricing_service.proto): "channel_id",
// "window.valid_from". See pricing/errors.h.
#ifndef FAIRPOINT_PRICING_RECORD_H_
#define FAIRPOINT_PRICING_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/time.h"
#include "pricing/channel_book.h"
#include "pricing/fact.h"
#include "pricing/market.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/rules.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// The row to append, complete but for hash, lane and lane_seq; nothing: `duplicate_seq` has it.
template <class Row>
struct Recorded {
  std::optional<Row> row;
  int64_t duplicate_seq = 0;
};

// Whether the book alone tells that the number is new, so that `same` need not be looked up.
bool IsSurelyNew(const PriceFact& fact, const SkuBook& book);
bool IsSurelyNew(const Offer& offer, const SkuBook& book, const ChannelBook& channel);

// `same`: the stored row of the same source key; null: none. A fact that is well-formed by itself
// (positive, in range, times in order: the door's; its window may begin kFromRecording) is judged
// against programme and book. `confirmed`: not to be held. LISTING_WITHDRAWN: the price is there
// and does not count, since a withdrawal ended it before its time.
absl::StatusOr<Recorded<PriceFact>> Record(const PriceFact& fact, bool confirmed,
                                           const PriceFact* same, const SkuBook& book,
                                           const Rules& rules, base::Instant now);

// A withdrawal whose number a snapshot found. A duplicate: the listing is withdrawn already, by
// this number or a higher one and not later. LISTING_NOT_FOUND.
absl::StatusOr<Recorded<PriceFact>> RecordOfSnapshot(const PriceFact& withdrawal,
                                                     const SkuBook& book, const Rules& rules,
                                                     base::Instant now);

// A confirmation of the book's held fact, complete but for the programme too; a duplicate of that
// fact where it is not held any more, or `stored` is it and the book has left it out.
absl::StatusOr<Recorded<PriceFact>> Confirm(const std::string& sku, int64_t head_seq,
                                            const std::string& actor, const PriceFact* stored,
                                            const SkuBook& book, base::Instant now);

enum class OnAboveCap : uint8_t { kRefuse = 1, kClamp = 2 };
// `market` is of the offer's channel, made at its first instant or now, whichever is later
// (MakeMarketAt); null for wide offers, which have no book. Clamped, the row's amount is the cap,
// and asked_amount what was asked; where the cap is nothing there is no price to record, and it is
// refused.
absl::StatusOr<Recorded<Offer>> Record(const Offer& offer, OnAboveCap on_above_cap,
                                       const Offer* same, const SkuBook& book,
                                       const ChannelBook& channel, const Market* market,
                                       const Rules& rules, base::Instant now);

absl::StatusOr<Recorded<ChannelPromotion>> Record(const ChannelPromotion& promotion,
                                                  const ChannelPromotion* same,
                                                  const ChannelBook& book, const Rules& rules,
                                                  base::Instant now);

// Nothing: the book knows as much already.
absl::StatusOr<std::optional<FeedReport>> Record(const FeedReport& report, const ChannelBook& book,
                                                 const Rules& rules, base::Instant now);
// Of a snapshot, which says complete_as_of: nothing where the channel is known to be complete as of
// just then. SNAPSHOT_SUPERSEDED: it is known to be complete as of later.
absl::StatusOr<std::optional<FeedReport>> RecordSnapshot(const FeedReport& report,
                                                         const ChannelBook& book,
                                                         const Rules& rules, base::Instant now);

// The bounded windows of the prices of one request: those of one series lie within one another or
// apart.
class BoundedWindows {
 public:
  // WINDOWS_OVERLAP: with one that was taken. A window that is to begin when it is recorded begins
  // `now`.
  absl::Status Check(const PriceFact& fact, base::Instant now) const;
  void Take(const PriceFact& row);

 private:
  using SeriesName = std::tuple<std::string, std::string, std::string, Scope, Audience>;
  struct Taken {
    Window window;
    int64_t source_seq = 0;
  };
  static SeriesName SeriesOf(const PriceFact& fact);

  std::map<SeriesName, std::vector<Taken>> taken_;
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_RECORD_H_
