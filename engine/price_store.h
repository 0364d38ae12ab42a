// The port's part about prices: engine/store.h has what holds for every call.
#ifndef FAIRPOINT_ENGINE_PRICE_STORE_H_
#define FAIRPOINT_ENGINE_PRICE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/time.h"
#include "engine/journal.h"
#include "engine/names.h"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/heads.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/protection.h"

namespace fairpoint::engine {

// What one transaction writes about prices. A taken source key is ALREADY_EXISTS too.
struct PriceWriteSet {
  std::vector<pricing::PriceHead> new_heads;
  std::vector<pricing::PriceHead> heads;
  std::vector<pricing::ChannelHead> new_channel_heads;
  std::vector<pricing::ChannelHead> channel_heads;
  std::vector<pricing::PriceFact> facts;               // append-only
  std::vector<pricing::Offer> offers;                  // append-only
  std::vector<pricing::ChannelPromotion> promotions;   // append-only
  std::vector<pricing::FeedReport> reports;            // append-only
  std::vector<pricing::Evidence> evidence;             // append-only
  std::vector<pricing::PriceCredit> credits;           // append-only
  std::vector<pricing::CreditSettlement> settlements;  // append-only
  std::vector<pricing::ListingPlace> new_listings;
  std::vector<pricing::OfferStock> new_offer_stocks;
  std::vector<pricing::OfferStock> offer_stocks;
  std::vector<pricing::ProtectedOrder> new_protected_orders;
  std::vector<pricing::ProtectedOrder> protected_orders;
  std::vector<pricing::ProtectedSku> new_protected_skus;
  std::vector<FeedCursor> cursors;  // inserted or replaced
};

enum class RowChange : uint8_t { kNew, kReplaced, kNewOrReplaced };

// Every list of rows, in an order in which they can be written: visit(rows, RowChange).
template <class Visit>
void VisitRows(const PriceWriteSet& rows, const Visit& visit) {
  visit(rows.new_heads, RowChange::kNew);
  visit(rows.new_channel_heads, RowChange::kNew);
  visit(rows.facts, RowChange::kNew);
  visit(rows.offers, RowChange::kNew);
  visit(rows.promotions, RowChange::kNew);
  visit(rows.reports, RowChange::kNew);
  visit(rows.evidence, RowChange::kNew);
  visit(rows.credits, RowChange::kNew);
  visit(rows.settlements, RowChange::kNew);
  visit(rows.new_listings, RowChange::kNew);
  visit(rows.new_offer_stocks, RowChange::kNew);
  visit(rows.new_protected_orders, RowChange::kNew);
  visit(rows.new_protected_skus, RowChange::kNew);
  visit(rows.heads, RowChange::kReplaced);
  visit(rows.channel_heads, RowChange::kReplaced);
  visit(rows.offer_stocks, RowChange::kReplaced);
  visit(rows.protected_orders, RowChange::kReplaced);
  visit(rows.cursors, RowChange::kNewOrReplaced);
}

// The whole history of channels: rows of one channel ascend by head_seq.
struct ChannelHistory {
  std::vector<pricing::ChannelPromotion> promotions;
  std::vector<pricing::FeedReport> reports;
  std::vector<pricing::Offer> offers;  // for all that the channel has
};

// A page of one SKU's rows: head_seq in (after_seq, before_seq), ascending, or descending if
// `newest_first`.
struct SkuPage {
  SkuName sku = {};  // named
  int64_t after_seq = 0;
  int64_t before_seq = INT64_MAX;
  bool newest_first = false;
  size_t limit = 0;
};

// Orders of one programme placed within [from, until), after `resume_after`, in the order in which
// they were placed.
struct PlacedPage {
  base::ProgramId program_id = {};
  base::Instant from = {};
  base::Instant until = {};
  std::optional<PlacedOrder> resume_after = {};
  size_t limit = 0;
};

// Plain reads of both kinds of session, in a transaction before or after the locks. `found` is
// emptied first; absent rows are left out; rows of one SKU, channel or order ascend by their
// numbers.
class PriceLoads {
 public:
  virtual ~PriceLoads() = default;

