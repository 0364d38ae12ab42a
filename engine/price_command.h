// What the door hands to the engine about prices beside baskets, and what it gets back. Facts,
// offers and promotions need no request id: their source's number names them.
#ifndef FAIRPOINT_ENGINE_PRICE_COMMAND_H_
#define FAIRPOINT_ENGINE_PRICE_COMMAND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "base/time.h"
#include "engine/journal.h"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/protection.h"
#include "pricing/record.h"

namespace fairpoint::engine {

struct FactToRecord {
  pricing::PriceFact fact;
  bool confirmed = false;
  bool of_snapshot = false;  // a withdrawal whose number a snapshot found
  // The door found fault with it already: it is answered so, in its place.
  absl::Status refused;
};
// What a feed's report is to the facts that it comes with.
enum class FeedPart : uint8_t {
  kStatement,    // after them; what it says is recorded only if every fact was
  kWithdrawals,  // they are some that it asks for, done only where it is news; it is not recorded
  kSnapshot,     // the end of a snapshot, without facts
};
// Each is decided on its own. All of one programme.
struct RecordPriceFacts {
  std::vector<FactToRecord> facts;
  std::optional<pricing::FeedReport> feed;
  FeedPart part = FeedPart::kStatement;  // others have a feed
};
struct OfferToRecord {
  pricing::Offer offer;
  absl::Status refused;
};
struct RecordOffers {
  std::vector<OfferToRecord> offers;
  pricing::OnAboveCap on_above_cap = pricing::OnAboveCap::kRefuse;
};
struct PromotionToRecord {
  pricing::ChannelPromotion promotion;
  absl::Status refused;
};
struct RecordChannelPromotions {
  std::vector<PromotionToRecord> promotions;
};
struct ConfirmPriceFact {
  std::string sku;
  int64_t fact_seq = 0;
  std::string actor;
};
// Keeps a quote that the door made; recorded_at is the transaction's.
struct KeepQuote {
  pricing::Evidence evidence;
};
// Writes down what price protection found.
struct CreditOrder {
  std::string order_id;
};
struct MarkPriceCredit {
  std::string order_id;
  int64_t credit_seq = 0;
  pricing::CreditState state = pricing::CreditState::kPaid;
  std::string payment_reference;
  std::string reason;
};

// How far a worker that can resume has come.
struct KeepCursors {
  std::vector<FeedCursor> cursors;
};

using PriceOperation =
    std::variant<RecordPriceFacts, RecordOffers, RecordChannelPromotions, ConfirmPriceFact,
                 KeepQuote, CreditOrder, MarkPriceCredit, KeepCursors>;

// What became of a fact, offer or promotion.
struct RecordedItem {
  enum class State : uint8_t { kRecorded, kDuplicate, kHeld, kRefused };
  State state = State::kRefused;
  int64_t seq = 0;
  std::optional<base::Instant> held_until;
  int64_t clamped_amount = 0;  // 0: it was not
  absl::Status refused;
};

struct PriceAnswer {
  std::vector<RecordedItem> items;  // in the order of what was asked
  absl::Status feed;                // of the feed's report
  bool feed_known = false;          // it was said before: nothing was done for it
  pricing::Evidence evidence;       // CommitBasket: as recorded
  int64_t quoted_total = 0;         // CommitBasket
  // MarkPriceCredit: the credit and what became of it. CreditOrder: what it made.
  std::vector<pricing::PriceCredit> credits;
  std::optional<pricing::CreditSettlement> settlement;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_COMMAND_H_
