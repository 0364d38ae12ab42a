// What of a channel's rows may still matter: its head's content in the database, and what prices
// are made of in memory: how far its feed is complete, its public promotions, and, in a private
// channel, offers for all SKUs.
#ifndef FAIRPOINT_PRICING_CHANNEL_BOOK_H_
#define FAIRPOINT_PRICING_CHANNEL_BOOK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/live_offer.h"
#include "pricing/promotion.h"

namespace fairpoint::pricing {

// A promotion as it stands, and may still hold at some instant.
struct LivePromotion {
  int64_t head_seq = 0;
  int64_t source_seq = 0;
  std::string promotion_id;
  PromotionTerms terms;
  Scope scope;
  Audience audience;
  base::Instant from, until = kNever;
  int64_t order = 0;
  std::string exclusive_group;
  int64_t gone_up_to = 0;  // the highest lower number that withdrew it, or ended long ago
  friend bool operator==(const LivePromotion&, const LivePromotion&) = default;
};

// The rows of one channel in their order: head_seqs follow one another without gaps.
struct ChannelRows {
  std::span<const ChannelPromotion> promotions;
  std::span<const FeedReport> reports;
  std::span<const Offer> offers;
};

// Thread-compatible.
class ChannelBook {
 public:
  // Of a channel without rows: never fed.
  ChannelBook() = default;

  // The highest head_seq taken; 0: none.
  int64_t version() const { return version_; }
  // Any row came from a feed.
  bool was_fed() const { return was_fed_; }
  // The latest that any report said.
  std::optional<base::Instant> complete_as_of() const { return complete_as_of_; }
  const std::vector<LivePromotion>& promotions() const { return promotions_; }  // by order, then id
  // One that is not among them any more: it was withdrawn, or ended long ago.
  bool has_ended_promotions() const { return !ended_promotions_.empty(); }
  const std::vector<LiveOffer>& offers() const { return offers_.live; }  // by id

  // Further rows, whose head_seqs follow version() without gaps.
  void Add(const ChannelRows& rows);
  // The same book with them.
  ChannelBook With(const ChannelRows& rows) const;
  // Of all rows, nothing left out: for questions about the past. head_seqs may have gaps. Offers
  // stand as in SkuBook::OfHistory. A promotion stands once a number; it ends when a higher one
  // began, or a withdrawal was recorded. Not to be stored.
  static ChannelBook OfHistory(const ChannelRows& rows);

  // The highest that was taken; 0: none.
  int64_t NumberOf(std::string_view promotion_id) const;
  int64_t RevisionOf(std::string_view channel_id, std::string_view offer_id) const;

  // Of what is kept of promotions and offers that ended.
  size_t ended_bytes() const { return ended_promotions_.BytesUsed() + offers_.ended.BytesUsed(); }

  // The stored form. Decode returns false for bytes that Encode does not write.
  std::string Encode() const;
  static bool Decode(std::string_view bytes, ChannelBook& book);

  friend bool operator==(const ChannelBook&, const ChannelBook&) = default;

 private:
  void TakeReports(const ChannelRows& rows);
  void SortPromotions();

  int64_t version_ = 0;
  bool was_fed_ = false;
  std::optional<base::Instant> complete_as_of_;
  std::vector<LivePromotion> promotions_;
  EndedNumbers ended_promotions_;  // withdrawn, or ended long ago
  KeptOffers offers_;
  base::Instant last_recorded_at_{INT64_MIN};
};

// Whether its stored form has kBookBytesMax.
bool IsFull(const ChannelBook& book);

// Instants in (after, until] at which a promotion or offer begins or ends: ascending, no repeats.
std::vector<base::Instant> BreakpointsOf(const ChannelBook& book, base::Instant after,
                                         base::Instant until);
// The first of them after `after`; kNever: none. Going stale is none.
base::Instant NextBreakpoint(const ChannelBook& book, base::Instant after);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_CHANNEL_BOOK_H_