  // With their books.
  virtual absl::Status LoadPriceHeads(std::span<const SkuName> names,
                                      std::vector<pricing::PriceHead>& found) = 0;
  virtual absl::Status LoadFactsBySeq(std::span<const SkuSeq> names,
                                      std::vector<pricing::PriceFact>& found) = 0;
  // Whole histories.
  virtual absl::Status LoadFactsOf(std::span<const SkuName> names,
                                   std::vector<pricing::PriceFact>& found) = 0;
  // Of SKUs that are named: offers for all that a channel has are in its rows.
  virtual absl::Status LoadOffersOf(std::span<const SkuName> names,
                                    std::vector<pricing::Offer>& found) = 0;
  virtual absl::Status LoadChannelRows(std::span<const ChannelName> names,
                                       ChannelHistory& found) = 0;
  // Of these the promotions, or the offers, alone.
  virtual absl::Status LoadPromotionsOf(std::span<const ChannelName> names,
                                        std::vector<pricing::ChannelPromotion>& found) = 0;
  virtual absl::Status LoadWideOffersOf(std::span<const ChannelName> names,
                                        std::vector<pricing::Offer>& found) = 0;
  virtual absl::Status LoadEvidence(std::span<const EvidenceName> names,
                                    std::vector<pricing::Evidence>& found) = 0;
  // Of orders that have a number: quotes have none.
  virtual absl::Status FindEvidenceOfOrders(std::span<const OrderName> names,
                                            std::vector<pricing::Evidence>& found) = 0;
  virtual absl::Status LoadProtectedOrders(std::span<const OrderName> names,
                                           std::vector<pricing::ProtectedOrder>& found) = 0;
  // All of the orders.
  virtual absl::Status LoadPriceCredits(std::span<const OrderName> names,
                                        std::vector<pricing::PriceCredit>& found) = 0;
  virtual absl::Status LoadCreditSettlements(std::span<const OrderName> names,
                                             std::vector<pricing::CreditSettlement>& found) = 0;
};

class PriceWriteSession : public PriceLoads {
 public:
  // Locks in ascending order. `ascending` is sorted, without repeats. Absent rows are left out and
  // not guarded. Exclusive for whoever writes about the SKU, shared for who charges its price.
  // Their books are left empty.
  virtual absl::Status LockPriceHeads(std::span<const SkuName> ascending, bool exclusive,
                                      std::vector<pricing::PriceHead>& found) = 0;
  // Likewise, with books.
  virtual absl::Status LockChannelHeads(std::span<const ChannelName> ascending, bool exclusive,
                                        std::vector<pricing::ChannelHead>& found) = 0;
  // Exclusively.
  virtual absl::Status LockOfferStocks(std::span<const OfferStockName> ascending,
                                       std::vector<pricing::OfferStock>& found) = 0;

  virtual absl::Status FindFacts(std::span<const SourceKeyName> names,
                                 std::vector<pricing::PriceFact>& found) = 0;
  virtual absl::Status FindOffers(std::span<const SourceKeyName> names,
                                  std::vector<pricing::Offer>& found) = 0;
  virtual absl::Status FindPromotions(std::span<const SourceKeyName> names,
                                      std::vector<pricing::ChannelPromotion>& found) = 0;
};

class PriceReadSession : public PriceLoads {
 public:
  virtual absl::Status LoadChannelHeads(std::span<const ChannelName> names,
                                        std::vector<pricing::ChannelHead>& found) = 0;
  virtual absl::Status LoadChannelHeadsOf(const base::ProgramId& program_id,
                                          std::vector<pricing::ChannelHead>& found) = 0;
  virtual absl::Status ReadOffers(const SkuPage& page, std::vector<pricing::Offer>& found) = 0;
  // A programme's credits by order and number; `after` is of the programme.
  virtual absl::Status ReadPriceCredits(const base::ProgramId& program_id,
                                        const std::optional<CreditName>& after, size_t limit,
                                        std::vector<pricing::PriceCredit>& found) = 0;
  // Orders with that SKU.
  virtual absl::Status FindProtectedOrders(const PlacedPage& page, std::string_view sku,
                                           std::vector<pricing::ProtectedSku>& found) = 0;
  virtual absl::Status ScanProtectedOrders(const PlacedPage& page,
                                           std::vector<pricing::ProtectedOrder>& found) = 0;
  // Orders of all programmes whose due_at is at or before `now`, in no particular order.
  virtual absl::Status ScanDueOrders(base::Instant now, size_t limit,
                                     std::vector<pricing::ProtectedOrder>& found) = 0;
  // A channel's listings by id and SKU.
  virtual absl::Status ScanListings(const ChannelName& channel,
                                    const std::optional<ListedSku>& after, size_t limit,
                                    std::vector<pricing::ListingPlace>& found) = 0;
  // By lane.
  virtual absl::Status LoadFeedCursors(std::string_view name, std::vector<FeedCursor>& found) = 0;

  // In key order, after `after` (nothing: from the start); fewer than `limit` only at the end.
  virtual absl::Status ScanPriceHeads(const std::optional<SkuName>& after, size_t limit,
                                      std::vector<pricing::PriceHead>& found) = 0;
  virtual absl::Status ScanChannelHeads(const std::optional<ChannelName>& after, size_t limit,
                                        std::vector<pricing::ChannelHead>& found) = 0;
  virtual absl::Status ScanOfferStocks(const std::optional<OfferStockName>& after, size_t limit,
                                       std::vector<pricing::OfferStock>& found) = 0;
  virtual absl::Status ScanFacts(const std::optional<SkuSeq>& after, size_t limit,
                                 std::vector<pricing::PriceFact>& found) = 0;
  virtual absl::Status ScanOffers(const std::optional<OfferSeq>& after, size_t limit,
                                  std::vector<pricing::Offer>& found) = 0;
  virtual absl::Status ScanPromotions(const std::optional<ChannelSeq>& after, size_t limit,
                                      std::vector<pricing::ChannelPromotion>& found) = 0;
  virtual absl::Status ScanFeedReports(const std::optional<ChannelSeq>& after, size_t limit,
                                       std::vector<pricing::FeedReport>& found) = 0;
  // After DATA_LOSS the last of `found` is the row that cannot be read, with its key.
  virtual absl::Status ScanEvidence(const std::optional<EvidenceName>& after, size_t limit,
                                    std::vector<pricing::Evidence>& found) = 0;
  virtual absl::Status ScanPriceCredits(const std::optional<CreditName>& after, size_t limit,
                                        std::vector<pricing::PriceCredit>& found) = 0;
  virtual absl::Status ScanCreditSettlements(const std::optional<SettlementName>& after,
                                             size_t limit,
                                             std::vector<pricing::CreditSettlement>& found) = 0;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_STORE_H_
